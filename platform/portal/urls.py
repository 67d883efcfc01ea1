"""Every address of the portal."""

from django.urls import include, path

from portal import (
    authorising,
    closing,
    connection,
    entrance,
    imports,
    orders,
    people,
    products,
    programs,
    readiness,
    shop_preview,
    start_page,
    statements,
    withdrawals,
)

SHOP = "shops/<str:public_id>/"
PROGRAM = SHOP + "mini-programs/<int:program_id>/"
RELEASE = SHOP + "releases/<uuid:release_id>/"

pages = [
    path("", entrance.landing, name="landing"),
    path("start/", entrance.start, name="start"),
    path("shops/", entrance.open_shop, name="open_shop"),
    path(SHOP, start_page.show, name="shop"),
    path(SHOP + "state.json", entrance.state, name="state"),
    path(SHOP + "close/", closing.close, name="close_shop"),
    path(SHOP + "come-back/", closing.come_back, name="come_back"),
    path(SHOP + "preview/", shop_preview.show, name="preview"),
    path(SHOP + "preview.json", shop_preview.link, name="preview_link"),
    path(SHOP + "samples/remove/", start_page.remove_samples, name="remove_samples"),
    path(SHOP + "samples/add/", start_page.add_samples, name="add_samples"),
    path(SHOP + "wechat/", connection.show, name="wechat"),
    path(SHOP + "wechat/simulated/", connection.ask_simulator, name="simulated_wechat"),
    path(SHOP + "mini-programs/", programs.list_programs, name="programs"),
    path(SHOP + "mini-programs/state.json", authorising.state, name="programs_state"),
    path(SHOP + "mini-programs/authorise/", authorising.invite, name="authorise"),
    path("authorised/<str:token>/", authorising.come_back, name="authorised"),
    path(PROGRAM, programs.show, name="program"),
    path(PROGRAM + "state.json", programs.state, name="program_state"),
    path(PROGRAM + "configure/", programs.configure, name="configure_program"),
    path(PROGRAM + "start/", programs.start, name="start_release"),
    path(RELEASE + "preview/", programs.preview, name="release_preview"),
    path(RELEASE + "submit/", programs.submit, name="submit_release"),
    path(RELEASE + "grey/", programs.grey, name="grey_release"),
    path(RELEASE + "<str:verb>/", programs.click, name="change_release"),
    path(SHOP + "readiness/", readiness.show, name="readiness"),
    path(SHOP + "readiness/state.json", readiness.state, name="readiness_state"),
    path(SHOP + "readiness/run/", readiness.run, name="run_readiness"),
    path(SHOP + "readiness/notices/", readiness.choose_notices, name="readiness_notices"),
    path(SHOP + "readiness/answers/<str:key>/", readiness.answer, name="answer_readiness"),
    path(SHOP + "products/", products.list_products, name="products"),
    path(SHOP + "products/import/", imports.bring, name="import"),
    path(SHOP + "products/import/<uuid:import_id>/", imports.show, name="imported"),
    path(SHOP + "products/<uuid:product_id>/<str:verb>/", products.change, name="change_product"),
    path(SHOP + "orders/", orders.list_orders, name="orders"),
    path(SHOP + "orders/<str:number>/", orders.show, name="order"),
    path(SHOP + "orders/<str:number>/ship/", orders.ship, name="ship"),
    path(SHOP + "orders/<str:number>/refund/", orders.refund, name="refund"),
    path(SHOP + "statements/", statements.list_days, name="statements"),
    path(SHOP + "statements/<str:day>/", statements.show_day, name="statement"),
    path(SHOP + "withdrawals/", withdrawals.list_withdrawals, name="withdrawals"),
    path(SHOP + "withdrawals/rules/", withdrawals.rules, name="withdrawal_rules"),
    path(SHOP + "withdrawals/rules/grant/", withdrawals.ask_grant, name="ask_transfer_grant"),
    path(SHOP + "withdrawals/<str:number>/", withdrawals.show, name="withdrawal"),
    path(SHOP + "withdrawals/<str:number>/<str:verb>/", withdrawals.act, name="decide_withdrawal"),
    path(SHOP + "staff/", people.list_people, name="people"),
    path(SHOP + "staff/add/", people.add, name="add_person"),
    path(SHOP + "staff/<int:member_id>/role/", people.change_role, name="change_role"),
    path(SHOP + "staff/<int:member_id>/remove/", people.remove, name="remove_person"),
]

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include((pages, "portal"))),
]
