"""What a customer has and does beside the screens: an address, and a look at their own orders."""

from typing import Any

from infra.first_sale.buyer import ADDRESS
from tests.miniprogram.phone import Phone

_ASK = """([method, path, data]) => new Promise((done, fail) => {
  const { apiBase, tenant } = wx.getExtConfigSync()
  wx.request({
    url: `${apiBase}/s/${tenant}/v1${path}`, method, data,
    header: { Authorization: `Bearer ${wx.getStorageSync('token')}`,
              'Idempotency-Key': String(Math.random()) },
    success: ({ statusCode, data }) => done([statusCode, data]),
    fail: ({ errMsg }) => fail(errMsg),
  })
})"""


def ask(phone: Phone, method: str, path: str, body: Any = None) -> Any:
    """Ask the shop's API as the person who holds the phone."""
    status, told = phone.frame.evaluate(_ASK, [method, path, body])
    assert status < 300, told
    return told


def signed_in(phone: Phone, **how: Any) -> Phone:
    """Open the cart, which signs in; leave an address."""
    phone.open("/pages/cart/cart", **how)
    phone.frame.wait_for_function("() => getCurrentPages()[0].data.status !== 'loading'")
    ask(phone, "POST", "/addresses", ADDRESS)
    return phone


def orders(phone: Phone) -> list[Any]:
    """Return the person's orders, the newest first."""
    return list(ask(phone, "GET", "/orders")["items"])
