"""Notices: what a customer allowed is sent once, in turn, and nothing waits for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import Sum

from billing.payments import queries as payments
from billing.refunds import actions as refunds
from jobs.messages import publish
from kernel import clock
from kernel.money import Money
from shop.notices import actions, choosing, ladder, news, permits, queries
from shop.notices.messages import NoticeDue
from shop.notices.models import Notice, Permit, PermitEntry, SetUp, Template
from shop.notices.news import Fact, Line, News, chosen_lines, facts_by_key
from shop.notices.states import NOTICE_FLOW, SETUP_FLOW, Cause, NoticeState
from tenants import context
from tenants.pushes.messages import PermitsChanged
from tests.shop.catalogue import product, skus
from tests.shop.checking import pushed
from wechat import subscriptions
from wechat.errors import (
    BadAnswer,
    ConcurrentSends,
    MessageTemplatesFull,
    NoPermitLeft,
    PageNotReleased,
    PermissionNotGranted,
    ValueRefused,
    WeChatBusy,
    WeChatTimedOut,
    WeChatUnreachable,
)
from wechat.subscriptions import (
    LibraryKeyword,
    LibraryPage,
    LibraryTitle,
    OwnTemplate,
    TemplateCategory,
)

pytestmark = pytest.mark.django_db
HOURS = 3 * 3600
NUMBER, GOODS = ("character_string", "订单编号"), ("thing", "商品名称")
TIME, NOTE = ("time", "时间"), ("thing", "温馨提示")
LIBRARY = {
    "1128": (
        "订单支付成功通知",
        [NUMBER, GOODS, ("amount", "订单金额"), TIME, ("phrase", "支付状态"), NOTE],
    ),
    "1856": (
        "订单发货通知",
        [NUMBER, GOODS, ("thing", "快递公司"), ("character_string", "快递单号"), TIME, NOTE],
    ),
    "1451": ("退款成功通知", [NUMBER, ("amount", "退款金额"), ("thing", "退款原因"), TIME, NOTE]),
    "9000": ("停车缴费通知", [("car_number", "车牌号"), TIME]),
}


class Post:
    """Subscribe messages of WeChat: a library, an app's own templates, and what was sent."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.own: list[OwnTemplate] = []
        self.sent: list[dict[str, Any]] = []
        self.tried = 0
        self.added: list[str] = []
        self.library = dict(LIBRARY)
        self.failure: Exception | None = None
        names = ("categories", "library_titles", "library_keywords", "add_template")
        for name in (*names, "own_templates", "send"):
            patch.setattr(subscriptions, name, getattr(self, f"_{name}"))

    def _categories(self, appid):
        return (TemplateCategory(307, "商家自营"),)

    def _library_titles(self, appid, *, category_ids, start=0, limit=30):
        self._fail()
        titles = [LibraryTitle(tid, title, True) for tid, (title, _) in self.library.items()]
        return LibraryPage(len(titles), tuple(titles[start : start + limit]))

    def _library_keywords(self, appid, *, tid):
        lines = self.library[tid][1]
        return tuple(LibraryKeyword(n, name, "", rule) for n, (rule, name) in enumerate(lines, 1))

    def _add_template(self, appid, *, tid, keyword_ids, scene_desc):
        self._fail()
        assert 2 <= len(keyword_ids) <= 5
        assert len(scene_desc) <= 15
        title, lines = self.library[tid]
        content = "".join(
            f"{lines[n - 1][1]}:{{{{{lines[n - 1][0]}{n}.DATA}}}}\n" for n in keyword_ids
        )
        self.added.append(title)
        self.own.append(OwnTemplate(f"T-{tid}-{len(self.added)}", title, content, "", True))
        return self.own[-1].template_id

    def _own_templates(self, appid):
        assert context.current() is None
        return tuple(self.own)

    def _send(self, appid, *, openid, template_id, data, page=""):
        assert context.current() is None
        self.tried += 1
        self._fail()
        whole = {key: subscriptions.fitted(key, text) for key, text in data.items()}
        self.sent.append(
            {"appid": appid, "openid": openid, "template": template_id, "data": whole, "page": page}
        )

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def post(shop, monkeypatch):
    return Post(monkeypatch)


