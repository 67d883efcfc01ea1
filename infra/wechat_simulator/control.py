"""The tester's hand on WeChat: /_control, JSON in and out (see the README)."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .callbacks import MOST_TIMES, CallbackPlan, Outcome
from .clock import rfc3339
from .component_keys import ComponentKeys
from .doors import json_answer
from .fields import parse_json
from .notices import Facts
from .payments import as_if_paid
from .refusals import ControlRefusal
from .signer import TRUST_MODES
from .simulator import Simulator
from .store import Row

Answer = dict[str, Any]
Verb = Callable[[web.Request, Answer], Awaitable[Answer]]
LONGEST_ADVANCE_SECONDS = 400 * 86400


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of the control API."""
    control = Control(simulator)
    table: list[tuple[str, str, Verb]] = [
        ("GET", "credentials", control.credentials),
        ("GET", "platform_certificate", control.platform_certificate),
        ("GET", "component", control.component),
        ("PUT", "component", control.register_component),
        ("POST", "component/push_ticket", control.push_ticket),
        ("POST", "component/rotate", control.rotate_component),
        ("GET", "mini_programs", control.mini_programs),
        ("POST", "mini_programs", control.create_mini_program),
        ("POST", "mini_programs/{appid}/authorise", control.authorise),
        ("POST", "mini_programs/{appid}/unauthorise", control.unauthorise),
        ("POST", "login", control.login),
        ("POST", "phone", control.share_phone),
        ("POST", "pay", control.pay),
        ("GET", "orders", control.orders),
        ("GET", "orders/{number}", control.order),
        ("POST", "orders/{number}/pay", control.pay_order),
        ("POST", "orders/{number}/callback", control.send_callback),
        ("POST", "orders/{number}/confirm_receipt", control.confirm_receipt),
        ("GET", "callback_request/{number}", control.callback_request),
        ("GET", "refunds", control.refunds),
        ("POST", "refunds/{number}", control.decide_refund),
        ("GET", "events", control.events),
        ("GET", "clock", control.clock),
        ("POST", "clock", control.advance_clock),
        ("GET", "settings", control.settings),
        ("PUT", "settings", control.change_settings),
        ("GET", "faults", control.faults),
        ("POST", "faults", control.add_fault),
        ("DELETE", "faults", control.remove_faults),
        ("DELETE", "faults/{number}", control.remove_faults),
        ("POST", "reset", control.reset),
    ]
    return control_routes(table)


def control_routes(table: list[tuple[str, str, Verb]]) -> list[web.RouteDef]:
    """Routes from (method, path below /_control, verb)."""
    return [web.route(method, f"/_control/{path}", door(verb)) for method, path, verb in table]


