"""Recommending the shop: join, share the link, a friend buys, see what it brings and why."""

from infra.first_sale.checking import eventually
from tests.miniprogram.customer import ask, signed_in
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
