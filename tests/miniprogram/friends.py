"""A friend who comes through somebody's link, over HTTP: what they buy earns a commission."""

import secrets

from infra.first_sale.buyer import Buyer
from infra.first_sale.visitors import MiniProgram
from infra.stage.stage import Stage
from tests.miniprogram.shops import OpenShop


def buys_through(code: str, shop: OpenShop, stage: Stage, title: str) -> None:
    """Order one piece, pay for it and receive it."""
    program = MiniProgram(stage.url)
    friend = Buyer(program, shop.owner.check, stage.wechat, shop.id, shop.appid)
    friend.sign_in(f"friend-{secrets.token_hex(4)}")
    program.ask("POST", f"{friend.api}/distribution/visits", json={"code": code}, wanted=204)
    line = {"sku_id": shop.product(title)["skus"][0]["id"], "quantity": 1}
    order = program.ask(
        "POST",
        f"{friend.api}/orders",
        json={"lines": [line], "address_id": friend.address_id},
        headers={"Idempotency-Key": secrets.token_hex(16)},
        wanted=201,
    ).json()
    friend.pay(order["id"])
    friend.wait_until(order["id"], "paid")
    shop.owner.ship(order["id"], "SF", f"SF{secrets.randbelow(10**12):012}")
    program.send("POST", f"{friend.api}/orders/{order['id']}/confirm-receipt", {})