class Control:
    """One method per action; the control page calls the same methods."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    # --- WeChat's consoles --------------------------------------------------------------------

    async def credentials(self, _: web.Request, __: Answer) -> Answer:
        """As they are now: a secret of the component that was replaced is the new one."""
        keys = self._simulator.keys
        return {**keys.handed, "component": ComponentKeys(self._simulator.store, keys).now()}

    async def rotate_component(self, _: web.Request, wish: Answer) -> Answer:
        """`{what}`: replaces the token, encoding_aes_key or appsecret; all of them now."""
        keys = ComponentKeys(self._simulator.store, self._simulator.keys)
        return dict(keys.rotate(str(wish.get("what", ""))))

    async def platform_certificate(self, _: web.Request, __: Answer) -> Answer:
        keys = self._simulator.keys
        pem = keys.kept["platform_certificate_pem"]
        return {"serial_no": keys.platform_serial_no, "certificate_pem": pem}

    async def component(self, _: web.Request, __: Answer) -> Answer:
        component = self._simulator.component
        pushes = [
            {"at": rfc3339(row["created_at"]), "status": row["status"], "note": row["note"]}
            for row in component.tickets()
        ]
        addresses = {
            "ticket_url": component.ticket_url,
            "message_url": self._simulator.app_addresses.message_url,
        }
        return {**addresses, "ticket_pushes": pushes}

    async def register_component(self, _: web.Request, wish: Answer) -> Answer:
        """Either address alone, or both; an address that is not named stays."""
        if "message_url" in wish:
            self._simulator.app_addresses.register(str(wish["message_url"]))
        if "ticket_url" in wish or "message_url" not in wish:
            self._simulator.component.register(str(wish.get("ticket_url", "")))
        return {
            "ticket_url": self._simulator.component.ticket_url,
            "message_url": self._simulator.app_addresses.message_url,
        }

    async def push_ticket(self, _: web.Request, __: Answer) -> Answer:
        status, note = await self._simulator.component.push_ticket()
        return {"status": status, "note": note}

    async def mini_programs(self, _: web.Request, __: Answer) -> Answer:
        return {"mini_programs": [shown_app(row) for row in self._simulator.apps.mini_programs()]}

    async def create_mini_program(self, _: web.Request, wish: Answer) -> Answer:
        return self._simulator.apps.create(
            str(wish.get("name") or "")[:40],
            is_trade_managed=wish.get("is_trade_managed") is not False,
            is_direct=wish.get("is_direct") is True,
        )

    async def authorise(self, request: web.Request, wish: Answer) -> Answer:
        appid = request.match_info["appid"]
        is_pushed = wish.get("push") is True
        authorisation = self._simulator.platform.authorisation
        return {"auth_code": authorisation.authorise(appid, is_pushed=is_pushed)}

    async def unauthorise(self, request: web.Request, _: Answer) -> Answer:
        self._simulator.platform.authorisation.unauthorise(request.match_info["appid"])
        return {"ok": True}

    # --- the customer -------------------------------------------------------------------------

    async def login(self, _: web.Request, wish: Answer) -> Answer:
        return dict(
            self._simulator.apps.login(str(wish.get("appid", "")), str(wish.get("user", "")))
        )

    async def share_phone(self, _: web.Request, wish: Answer) -> Answer:
        phone = str(wish["phone"]) if wish.get("phone") else None
        appid, user = str(wish.get("appid", "")), str(wish.get("user", ""))
        return dict(self._simulator.apps.share_phone(appid, user, phone))

    async def pay(self, _: web.Request, wish: Answer) -> Answer:
        """What wx.requestPayment does; failures are answers, as they are to a mini-program."""
        plan = CallbackPlan.read(wish)
        try:
            order = self._simulator.payments.check_sheet(wish)
            if wish.get("action", "pay") == "refuse":
                return {"errMsg": "requestPayment:fail cancel"}
            return await self._pay(str(order["out_trade_no"]), plan, wish)
        except ControlRefusal as refusal:
            return {"errMsg": "requestPayment:fail", "reason": refusal.message}

    async def pay_order(self, request: web.Request, wish: Answer) -> Answer:
        """Pay by order number, skipping the client's paySign: what the page's button does."""
        return await self._pay(request.match_info["number"], CallbackPlan.read(wish), wish)

    async def _pay(self, number: str, plan: CallbackPlan, wish: Answer) -> Answer:
        user = str(wish.get("user") or "passer-by")
        transaction_id, entry = self._simulator.payments.pay(number, plan=plan, user=user)
        answer: Answer = {
            "errMsg": "requestPayment:ok",
            "transaction_id": transaction_id,
            "out_trade_no": number,
        }
        if wish.get("wait") is True and entry is not None and plan.delay_seconds == 0:
            await self._simulator.agenda.finished(entry)
            attempts = self._simulator.callbacks.attempts_of(number)
            answer["callback_statuses"] = [row["status"] for row in attempts]
        return answer

    async def confirm_receipt(self, request: web.Request, _: Answer) -> Answer:
        self._simulator.shipping.confirm_receipt(request.match_info["number"])
        return {"ok": True}

    # --- orders and their callbacks -----------------------------------------------------------

    async def orders(self, request: web.Request, _: Answer) -> Answer:
        """`?openid=&number=`: the newest, of one payer, with this in their number."""
        query = request.query
        rows = self._simulator.store.rows(
            "SELECT * FROM orders WHERE ?1 IN ('', openid) AND instr(out_trade_no, ?2)"
            " ORDER BY created_at DESC LIMIT 500",
            *(query.get("openid", ""), query.get("number", "")),
        )
        return {"orders": [_order(row) for row in rows]}

    async def order(self, request: web.Request, _: Answer) -> Answer:
        number = request.match_info["number"]
        order = self._known_order(number)
        part = self._simulator
        shipment = part.shipping.of_order(number)
        prepays = part.store.rows("SELECT * FROM prepays WHERE out_trade_no = ?", number)
        refunds = part.store.rows("SELECT * FROM refunds WHERE out_trade_no = ?", number)
        return {
            **_order(order),
            "prepay_ids": [row["prepay_id"] for row in prepays],
            "refunds": [_timed(row, "created_at", "success_at") for row in refunds],
            "shipping": part.shipping.describe(order)["shipping"] if shipment else None,
            "callbacks": [_callback(row) for row in part.callbacks.of_order(number)],
            "callback_attempts": [
                {**dict(row), "at": rfc3339(row["sent_at"])}
                for row in part.callbacks.attempts_of(number)
            ],
        }

    async def send_callback(self, request: web.Request, wish: Answer) -> Answer:
        """Send the callback, or a forgery of it, now; answers the statuses received."""
        times = wish.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
            raise ControlRefusal(400, f"times must be 1 to {MOST_TIMES}")
        facts = self._facts(request.match_info["number"], wish)
        outcomes: list[Outcome] = await self._simulator.callbacks.send_now(
            request.match_info["number"],
            facts,
            times=times,
            forge=wish.get("forge") or None,
            route=wish.get("route") or None,
            is_parallel=wish.get("parallel") is True,
        )
        notes = [outcome.note for outcome in outcomes]
        return {"statuses": [outcome.status for outcome in outcomes], "notes": notes}

    async def callback_request(self, request: web.Request, _: Answer) -> Answer:
        """The request itself, for a test that sends it in its own way."""
        wish = dict(request.query)
        facts = self._facts(request.match_info["number"], wish)
        notice = self._simulator.callbacks.request(
            facts, forge=wish.get("forge") or None, route=wish.get("route") or None
        )
        return notice.as_json()

    def _facts(self, number: str, wish: Answer) -> Facts:
        callbacks = self._simulator.callbacks
        refund_number = wish.get("refund") or wish.get("part") or None
        facts = callbacks.latest_facts(number, refund_number)
        if facts is not None:
            return facts
        order = self._known_order(number)
        if refund_number is not None:
            raise ControlRefusal(409, "this refund has no callback")
        if not wish.get("forge"):
            raise ControlRefusal(409, "the order is not paid: only forgeries can be sent")
        plaintext = as_if_paid(order, self._simulator.clock.now())
        return callbacks.made_up_facts(str(order["notify_url"]), plaintext)

    def _known_order(self, number: str) -> Row:
        order = self._simulator.payments.find(number)
        if order is None:
            raise ControlRefusal(404, "no such order")
        return order

    # --- refunds, log, clock ------------------------------------------------------------------

    async def refunds(self, _: web.Request, __: Answer) -> Answer:
        rows = self._simulator.refunds.all()
        return {"refunds": [_timed(row, "created_at", "success_at") for row in rows]}

    async def decide_refund(self, request: web.Request, wish: Answer) -> Answer:
        number, ending = request.match_info["number"], str(wish.get("status", ""))
        self._simulator.refunds.decide(number, ending)
        return {"out_refund_no": number, "status": ending}

    async def events(self, _: web.Request, __: Answer) -> Answer:
        return {"events": [_timed(row, "at") for row in self._simulator.events.newest()]}

    async def clock(self, _: web.Request, __: Answer) -> Answer:
        clock = self._simulator.clock
        return {
            "now": rfc3339(clock.now()),
            "timestamp": clock.now(),
            "offset_seconds": clock.offset_seconds,
            "agenda_count": self._simulator.agenda.waiting(),
        }

    async def advance_clock(self, request: web.Request, wish: Answer) -> Answer:
        seconds = wish.get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ControlRefusal(400, "advance_seconds must be a number")
        if not 0 <= seconds <= LONGEST_ADVANCE_SECONDS:
            raise ControlRefusal(400, f"advance_seconds must be 0 to {LONGEST_ADVANCE_SECONDS}")
        fired = await self._simulator.agenda.advance(float(seconds))
        return {**await self.clock(request, {}), "fired_count": fired}

    # --- settings, faults, reset --------------------------------------------------------------

    async def settings(self, _: web.Request, __: Answer) -> Answer:
        return self._simulator.store.settings()

    async def change_settings(self, _: web.Request, wish: Answer) -> Answer:
        for name, value in wish.items():
            store = self._simulator.store
            _check_setting(store.default_settings, name, value)
            if value not in store.setting_choices.get(name, (value,)):
                raise ControlRefusal(400, f"{name}: one of {store.setting_choices[name]}")
        self._simulator.store.set_settings(wish)
        return self._simulator.store.settings()

    async def faults(self, _: web.Request, __: Answer) -> Answer:
        return {"faults": self._simulator.faults.all()}

    async def add_fault(self, _: web.Request, wish: Answer) -> Answer:
        return {"id": self._simulator.faults.add(wish)}

    async def remove_faults(self, request: web.Request, _: Answer) -> Answer:
        number = request.match_info.get("number")
        if number is not None and not number.isdecimal():
            raise ControlRefusal(404, "no such fault")
        return {"removed_count": self.remove_faults_now(int(number) if number else None)}

    def remove_faults_now(self, fault_id: int | None) -> int:
        """Remove one fault, or all; returns how many."""
        return self._simulator.faults.remove(fault_id)

    async def reset(self, _: web.Request, __: Answer) -> Answer:
        await self._simulator.reset()
        return {"ok": True}


def door(verb: Verb) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The verb as a request handler: JSON in and out, a refusal as its status."""

    async def handler(request: web.Request) -> web.Response:
        try:
            return json_answer(await verb(request, _wish(await request.read())))
        except ControlRefusal as refusal:
            return json_answer({"error": refusal.message}, status=refusal.status)

    return handler


