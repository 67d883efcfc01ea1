"""What happens after an order was made: pay, cancel, parcels, receipt, money back."""

import pytest
from playwright.sync_api import expect

from tests.miniprogram.customer import ask, signed_in
from tests.miniprogram.purchases import PAY, go, look, ordered, paid, shipped
from tests.miniprogram.shops import DRAGON_WELL

WHITE = "老寿眉 Aged White"
PUER = "熟普小沱 Ripe Pu'er"


def open_order(phone, order) -> None:
    go(phone, f"/packages/shop/order/order?id={order['id']}")
    phone.sees(order["number"])


def state(phone, words: str) -> None:
    """Wait until the order, or the request, is headed so."""
    expect(
        phone.inner.get_by_role("heading", name=words, exact=True).locator("visible=true")
    ).to_be_visible()


def sum_of(phone, words: str):
    return phone.inner.get_by_label(words).locator("visible=true")


def test_an_unpaid_order_is_paid_from_the_list(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = ordered(phone, tea, WHITE)
    phone.tab("我的")
    phone.tap(phone.button("待付款 1"))
    expect(phone.title).to_have_text("我的订单")
    phone.sees("待付款 (1)")
    phone.tap(phone.button("立即支付"))
    phone.answer(PAY)
    phone.sees("支付成功")
    phone.tap(phone.button("查看订单"))
    state(phone, "待发货")
    phone.sees("店主正在备货")
    phone.back()
    phone.sees("还没有订单")
    assert look(phone, order["id"])["state"] == "paid"


def test_wechats_question_comes_right_after_the_payment(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = ordered(phone, tea, WHITE)
    moments = {"items": [{"moment": "pay", "template_ids": ["paid-template"]}]}
    phone.page.route("**/v1/notices/templates", lambda route: route.fulfill(json=moments))
    open_order(phone, order)
    phone.tap(phone.button("立即支付"))
    phone.answer(PAY)
    phone.sees("paid-template")
    phone.answer("允许 · Allow")
    phone.sees("支付成功")


def test_what_was_shipped_is_received(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = shipped(phone, tea, WHITE, number="SF7000000001")
    go(phone, "/packages/shop/orders/orders?tab=to_receive")
    phone.tap(phone.button(order["number"]))
    state(phone, "待收货")
    phone.sees("顺丰速运 SF7000000001")
    phone.tap(phone.button("复制运单号 SF7000000001"))
    phone.tap(phone.button("同意", exact=True))  # WeChat counts the clipboard among private things
    phone.sees("内容已复制")
    assert phone.frame.evaluate("wx.getClipboardData().then(({ data }) => data)") == "SF7000000001"
    phone.tap(phone.button("确认收货"))
    phone.answer("确定")
    state(phone, "已完成")
    phone.sees("已收货")
    assert look(phone, order["id"])["state"] == "completed"
    phone.back()
    phone.sees("还没有订单")


def test_a_request_is_refused_with_a_reason_asked_again_and_withdrawn(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = paid(phone, tea, WHITE)
    ask(phone, "POST", "/aftersales", {"order_id": order["id"], "reason": "not_wanted"})
    browser, api = tea.owner.browser, tea.owner.api
    [row] = browser.get(f"{api}/aftersales", state="requested")["items"]
    browser.send("POST", f"{api}/aftersales/{row['id']}/refuse", {"answer": "今天已打包"})
    go(phone, f"/packages/shop/refund/refund?order={order['id']}")
    state(phone, "店主没有同意退款")
    phone.sees("今天已打包")
    phone.tap(phone.button("重新申请"))
    phone.tap(phone.inner.get_by_role("radio", name="其他原因"))
    phone.tap(phone.button("提交申请"))
    state(phone, "等待店主处理")
    phone.tap(phone.button("撤销申请"))
    phone.answer("确定")
    state(phone, "您已撤销退款申请")
    states = [one["state"] for one in ask(phone, "GET", "/aftersales")["items"]]
    assert (states, look(phone, order["id"])["state"]) == (["cancelled", "refused"], "paid")


@pytest.mark.parametrize("answer", ["允许 · Allow", "拒绝 · Refuse"])
def test_wechats_question_comes_with_the_request_and_stops_nothing(phone_of, tea, answer):
    phone = signed_in(phone_of(tea))
    order = paid(phone, tea, WHITE)
    moments = {"items": [{"moment": "refund", "template_ids": ["refunded-template"]}]}
    phone.page.route("**/v1/notices/templates", lambda route: route.fulfill(json=moments))
    go(phone, f"/packages/shop/refund/refund?order={order['id']}")
    phone.tap(phone.inner.get_by_role("radio", name="其他原因"))
    phone.tap(phone.button("提交申请"))
    phone.sees("refunded-template")
    assert ask(phone, "GET", "/aftersales")["items"] == []
    phone.answer(answer)
    state(phone, "等待店主处理")


def test_a_request_whose_answer_is_lost_is_made_once(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = paid(phone, tea, WHITE)
    go(phone, f"/packages/shop/refund/refund?order={order['id']}")
    phone.tap(phone.inner.get_by_role("radio", name="不想要了"))
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    phone.page.route("**/v1/aftersales", lose)
    phone.tap(phone.button("提交申请"))
    phone.sees("网络未连接")
    phone.page.unroute("**/v1/aftersales")
    assert lost == [201]
    phone.tap(phone.button("提交申请"))
    state(phone, "等待店主处理")
    assert len(ask(phone, "GET", "/aftersales")["items"]) == 1


def test_a_long_list_of_orders_comes_in_pages_of_20(phone_of, tea):
    phone = signed_in(phone_of(tea))
    for _ in range(23):
        ordered(phone, tea, WHITE)
    go(phone, "/packages/shop/orders/orders")
    cards = phone.inner.locator(".card .whole").locator("visible=true")
    expect(cards).to_have_count(20)
    newest = ordered(phone, tea, WHITE)
    cards.last.scroll_into_view_if_needed()
    phone.inner.locator("wx-page:not([wx-hidden])").evaluate("e => e.scrollTo(0, 1e6)")
    expect(cards).to_have_count(23)
    phone.sees("没有更多了")
    labels = cards.evaluate_all("all => all.map(e => e.ariaLabel)")
    assert len(set(labels)) == 23
    assert not [label for label in labels if newest["number"] in label]
    for order in ask(phone, "GET", "/orders?limit=30")["items"]:
        ask(phone, "POST", f"/orders/{order['id']}/cancel")


def test_another_persons_order_is_not_there(phone_of, tea):
    phone, stranger = signed_in(phone_of(tea)), signed_in(phone_of(tea))
    order = ordered(phone, tea, WHITE)
    go(stranger, f"/packages/shop/order/order?id={order['id']}")
    stranger.sees("没有找到。")
    expect(stranger.text(order["number"])).to_have_count(0)


def test_orders_offline_and_with_a_broken_server(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = ordered(phone, tea, WHITE)
    phone.context.set_offline(True)
    go(phone, "/packages/shop/orders/orders")
    phone.sees("网络未连接")
    phone.context.set_offline(False)
    expect(phone.button(order["number"])).to_be_visible()
    broken = {"status": 500, "body": "<h1>oops</h1>", "content_type": "text/html"}
    phone.page.route(f"**/v1/orders/{order['id']}", lambda route: route.fulfill(**broken))
    phone.tap(phone.button(order["number"]))
    phone.sees("出了点问题")
    phone.page.unroute(f"**/v1/orders/{order['id']}")
    phone.tap(phone.button("重试"))
    state(phone, "待付款")


def test_english_from_the_order_to_the_refund(phone_of, tea):
    phone = signed_in(phone_of(tea), language="en")
    order = shipped(phone, tea, WHITE, number="SF7000000009")
    phone.tab("Me")
    phone.tap(phone.button("To receive 1"))
    phone.tap(phone.button(order["number"]))
    state(phone, "To receive")
    phone.sees("SF Express SF7000000009")
    phone.sees("Parcel 1 of 1")
    phone.tap(phone.button("Ask for a refund"))
    phone.tap(phone.inner.get_by_role("radio", name="Wrong item"))
    phone.tap(phone.button("Send request"))
    state(phone, "Waiting for the shop")
    phone.back()
    phone.tap(phone.button("Confirm receipt"))
    phone.answer("OK")
    state(phone, "Completed")


@pytest.mark.parametrize("width", [320, 375, 430])
@pytest.mark.parametrize("font", [16, 23])
def test_nothing_of_an_order_is_cut_off(phone_of, books, width, font):
    phone = signed_in(phone_of(books, width=width), font=font, language="en" if font > 16 else "zh_CN")
    order = ordered(phone, books, DRAGON_WELL, PUER)
    for path in (
        "orders/orders", f"order/order?id={order['id']}", f"refund/refund?order={order['id']}",
    ):  # fmt: skip
        go(phone, f"/packages/shop/{path}")
        phone.sees(order["number"])
        assert phone.overflow() == [], path
    ask(phone, "POST", f"/orders/{order['id']}/cancel")
