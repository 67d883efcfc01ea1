"""Orders that a customer has before the screens are looked at, made as the mini-program makes them."""

from typing import Any

from infra.first_sale.checking import eventually
from tests.miniprogram.customer import ask
from tests.miniprogram.phone import Phone
from tests.miniprogram.shops import OpenShop

PAY = "支付 · Pay"


def ordered(
    phone: Phone, shop: OpenShop, *titles: str, pickup: dict[str, str] | None = None
) -> dict[str, Any]:
    """Order one of the first SKU of each product; the order as the API shows it."""
    lines = [{"sku_id": shop.product(title)["skus"][0]["id"], "quantity": 1} for title in titles]
    address = ask(phone, "GET", "/addresses")["items"][0]["id"]
    to = {"pickup": pickup} if pickup else {"address_id": address}
    made = ask(phone, "POST", "/orders", {"lines": lines, **to})
    return look(phone, made["id"])


def paid(
    phone: Phone, shop: OpenShop, *titles: str, pickup: dict[str, str] | None = None
) -> dict[str, Any]:
    """Order them and pay at WeChat."""
    order = ordered(phone, shop, *titles, pickup=pickup)
    sheet = ask(phone, "POST", f"/orders/{order['id']}/pay", {})
    phone.frame.evaluate("sheet => void wx.requestPayment({ ...sheet, complete() {} })", sheet)
    phone.answer(PAY)
    ready = lambda: ask(phone, "POST", f"/orders/{order['id']}/refresh", {})["state"] == "paid"  # noqa: E731
    eventually("付款 · the payment", ready)
    return look(phone, order["id"])


def shipped(phone: Phone, shop: OpenShop, *titles: str, number: str) -> dict[str, Any]:
    """Order and pay; the owner ships all of it."""
    order = paid(phone, shop, *titles)
    shop.owner.ship(order["id"], "SF", number)
    return look(phone, order["id"])


def look(phone: Phone, order_id: str) -> dict[str, Any]:
    """Return the order as it is now."""
    return dict(ask(phone, "GET", f"/orders/{order_id}"))


def go(phone: Phone, path: str) -> None:
    """Lead the mini-program to a page, as one of its own links does."""
    phone.frame.evaluate("url => wx.navigateTo({ url })", path)