def _wish(raw: bytes) -> Answer:
    if not raw.strip():
        return {}
    try:
        wish = parse_json(raw)
    except ValueError as error:
        raise ControlRefusal(400, "the body must be JSON") from error
    if not isinstance(wish, dict):
        raise ControlRefusal(400, "the body must be a JSON object")
    return wish


def _check_setting(known: Answer, name: str, value: object) -> None:
    default = known.get(name)
    if name not in known:
        raise ControlRefusal(400, f"unknown setting {name}")
    if name == "trust" and value not in TRUST_MODES:
        raise ControlRefusal(400, f"trust must be one of {', '.join(TRUST_MODES)}")
    if isinstance(default, bool) and not isinstance(value, bool):
        raise ControlRefusal(400, f"{name} must be true or false")
    if isinstance(default, int | float) and (not isinstance(value, int | float) or value < 0):
        raise ControlRefusal(400, f"{name} must be a positive number")
    if isinstance(default, list) and not isinstance(value, list):
        raise ControlRefusal(400, f"{name} must be a list")
    if isinstance(default, str) and not isinstance(value, str):
        raise ControlRefusal(400, f"{name} must be a text")
    if isinstance(default, dict):
        _check_object(name, default, value)


def _check_object(name: str, default: Answer, value: object) -> None:
    """An object of lists, each shaped like those of the default."""
    if not isinstance(value, dict) or not all(isinstance(one, list) for one in value.values()):
        raise ControlRefusal(400, f"{name} must be an object of lists")
    example = next(iter(default.values()), None)
    shape = [type(part) for part in example] if example else None
    if shape and any([type(part) for part in one] != shape for one in value.values()):
        raise ControlRefusal(400, f"each list of {name} must be like {example}")


def _timed(row: Row, *names: str) -> Answer:
    """A row with its times as text beside the raw seconds; WeChat's request text left out."""
    answer = {key: row[key] for key in row.keys() if key != "request"}  # noqa: SIM118
    return answer | {f"{n}_text": rfc3339(row[n]) for n in names if row[n] is not None}


def _order(row: Row) -> Answer:
    return _timed(row, "created_at", "paid_at", "closed_at", "expires_at", "confirmed_at")


def _callback(row: Row) -> Answer:
    return {**dict(row), "plaintext": json.loads(row["plaintext"])}


def shown_app(row: Row) -> Answer:
    """An account as the control API lists it."""
    shown = ("appid", "sub_mchid", "name", "principal", "appsecret")
    flags = ("is_authorised", "is_trade_managed", "is_direct")
    answer = {name: row[name] for name in shown} | {name: bool(row[name]) for name in flags}
    return {**answer, "authorizer_refresh_token": row["refresh_token"]}
