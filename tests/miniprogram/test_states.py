"""Offline, slow, broken, empty: every state says what it is and leads out of itself."""

from playwright.sync_api import expect

from tests.miniprogram.shops import DRAGON_WELL


def test_offline_says_so_and_comes_back_by_itself(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    phone.context.set_offline(True)
    phone.tap(phone.button(DRAGON_WELL))
    phone.sees("网络未连接")
    expect(phone.button("重试")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.title).to_have_text(DRAGON_WELL)


def test_what_was_shown_stays_when_the_network_goes(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    phone.context.set_offline(True)
    phone.frame.evaluate("getCurrentPages()[0].reload()")
    phone.sees("网络未连接")
    phone.sees(DRAGON_WELL)
    phone.context.set_offline(False)


def test_a_broken_server_is_admitted_and_tried_again(phone_of, tea):
    phone = phone_of(tea)
    broken = {"status": 500, "body": "<h1>oops</h1>", "content_type": "text/html"}
    phone.page.route("**/v1/home", lambda route: route.fulfill(**broken))
    phone.open()
    phone.sees("出了点问题")
    phone.page.unroute("**/v1/home")
    phone.tap(phone.button("重试"))
    phone.sees(DRAGON_WELL)


def test_a_product_that_is_gone_is_told_in_the_apis_words(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/product/product?id=00000000-0000-7000-8000-000000000000")
    phone.sees("没有找到。")


def test_the_first_screen_is_light(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    asked = [request for request in phone.requests if "/v1/" in request]
    assert sorted(r.rsplit("/", 1)[1] for r in asked) == ["home", "theme"]
    assert phone.bytes_received < 800_000