@pytest.fixture
def ready(post, till, desk, run_jobs):
    """The app's templates are chosen."""
    assert desk.post("/notices/set-up", {"appid": till.appid}).status_code == 202
    run_jobs()
    return {t.news: t for t in Template.objects.all()}


def accept(till, openid, *template_ids, how="accept", event="popup", run_jobs=None):
    """WeChat pushes what the customer tapped."""
    fields = {"Event": f"subscribe_msg_{event}_event", "MsgType": "event", "FromUserName": openid}
    wrapper = {"popup": "SubscribeMsgPopupEvent", "change": "SubscribeMsgChangeEvent"}[event]
    for n, template_id in enumerate(template_ids):
        prefix = f"{wrapper}.List.{n}" if len(template_ids) > 1 else f"{wrapper}.List"
        fields[f"{prefix}.TemplateId"] = template_id
        fields[f"{prefix}.SubscribeStatusString"] = how
    push = pushed(fields, appid=till.appid)
    with transaction.atomic():
        publish(PermitsChanged(push.pk))
    if run_jobs:
        run_jobs()
    return push


def allow(till, buyer, template, n=1):
    for _ in range(n):
        permits.add(
            appid=till.appid,
            openid=buyer.member.openid,
            template_id=template.template_id,
            reference=uuid4().hex,
            cause=Cause.ACCEPTED,
        )


def left(template):
    found = Permit.objects.filter(template_id=template.template_id).first()
    if found is None:
        return None
    total = found.entries.aggregate(total=Sum("change"))["total"]
    assert total == found.left  # the count is the sum of its entries
    return found.left


def paid(buyer, till, run_jobs, *, goods=1, run=True):
    made = [skus(product(f"Tea {n}"))[0].pk for n in range(goods)]
    order = buyer.order(dict.fromkeys(made, 2))
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    if run:
        run_jobs()
    order.refresh_from_db()
    return order


def state_of(order, what=News.ORDER_PAID):
    return Notice.objects.get(order_id=order.pk, news=what).state


# --- choosing templates ---------------------------------------------------------------------


def test_templates_are_chosen_from_the_library_once(ready, post, desk, till, run_jobs):
    assert sorted(post.added) == sorted(["订单支付成功通知", "订单发货通知", "退款成功通知"])
    assert ready["order_paid"].facts == {
        "character_string1": "number",
        "thing2": "goods",
        "amount3": "amount",
        "time4": "time",
        "phrase5": "status",
    }
    for _ in range(2):
        desk.post("/notices/set-up", {"appid": till.appid})
        run_jobs()
    assert len(post.added) == 3
    shown = desk.get("/notices/templates").json()
    assert [s["state"] for s in shown["setups"]] == ["done"]
    assert (shown["setups"][0]["missing"], len(shown["templates"])) == ([], 3)


