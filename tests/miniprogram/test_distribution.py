"""Recommending the shop: join, share the link, a friend buys, see what it brings and why."""

from infra.first_sale.checking import eventually
from tests.miniprogram.customer import ask, signed_in
from tests.miniprogram.friends import buys_through
from tests.miniprogram.purchases import go, paid
from tests.miniprogram.shops import GAIWAN

PAGE = "/packages/shop/distribution/distribution"


def card(phone) -> str:
    """The address of the card that the page in front shares."""
    return str(
        phone.frame.evaluate("() => getCurrentPages().at(-1).onShareAppMessage().path")
    )


def test_a_friend_comes_through_the_link_and_buys(phone_of, tea):
    ann = signed_in(phone_of(tea))
    go(ann, PAGE)
    ann.sees("本店暂未开放分销")
    tea.let_recommend()
    go(ann, PAGE)
    ann.tap(ann.button("成为分销员"))
    ann.sees("我的推荐码")
    ann.sees("好友实付商品金额的 10%（不含运费）")
    path = card(ann)
    assert path.startswith("/pages/home/home?d=")

    bob = phone_of(tea)
    bob.open(path)
    bob.sees(GAIWAN)
    signed_in(bob)
    order = paid(bob, tea, GAIWAN)
    earned = lambda: ask(ann, "GET", "/distribution/commissions")["items"]  # noqa: E731
    eventually("佣金 · the commission", earned)

    go(ann, PAGE)
    ann.sees("已付款，待收货")
    ann.tap(ann.button(order["number"]))
    ann.sees(f"{GAIWAN}")
    ann.answer("确定")
    assert ann.overflow() == []
    go(bob, PAGE)
    bob.sees("成为分销员")
    assert earned()[0]["amount_minor"] * 10 == earned()[0]["base_minor"]


def test_what_was_earned_is_withdrawn_and_taken_in_wechat(phone_of, tea, stage):
    tea.let_recommend(hold_days=0)
    tea.let_withdraw()
    ann = signed_in(phone_of(tea))
    code = ask(ann, "POST", "/distribution/apply", {})["code"]
    buys_through(code, tea, stage, GAIWAN)
    wallet = lambda: ask(ann, "GET", "/wallet")  # noqa: E731
    eventually("佣金入账 · the commission in the wallet", lambda: wallet()["available_minor"])
    assert wallet()["available_minor"] == 520

    ann.tab("我的")
    ann.tap(ann.button("我的钱包"))
    ann.sees("佣金入账")
    amount = ann.inner.get_by_role("textbox", name="提现金额")
    amount.fill("0.5")
    ann.tap(ann.button("提现到微信零钱"))
    ann.sees("最低提现金额为")
    amount.fill("5")
    ann.tap(ann.button("提现到微信零钱"))
    ann.sees("实际到账 ¥4.85")
    ann.answer("确定")
    ann.sees("待店铺审核")
    [asked] = ask(ann, "GET", "/withdrawals")["items"]
    assert (asked["amount_minor"], asked["net_minor"]) == (500, 485)

    tea.answer_withdrawal(asked["id"], "approve")
    look = lambda: ask(ann, "GET", f"/withdrawals/{asked['id']}")  # noqa: E731
    eventually("待确认 · the transfer", lambda: look()["state"] == "wait_user_confirm")
    ann.back()
    ann.tap(ann.button("我的钱包"))
    ann.sees("待您确认收款")
    assert ann.overflow() == []
    ann.tap(ann.button("确认收款"))
    ann.answer("取消 · Cancel")
    ann.sees("待您确认收款")
    ann.tap(ann.button("确认收款"))
    ann.answer("收款 · Take")
    ann.sees("已到账")
    assert (wallet()["available_minor"], wallet()["withdrawing_minor"]) == (20, 0)
    bills = stage.wechat("GET", "transfers", None)["transfers"]
    [bill] = [each for each in bills if each["out_bill_no"] == asked["number"]]
    assert (bill["state"], bill["fen"]) == ("SUCCESS", 485)
