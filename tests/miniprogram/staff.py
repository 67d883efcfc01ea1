"""A phone of the shop's staff: the portal's code lets it in (ADR 0015)."""

from typing import Any

from playwright.sync_api import Locator

from infra.first_sale.owner import Owner
from tests.miniprogram.phone import Phone
from tests.miniprogram.shops import OpenShop

TODAY = "/packages/owner/today/today"
_AS_STAFF = """([method, path, data]) => new Promise((done, fail) => {
  const { apiBase, tenant } = wx.getExtConfigSync()
  wx.request({
    url: `${apiBase}/b/${tenant}/v1${path}`, data,
    method: method === 'GET' ? 'GET' : 'POST',
    header: {
      Authorization: `Bearer ${wx.getStorageSync('staff').token}`,
      'X-HTTP-Method-Override': method,
    },
    success: ({ statusCode, data }) => done([statusCode, data]),
    fail: ({ errMsg }) => fail(errMsg),
  })
})"""


def code_of(person: Owner) -> str:
    """Make a code in the portal's API, as this person."""
    return str(person.browser.send("POST", f"{person.api}/phones/codes", wanted=201)["code"])


def linked(phone: Phone, shop: OpenShop, *, by: Owner | None = None, **how: Any) -> Phone:
    """Open the staff's page on a phone and enter a code that somebody made in the portal."""
    phone.open(TODAY, **how)
    is_english = how.get("language") == "en"
    field(phone, "Code" if is_english else "绑定码").fill(code_of(by or shop.owner))
    phone.tap(phone.button("Link this phone" if is_english else "绑定这部手机"))
    phone.sees("To do" if is_english else "待处理")
    return phone


def field(phone: Phone, label: str) -> Locator:
    """Return what is typed into under this label."""
    return phone.inner.get_by_label(label).locator("input").locator("visible=true").first


def as_staff(phone: Phone, method: str, path: str, body: Any = None) -> Any:
    """Ask the backoffice with the token that the phone has."""
    return phone.frame.evaluate(_AS_STAFF, [method, path, body])