def test_a_worker_that_dies_while_choosing_leaves_nothing_twice(post, desk, till, run_jobs, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Killed

    setup = actions.set_up(appid=till.appid, by="she@example.com")
    with monkeypatch.context() as dying:
        dying.setattr(actions, "_keep_chosen", dies)
        with pytest.raises(Killed):
            actions.choose_templates(setup_id=setup.pk, attempt=0)
    assert len(post.added) == 3
    run_jobs()
    assert len(post.added) == 3
    assert Template.objects.count() == 3


def test_what_the_library_lacks_is_said(post, desk, till, run_jobs):
    del post.library["1856"]
    post.library["7"] = ("退款通知", [("thing", "别的"), ("thing", "其他")])
    del post.library["1451"]
    desk.post("/notices/set-up", {"appid": till.appid})
    run_jobs()
    [setup] = desk.get("/notices/templates").json()["setups"]
    assert (setup["state"], setup["missing"]) == ("done", ["order_shipped", "refunded"])


def test_an_owners_own_template_is_used_if_we_can_fill_it(post, desk, till, run_jobs):
    fits = OwnTemplate("T-own", "订单支付成功通知", "订单号:{{number7.DATA}}\n金额：{{amount2.DATA}}\n", "", True)
    unfit = replace(fits, template_id="T-odd", title="订单发货通知", content="心情:{{thing1.DATA}}\n")
    post.own = [fits, unfit]
    desk.post("/notices/set-up", {"appid": till.appid})
    run_jobs()
    assert post.added == ["订单发货通知", "退款成功通知"]
    assert Template.objects.get(news="order_paid").facts == {"number7": "number", "amount2": "amount"}


@pytest.mark.parametrize(
    ("failure", "tries"),
    [(WeChatBusy("45009"), 5), (PermissionNotGranted("48001"), 1), (MessageTemplatesFull("45026"), 1)],
)
def test_choosing_gives_up_and_may_be_asked_again(post, desk, till, run_jobs, failure, tries):
    post.failure = failure
    desk.post("/notices/set-up", {"appid": till.appid})
    run_jobs(ahead=HOURS)
    row = SetUp.objects.get()
    assert (row.state, row.attempts) == ("failed", tries)
    assert type(failure).__name__ in row.last_error
    post.failure = None
    desk.post("/notices/set-up", {"appid": till.appid})
    run_jobs()
    assert (SetUp.objects.get().state, Template.objects.count()) == ("done", 3)


def test_only_apps_of_the_shop_are_set_up(desk, other_shop, post):
    answer = desk.post("/notices/set-up", {"appid": "wx-of-nobody"})
    assert (answer.status_code, answer.json()["code"]) == (404, "app_not_of_this_shop")
    assert not SetUp.objects.exists()


def test_lines_are_read_as_wechat_writes_them():
    assert chosen_lines(News.REFUNDED, [Line(1, "订单编号", "character_string")]) == ()
    assert facts_by_key(News.REFUNDED, "") is None
    assert facts_by_key(News.REFUNDED, "退款金额:{{amount1.DATA}}\n订单号:{{thing2.DATA}}") == {
        "amount1": Fact.AMOUNT,
        "thing2": Fact.NUMBER,
    }
    assert facts_by_key(News.REFUNDED, "退款金额:{{amount1.DATA}}\n心情:{{thing2.DATA}}") is None
    for recipe in news.RECIPES.values():
        assert len(recipe.scene) <= 15
        assert len(recipe.facts) >= 5
    assert set(news.RECIPES) == set(News)
    assert set(news.WORDINGS) == set(Fact)
    assert max(map(len, news.ASKED_AT.values())) <= 5


# --- what is told ---------------------------------------------------------------------------


def test_a_payment_a_parcel_and_a_refund_are_told_once_each(
    ready, post, till, buyer, desk, run_jobs
):
    for template in ready.values():
        allow(till, buyer, template)
    order = paid(buyer, till, run_jobs, goods=2)
    desk.ship(order, number="SF1234567890")
    run_jobs()
    order.refresh_from_db()
    desk.refund(order)
    run_jobs(ahead=120)
    assert [s["template"] for s in post.sent] == [
        ready[n].template_id for n in ("order_paid", "order_shipped", "refunded")
    ]
    bought, shipped, back = (s["data"] for s in post.sent)
    assert bought["character_string1"] == order.number
    assert bought["thing2"] == "Tea 0等2种"
    assert (bought["amount3"], bought["phrase5"]) == ("¥39.60", "已支付")
    assert (shipped["thing3"], shipped["character_string4"]) == ("顺丰速运", "SF1234567890")
    assert back["amount2"] == "¥39.60"
    assert post.sent[0]["openid"] == buyer.member.openid
    assert post.sent[0]["page"] == f"packages/shop/order/order?id={order.pk}"
    assert {n.state for n in Notice.objects.all()} == {"sent"}
    assert [left(t) for t in ready.values()] == [0, 0, 0]
    for notice in Notice.objects.all():  # the messages come again
        actions.tell(
            news=News(notice.news),
            order_id=order.pk,
            refund_id=notice.reference if notice.news == "refunded" else None,
        )
        actions.send(notice_id=notice.pk, attempt=0)
        actions.send(notice_id=notice.pk, attempt=1)
    run_jobs(ahead=HOURS)
    assert len(post.sent) == 3


def test_two_partial_refunds_are_two_notices(ready, post, till, buyer, run_jobs):
    allow(till, buyer, ready["refunded"], 2)
    order = paid(buyer, till, run_jobs)
    for n in (1, 2):
        refunds.request(
            payment=payments.payment_of(order.pk), amount=Money(100 * n), reason="少发", by="x", key=f"{n}"
        )
        run_jobs(ahead=120)
    assert [s["data"]["amount2"] for s in post.sent] == ["¥1.00", "¥2.00"]
    assert [s["data"]["thing3"] for s in post.sent] == ["少发", "少发"]


def test_an_order_that_costs_nothing_is_told_too(ready, post, till, buyer, run_jobs):
    allow(till, buyer, ready["order_paid"])
    free = skus(product("Gift"))[0]
    type(free).objects.filter(pk=free.pk).update(price_minor=0)
    order = buyer.order({free.pk: 1})
    run_jobs()
    assert (order.state, [s["data"]["amount3"] for s in post.sent]) == ("paid", ["¥0.00"])


def test_without_templates_nothing_is_written(post, till, buyer, run_jobs):
    order = paid(buyer, till, run_jobs)
    assert order.state == "paid"
    assert not Notice.objects.exists()
    assert post.tried == 0


def test_orders_do_not_mind_what_becomes_of_a_notice(ready, post, till, buyer, desk, run_jobs):
    allow(till, buyer, ready["order_paid"])
    post.failure = ValueRefused("47003", code="47003")
    order = paid(buyer, till, run_jobs)
    assert (order.state, state_of(order)) == ("paid", "refused")
    desk.ship(order, number="SF1234567890")
    run_jobs()
    order.refresh_from_db()
    assert order.state == "shipped"


# --- permits --------------------------------------------------------------------------------


def test_each_yes_is_worth_one_message(ready, post, till, buyer, run_jobs):
    template = ready["order_paid"]
    openid = buyer.member.openid
    push = accept(till, openid, template.template_id, run_jobs=run_jobs)
    assert left(template) == 1
    with transaction.atomic():
        publish(PermitsChanged(push.pk))  # again
    run_jobs()
    assert left(template) == 1
    accept(till, openid, *(t.template_id for t in ready.values()), run_jobs=run_jobs)
    assert [left(t) for t in (template, ready["refunded"])] == [2, 1]
    accept(till, openid, template.template_id, how="reject", run_jobs=run_jobs)
    accept(till, openid, template.template_id, how="ban", run_jobs=run_jobs)
    assert left(template) == 2
    accept(till, openid, template.template_id, how="accept", event="change", run_jobs=run_jobs)
    assert left(template) == 2  # switched on again: no message more
    accept(till, openid, template.template_id, how="reject", event="change", run_jobs=run_jobs)
    assert left(template) == 0
    causes = PermitEntry.objects.filter(permit__template_id=template.template_id)
    assert list(causes.order_by("pk").values_list("change", "cause")) == [
        (1, "accepted"),
        (1, "accepted"),
        (-2, "taken_back"),
    ]


def test_without_a_permit_nothing_is_sent(ready, post, till, buyer, run_jobs):
    order = paid(buyer, till, run_jobs)
    assert state_of(order) == "queued"  # the push may be on its way
    run_jobs(ahead=HOURS)
    assert state_of(order) == "no_permit"
    assert post.tried == 0


def test_a_yes_that_comes_after_the_payment_still_counts(ready, post, till, buyer, run_jobs):
    order = paid(buyer, till, run_jobs)
    accept(till, buyer.member.openid, ready["order_paid"].template_id)
    run_jobs(ahead=ladder.PERMIT_SECONDS[0] + 1)
    assert state_of(order) == "sent"
    assert left(ready["order_paid"]) == 0


def test_43101_empties_the_ledger(ready, post, till, buyer, run_jobs):
    allow(till, buyer, ready["order_paid"], 3)
    post.failure = NoPermitLeft("43101", code="43101")
    order = paid(buyer, till, run_jobs)
    assert state_of(order) == "no_permit"
    assert left(ready["order_paid"]) == 0
    assert post.tried == 1


def test_permits_cannot_be_forged_or_go_below_zero(ready, till, buyer):
    allow(till, buyer, ready["order_paid"])
    for change in (
        lambda: PermitEntry.objects.update(change=5),
        lambda: PermitEntry.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Permit.objects.update(left=-1)


# --- failures -------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [WeChatBusy("-1"), WeChatUnreachable("no"), ConcurrentSends("43108")])
def test_what_surely_did_not_go_out_is_tried_again(ready, post, till, buyer, run_jobs, failure):
    allow(till, buyer, ready["order_paid"])
    post.failure = failure
    order = paid(buyer, till, run_jobs)
    assert (state_of(order), left(ready["order_paid"])) == ("queued", 1)
    post.failure = None
    run_jobs(ahead=10)
    assert (state_of(order), left(ready["order_paid"])) == ("sent", 0)
    assert len(post.sent) == 1


def test_trying_again_ends(ready, post, till, buyer, run_jobs):
    allow(till, buyer, ready["order_paid"])
    post.failure = WeChatBusy("-1")
    order = paid(buyer, till, run_jobs)
    run_jobs(ahead=HOURS)
    assert (state_of(order), left(ready["order_paid"])) == ("failed", 1)
    assert post.tried == len(ladder.WAITS_SECONDS) + 1
    assert 1800 <= sum(ladder.WAITS_SECONDS) < 3600
    assert max(ladder.WAITS_SECONDS) < 300


@pytest.mark.parametrize("failure", [WeChatTimedOut("slow"), BadAnswer("half")])
def test_what_may_have_gone_out_is_not_sent_again(ready, post, till, buyer, run_jobs, failure):
    allow(till, buyer, ready["order_paid"], 2)
    post.failure = failure
    order = paid(buyer, till, run_jobs)
    run_jobs(ahead=HOURS)
    assert (state_of(order), left(ready["order_paid"])) == ("failed", 1)
    assert post.tried == 1


def test_a_page_that_is_not_released_is_left_out(ready, post, till, buyer, run_jobs, monkeypatch):
    allow(till, buyer, ready["order_paid"])
    send = subscriptions.send

    def picky(appid, *, page="", **rest):
        if page:
            post.tried += 1
            raise PageNotReleased("41030", code="41030")
        send(appid, page=page, **rest)

    monkeypatch.setattr(subscriptions, "send", picky)
    order = paid(buyer, till, run_jobs)
    run_jobs(ahead=10)
    assert (state_of(order), post.sent[0]["page"]) == ("sent", "")


class Killed(BaseException):
    pass


def test_a_worker_that_dies_while_sending_sends_nothing_twice(
    ready, post, till, buyer, run_jobs, monkeypatch
):
    allow(till, buyer, ready["order_paid"], 2)
    order = paid(buyer, till, run_jobs, run=False)

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(actions, "_end", dies)
        with pytest.raises(Killed):
            run_jobs()
    assert (state_of(order), len(post.sent)) == ("sending", 1)
    notice = Notice.objects.get()
    with transaction.atomic():
        publish(NoticeDue(notice.pk, 0))  # delivered again
    run_jobs(ahead=HOURS)
    assert (state_of(order), len(post.sent)) == ("failed", 1)
    assert "may have been sent" in Notice.objects.get().last_error
    assert left(ready["order_paid"]) == 1


def test_a_worker_that_was_slow_and_not_dead_may_still_say_that_it_was_sent(
    ready, post, till, buyer, run_jobs, monkeypatch, shop
):
    allow(till, buyer, ready["order_paid"])
    order = paid(buyer, till, run_jobs, run=False)
    send = subscriptions.send

    def slow(appid, **rest):
        monkeypatch.setattr(subscriptions, "send", send)
        with context.activate(shop):
            actions.send(notice_id=Notice.objects.get().pk, attempt=0)  # taken for dead
            assert state_of(order) == "failed"
        send(appid, **rest)

    monkeypatch.setattr(subscriptions, "send", slow)
    run_jobs()
    assert (state_of(order), len(post.sent)) == ("sent", 1)


# --- one at a time --------------------------------------------------------------------------


def test_two_messages_to_one_customer_go_one_after_the_other(
    ready, post, till, buyer, run_jobs, monkeypatch, shop
):
    allow(till, buyer, ready["order_paid"], 2)
    orders = [paid(buyer, till, run_jobs, run=False) for _ in range(2)]
    for order in orders:
        actions.tell(news=News.ORDER_PAID, order_id=order.pk)
    send, seen = subscriptions.send, []

    def watching(appid, **rest):
        monkeypatch.setattr(subscriptions, "send", send)
        with context.activate(shop):
            waiting = Notice.objects.get(state="queued")
            actions.send(notice_id=waiting.pk, attempt=0)
            waiting.refresh_from_db()
        seen.append((waiting.state, len(post.sent)))
        send(appid, **rest)

    monkeypatch.setattr(subscriptions, "send", watching)
    run_jobs()
    assert seen == [("queued", 0)]
    run_jobs(ahead=10)
    assert [state_of(order) for order in orders] == ["sent", "sent"]
    assert len(post.sent) == 2


def test_a_message_that_was_lost_while_being_sent_lets_others_pass(
    ready, post, till, buyer, run_jobs
):
    allow(till, buyer, ready["order_paid"])
    lost = Notice.objects.create(
        news="refunded", reference=uuid4(), order_id=uuid4(), order_number="1", appid=till.appid,
        openid=buyer.member.openid, template_id="T", data={}, sending_since=clock.now(),
    )  # fmt: skip
    Notice.objects.filter(pk=lost.pk).update(state=NoticeState.SENDING)
    order = paid(buyer, till, run_jobs)
    assert state_of(order) == "queued"
    with clock.ahead(ladder.LOST_AFTER + timedelta(seconds=1)):
        run_jobs(ahead=3)
        run_jobs(ahead=10)
    assert state_of(order) == "sent"
    lost.refresh_from_db()
    assert (lost.state, lost.last_error) == ("failed", "its worker was lost")


# --- doors ----------------------------------------------------------------------------------


def test_the_mini_program_learns_what_to_ask_for(ready, post, till, buyer):
    asked = buyer.get("/notices/templates").json()
    assert asked == {
        "items": [
            {
                "moment": "pay",
                "template_ids": [
                    ready[n].template_id for n in ("order_paid", "order_shipped", "refunded")
                ],
            },
            {"moment": "refund", "template_ids": [ready["refunded"].template_id]},
        ]
    }
    Template.objects.all().delete()
    assert buyer.get("/notices/templates").json()["items"] == [
        {"moment": "pay", "template_ids": []},
        {"moment": "refund", "template_ids": []},
    ]


def test_staff_see_how_notices_ended(ready, post, till, buyer, desk, run_jobs):
    allow(till, buyer, ready["order_paid"], 2)
    orders = [paid(buyer, till, run_jobs) for _ in range(3)]
    run_jobs(ahead=HOURS)
    first = desk.get("/notices", limit=2).json()
    second = desk.get("/notices", limit=2, before=first["next"]).json()
    shown = first["items"] + second["items"]
    assert [n["order_number"] for n in shown] == [o.number for o in reversed(orders)]
    assert (len(shown), second["next"]) == (3, None)
    assert [n["state"] for n in desk.get("/notices", state="no_permit").json()["items"]] == [
        "no_permit"
    ]
    assert queries.permits_left(
        appid=till.appid,
        openid=buyer.member.openid,
        template_ids=[ready["order_paid"].template_id],
    ) == {ready["order_paid"].template_id: 0}


def test_flows_end():
    assert NOTICE_FLOW.ends() == {NoticeState.SENT, NoticeState.NO_PERMIT, NoticeState.REFUSED}
    assert SETUP_FLOW.ends() == frozenset()
    assert choosing._MOST_PAGES * choosing._PAGE >= 1000
