"""Every path of api.mch.weixin.qq.com that this WeChat answers (CONTRACT §4)."""

from typing import Any

from aiohttp import web

from . import pay_more_routes
from .pay_door import CERTIFICATES, Answer, Call, PayDoor, Table, Work
from .pay_pages import CHECKOUT_PATH
from .refusals import PayRefusal
from .simulator import Simulator

MODES = (("partner", "/v3/pay/partner/transactions"), ("direct", "/v3/pay/transactions"))
TRADE_TYPES = (("jsapi", "JSAPI"), ("native", "NATIVE"), ("app", "APP"), ("h5", "MWEB"))


def routes(simulator: Simulator, door: PayDoor) -> list[web.RouteDef]:
    """The route table; anything else under /v3/ is 404 RESOURCE_NOT_EXISTS, signed."""
    table = [
        ("GET", CERTIFICATES, lambda call: (200, simulator.signer.certificates(call.merchant))),
        *_refunds(simulator),
        *pay_more_routes.table(simulator),
    ]
    for mode, base in MODES:
        table += _transactions(simulator, mode, base)
    known = [web.route(method, path, door.door(work)) for method, path, work in table]
    return [*known, web.route("*", "/v3/{rest:.*}", door.door(_no_such_path))]


def _transactions(simulator: Simulator, mode: str, base: str) -> Table:
    payments = simulator.payments

    def query(call: Call) -> Answer:
        order = payments.find(call.merchant.key(call.number))
        return 200, payments.query(call.merchant, mode, order, call.query)

    def query_by_id(call: Call) -> Answer:
        order = payments.by_transaction(call.number)
        return 200, payments.query(call.merchant, mode, order, call.query)

    def close(call: Call) -> Answer:
        payments.close(call.merchant, mode, call.number, call.json())
        return 204, None

    prepays: Table = [
        ("POST", f"{base}/{path}", _prepay(simulator, mode, kind)) for path, kind in TRADE_TYPES
    ]
    return [
        *prepays,
        ("GET", base + "/out-trade-no/{number}", query),
        ("GET", base + "/id/{number}", query_by_id),
        ("POST", base + "/out-trade-no/{number}/close", close),
    ]


def _prepay(simulator: Simulator, mode: str, trade_type: str) -> Work:
    def prepay(call: Call) -> Answer:
        made = simulator.payments.prepay(call.merchant, mode, trade_type, call.json())
        return 200, _invitation(simulator, trade_type, made)

    return prepay


def _invitation(simulator: Simulator, trade_type: str, prepay_id: str) -> dict[str, Any]:
    """What each trade type hands to the customer's side."""
    if trade_type == "NATIVE":
        return {"code_url": f"weixin://wxpay/bizpayurl?pr={prepay_id[-16:]}"}
    if trade_type == "MWEB":
        base = simulator.keys.handed["pay_base"]
        return {"h5_url": f"{base}{CHECKOUT_PATH}?prepay_id={prepay_id}"}
    return {"prepay_id": prepay_id}


def _refunds(simulator: Simulator) -> Table:
    refunds, base = simulator.refunds, "/v3/refund/domestic/refunds"

    def create(call: Call) -> Answer:
        return 200, refunds.create(call.merchant, call.json())

    def query(call: Call) -> Answer:
        return 200, refunds.query(call.merchant, call.number, call.query.get("sub_mchid") or None)

    def apply_abnormal(call: Call) -> Answer:
        return 200, refunds.apply_abnormal(call.merchant, call.number, call.json())

    return [
        ("POST", base, create),
        ("GET", base + "/{number}", query),
        ("POST", base + "/{number}/apply-abnormal-refund", apply_abnormal),
    ]


def _no_such_path(_: Call) -> Answer:
    raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "this simulator does not imitate this path")
