"""WeChat Pay's own pages: signing an application, and paying an H5 order."""

from aiohttp import web

from .applyments import SIGN_PATH
from .callbacks import CallbackPlan
from .paper import sheet, trouble
from .pieces import esc, yuan
from .refusals import ControlRefusal
from .simulator import Simulator

CHECKOUT_PATH = "/cgi-bin/mmpayweb-bin/checkmweb"


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """What `sign_url` and `h5_url` lead to."""
    pages = PayPages(simulator)
    return [
        web.get(SIGN_PATH, pages.application),
        web.post(SIGN_PATH, pages.sign),
        web.get(CHECKOUT_PATH, pages.checkout),
        web.post(CHECKOUT_PATH, pages.pay),
    ]


class PayPages:
    """What the merchant's legal person, or the customer, sees and does."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def application(self, request: web.Request) -> web.Response:
        number = request.query.get("applymentId", "")
        row = self._simulator.pay.applyments.find(number)
        if row is None or row["state"] not in ("TO_BE_CONFIRMED", "TO_BE_SIGNED"):
            return trouble("申请单不在签约阶段", "This application is not waiting for a signature.")
        body = f"<section><dl><dt>申请单 application</dt><dd>{esc(row['business_code'])}</dd>"
        body += f"<dt>特约商户号 sub_mchid</dt><dd>{esc(row['sub_mchid'])}</dd></dl>"
        return sheet("签约", "Sign the contract", body + _button("签约 Sign") + "</section>")

    async def sign(self, request: web.Request) -> web.Response:
        try:
            self._simulator.pay.applyments.sign(request.query.get("applymentId", ""))
        except ControlRefusal as refusal:
            return trouble("无法签约", refusal.message)
        return sheet("签约成功", "Signed", _words("可以关闭此页。Close this page."))

    async def checkout(self, request: web.Request) -> web.Response:
        try:
            prepay_id = request.query.get("prepay_id", "")
            order = self._simulator.payments.order_to_pay(prepay_id)
        except ControlRefusal as refusal:
            return trouble("无法支付", refusal.message)
        body = f"<section><p>{esc(order['description'])}</p><p>{yuan(order['total_fen'])}</p>"
        return sheet("确认支付", "Confirm the payment", body + _button("支付 Pay") + "</section>")

    async def pay(self, request: web.Request) -> web.Response:
        try:
            prepay_id = request.query.get("prepay_id", "")
            order = self._simulator.payments.order_to_pay(prepay_id)
            self._simulator.payments.pay(str(order["out_trade_no"]), plan=CallbackPlan())
        except ControlRefusal as refusal:
            return trouble("无法支付", refusal.message)
        return sheet("支付成功", "Paid", _words("可以返回商家。Go back."))


def _words(text: str) -> str:
    return f"<section><p>{esc(text)}</p></section>"


def _button(words: str) -> str:
    return f'<form method="post" class="actions"><button class="main">{words}</button></form>'
