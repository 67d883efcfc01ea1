"""The tester's hand on merchants and on WeChat Pay's slow affairs: /_control, JSON in and out."""

from typing import Any

from aiohttp import web

from .clock import rfc3339
from .control import Answer, Verb, control_routes
from .refusals import ControlRefusal
from .simulator import Simulator
from .store import Row


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every control route of these parts."""
    hand = PayControl(simulator)
    table: list[tuple[str, str, Verb]] = [
        ("GET", "merchants", hand.merchants),
        ("POST", "merchants", hand.create_merchant),
        ("GET", "merchants/{mchid}", hand.merchant),
        ("PUT", "merchants/{mchid}", hand.change_merchant),
        ("POST", "merchants/{mchid}/rotate", hand.rotate),
        ("POST", "merchants/{mchid}/withdraw_key", hand.withdraw_key),
        ("POST", "merchants/{mchid}/sub_merchants", hand.add_sub_merchant),
        ("POST", "bindings", hand.bind),
        ("GET", "funds/{mchid}", hand.funds),
        ("POST", "funds/{mchid}", hand.deposit),
        ("POST", "orders/{number}/paying", hand.show_paying),
        ("GET", "sharings", hand.sharings),
        ("POST", "sharings/{number}", hand.decide_sharing),
        ("GET", "transfers", hand.transfers),
        ("POST", "transfers/{number}", hand.decide_transfer),
        ("POST", "merchant_transfer", hand.confirm_transfer),
        ("POST", "transfer_grants/{sub_mchid}/withdraw", hand.withdraw_grant),
        ("GET", "applyments", hand.applyments),
        ("POST", "applyments/{number}", hand.move_applyment),
        ("GET", "settlements", hand.settlements),
        ("POST", "settlements/{number}", hand.decide_settlement),
        ("GET", "complaints", hand.complaints),
        ("POST", "complaints", hand.complain),
        ("POST", "complaints/{number}/reply", hand.reply),
    ]
    return control_routes(table)


class PayControl:
    """One method per action; the control page calls the same methods."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator, self._parts = simulator, simulator.pay

    # --- merchants and their money ------------------------------------------------------------

    async def merchants(self, _: web.Request, __: Answer) -> Answer:
        rows = self._simulator.merchants.all()
        return {"merchants": [_shown(row, "mchid", "kind", "name", "appid") for row in rows]}

    async def create_merchant(self, _: web.Request, wish: Answer) -> Answer:
        kind, name, appid = (str(wish.get(key) or "") for key in ("kind", "name", "appid"))
        return self._simulator.merchants.create(kind or "direct", name[:40], appid)

    async def merchant(self, request: web.Request, _: Answer) -> Answer:
        return self._simulator.merchants.handed(request.match_info["mchid"])

    async def change_merchant(self, request: web.Request, wish: Answer) -> Answer:
        """`sharing_url`: where results of profit sharing are told."""
        mchid = request.match_info["mchid"]
        self._simulator.merchants.known(mchid)
        url = str(wish.get("sharing_url") or "")
        self._simulator.merchants.register_url(mchid, "sharing_url", url)
        return {"mchid": mchid, "sharing_url": url}

    async def rotate(self, request: web.Request, wish: Answer) -> Answer:
        mchid = request.match_info["mchid"]
        return self._simulator.merchants.rotate(mchid, str(wish.get("what", "")))

    async def withdraw_key(self, request: web.Request, wish: Answer) -> Answer:
        mchid = request.match_info["mchid"]
        self._simulator.merchants.withdraw_key(mchid, str(wish.get("serial_no", "")))
        return self._simulator.merchants.handed(mchid)

    async def add_sub_merchant(self, request: web.Request, wish: Answer) -> Answer:
        merchants, appid = self._simulator.merchants, str(wish.get("appid") or "")
        with self._simulator.store.transaction():
            sub_mchid = merchants.add_sub_merchant(
                request.match_info["mchid"], str(wish.get("name") or "")
            )
            if appid:
                merchants.bind(sub_mchid, appid)
        return {"sub_mchid": sub_mchid, "appid": appid}

    async def bind(self, _: web.Request, wish: Answer) -> Answer:
        mchid, appid = str(wish.get("mchid", "")), str(wish.get("appid", ""))
        self._simulator.merchants.bind(mchid, appid)
        return {"mchid": mchid, "appid": appid}

    async def funds(self, request: web.Request, _: Answer) -> Answer:
        return self._simulator.funds.describe(request.match_info["mchid"])

    async def deposit(self, request: web.Request, wish: Answer) -> Answer:
        fen = wish.get("fen")
        if not isinstance(fen, int) or isinstance(fen, bool):
            raise ControlRefusal(400, "fen must be a whole number")
        mchid, account = request.match_info["mchid"], str(wish.get("account") or "OPERATION")
        note = "充值" if fen > 0 else "提现"
        return self._simulator.funds.deposit(mchid, account, fen, note)

    async def show_paying(self, request: web.Request, wish: Answer) -> Answer:
        number, is_paying = request.match_info["number"], wish.get("is_paying") is not False
        self._simulator.payments.show_paying(number, is_paying=is_paying)
        return {"out_trade_no": number, "is_paying": is_paying}

    # --- sharing and transfers ----------------------------------------------------------------

    async def sharings(self, request: web.Request, _: Answer) -> Answer:
        """`?number=`: the newest, with this in their out_order_no."""
        sharing = self._parts.sharing
        rows = sharing.all(request.query.get("number", ""))
        return {"sharings": [sharing.describe(row) for row in rows]}

    async def decide_sharing(self, request: web.Request, wish: Answer) -> Answer:
        """`number` is WeChat's order_id; result SUCCESS, or CLOSED with fail_reason."""
        number, result = request.match_info["number"], str(wish.get("result", ""))
        reason = str(wish.get("fail_reason") or "ACCOUNT_ABNORMAL")
        self._parts.sharing.decide(number, result, reason)
        return {"order_id": number, "result": result}

    async def transfers(self, request: web.Request, _: Answer) -> Answer:
        """`?openid=`: the newest, to one person."""
        hidden = ("request", "notify_url")
        rows = self._parts.transfers.all(request.query.get("openid", ""))
        return {"transfers": [_without(row, *hidden) for row in rows]}

    async def decide_transfer(self, request: web.Request, wish: Answer) -> Answer:
        number, action = request.match_info["number"], str(wish.get("action", ""))
        return self._parts.transfers.decide(number, action, wish)

    async def confirm_transfer(self, _: web.Request, wish: Answer) -> Answer:
        """What wx.requestMerchantTransfer does; failures are answers, as they are to an app."""
        try:
            self._parts.transfers.confirm(wish)
        except ControlRefusal as refusal:
            return {"errMsg": "requestMerchantTransfer:fail", "reason": refusal.message}
        return {"errMsg": "requestMerchantTransfer:ok"}

    async def withdraw_grant(self, request: web.Request, wish: Answer) -> Answer:
        sub_mchid = request.match_info["sub_mchid"]
        mchid = str(wish.get("mchid") or self._simulator.merchants.first().mchid)
        self._parts.transfer_checks.withdraw_grant(mchid, sub_mchid)
        return {"mchid": mchid, "sub_mchid": sub_mchid}

    # --- onboarding ---------------------------------------------------------------------------

    async def applyments(self, _: web.Request, __: Answer) -> Answer:
        rows = self._parts.applyments.all()
        return {"applyments": [_without(row, "request", "details") for row in rows]}

    async def move_applyment(self, request: web.Request, wish: Answer) -> Answer:
        """`audit_detail` rows {field, field_name, reject_reason} go with REJECTED."""
        details = wish.get("audit_detail", [])
        if not isinstance(details, list):
            raise ControlRefusal(400, "audit_detail must be a list")
        number, state = request.match_info["number"], str(wish.get("state", ""))
        return self._parts.applyments.move(number, state, details)

    async def settlements(self, _: web.Request, __: Answer) -> Answer:
        return {"settlements": [dict(row) for row in self._parts.settlements.all()]}

    async def decide_settlement(self, request: web.Request, wish: Answer) -> Answer:
        number, result = request.match_info["number"], str(wish.get("result", ""))
        self._parts.settlements.decide(number, result, str(wish.get("fail_reason") or ""))
        return {"application_no": number, "result": result}

    # --- complaints ---------------------------------------------------------------------------

    async def complaints(self, _: web.Request, __: Answer) -> Answer:
        return {"complaints": [_without(row) for row in self._parts.complaints.all()]}

    async def complain(self, _: web.Request, wish: Answer) -> Answer:
        number = self._parts.complaints.create(
            str(wish.get("out_trade_no", "")),
            str(wish.get("detail") or ""),
            str(wish.get("phone") or ""),
        )
        return {"complaint_id": number}

    async def reply(self, request: web.Request, wish: Answer) -> Answer:
        number = request.match_info["number"]
        self._parts.complaints.reply(number, str(wish.get("content") or ""))
        return {"complaint_id": number}


def _shown(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _without(row: Row, *hidden: str) -> dict[str, Any]:
    answer = {name: value for name, value in dict(row).items() if name not in hidden}
    return answer | {"created_at_text": rfc3339(row["created_at"])}
