"""A shop that can be paid, and a WeChat Pay that obeys WeChat's rules at `wechat.pay`'s border."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from billing.payments import actions as payments
from billing.payments.messages import PaymentSucceeded
from billing.payments.models import Payment
from billing.refunds.messages import RefundSucceeded
from jobs import messages
from kernel import clock
from kernel.money import Money
from tenants import actions as tenant_actions
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests import credentials as test_credentials
from wechat import pay
from wechat.credentials import Credentials
from wechat.errors import OrderNotExist, OrderPaid, WeChatFailure, WeChatRefused

VECTORS = Path(__file__).parents[1] / "wechat" / "vectors.json"
APPID, SUB_MCHID, OPENID = "wx00000000000000bb", "1900000777", "o-first-customer-000000000001"


@pytest.fixture(scope="session")
def keys() -> dict[str, str]:
    """The throw-away keys of the test vectors."""
    return test_credentials.keys()


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return test_credentials.credentials()


@pytest.fixture(autouse=True)
def _configured(settings, credentials) -> None:
    settings.WECHAT = credentials
    settings.WECHAT_FEE_BP, settings.COMMISSION_BP = 60, 100


@pytest.fixture(autouse=True)
def heard(monkeypatch) -> list[object]:
    """What billing tells the shop above it, which is not here to hear it."""
    told: list[object] = []

    class Ear:
        actor_name = "ear"

        def __init__(self, kind: type) -> None:
            self.kind = kind

        def send_with_options(self, *, kwargs, delay, **_) -> None:
            told.append(self.kind(**{name: UUID(value) for name, value in kwargs.items()}))

    for kind in (PaymentSucceeded, RefundSucceeded):
        monkeypatch.setitem(messages._actors, kind, [Ear(kind)])
    return told


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The first shop, with a mini-program and a merchant number."""
    with context.public():
        tenant = Tenant.objects.get(pk=shop.id)
        tenant_actions.connect_wechat(tenant=tenant, appid=APPID, sub_mchid=SUB_MCHID)
    return shop


@dataclass
class WeChat:
    """WeChat Pay in memory, behind the functions of `wechat.pay`, with WeChat's own refusals."""

    sp_mchid: str
    orders: dict[str, SimpleNamespace] = field(default_factory=dict)
    refunds: dict[str, SimpleNamespace] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: list[tuple[str, bool, WeChatFailure]] = field(default_factory=list)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    refund_status: str = "PROCESSING"

    def fail(self, call: str, failure: WeChatFailure, *, after: bool = False) -> None:
        """Let the next `call` fail, before or after it had its effect."""
        self.faults.append((call, after, failure))

    def take_money(self, out_trade_no: str) -> pay.Transaction:
        """The customer pays; return what WeChat then says of it."""
        order = self.orders[out_trade_no]
        assert order.state == "NOTPAY", order.state
        order.state, order.paid_at = "SUCCESS", clock.now()
        order.transaction_id = f"4200{len(self.orders):08d}{out_trade_no[-10:]}"
        return self.told(out_trade_no)

    def told(self, out_trade_no: str, /, **changes) -> pay.Transaction:
        """What WeChat says of an order; `changes` are lies."""
        order = self.orders[out_trade_no]
        is_paid = order.state in {"SUCCESS", "REFUND"}
        return replace(
            pay.Transaction(
                out_trade_no=out_trade_no,
                transaction_id=order.transaction_id if is_paid else None,
                trade_state=order.state,
                sp_mchid=self.sp_mchid,
                sub_mchid=order.sub_mchid,
                sub_appid=order.sub_appid,
                payer_openid=order.openid if is_paid else None,
                amount_fen=order.amount_fen,
                currency="CNY",
                success_at=order.paid_at,
            ),
            **changes,
        )

    def end_refund(self, out_refund_no: str, status: str = "SUCCESS") -> pay.RefundResult:
        """A refund ends; return what WeChat then says of it."""
        refund = self.refunds[out_refund_no]
        refund.status = status
        return self._told_refund(refund)

    def prepay(self, **asked) -> str:
        self._begin("prepay")
        number = asked["out_trade_no"]
        known = self.orders.get(number)
        if known is None:
            left = (asked["expires_at"] - clock.now()).total_seconds()
            assert left >= 58, "WeChat refuses a time_expire under a minute"
            self.orders[number] = SimpleNamespace(
                asked=asked, state="NOTPAY", prepays=0, transaction_id=None, paid_at=None, **asked
            )
        elif known.state in {"SUCCESS", "REFUND"}:
            raise OrderPaid("该订单已支付", code="ORDERPAID", status=400)
        elif known.state == "CLOSED":
            raise WeChatRefused("该订单已关闭", code="ORDER_CLOSED", status=400)
        elif known.asked != asked:
            raise WeChatRefused("参数不一致", code="INVALID_REQUEST", status=400)
        self.orders[number].prepays += 1
        self._end("prepay")
        return f"wx-{number}-{self.orders[number].prepays}"

    def query(self, *, sub_mchid: str, out_trade_no: str) -> pay.Transaction:
        self._begin("query")
        if out_trade_no not in self.orders:
            raise OrderNotExist("订单不存在", code="ORDER_NOT_EXIST", status=404)
        return self.told(out_trade_no)

    def close(self, *, sub_mchid: str, out_trade_no: str) -> None:
        self._begin("close")
        order = self.orders.get(out_trade_no)
        if order is None:
            raise OrderNotExist("订单不存在", code="ORDER_NOT_EXIST", status=404)
        if order.state in {"SUCCESS", "REFUND"}:
            raise OrderPaid("订单已支付", code="ORDERPAID", status=400)
        if order.state == "CLOSED":
            raise WeChatRefused("订单已关闭", code="ORDER_CLOSED", status=400)
        order.state = "CLOSED"
        self._end("close")

    def refund(self, **asked) -> pay.RefundResult:
        self._begin("refund")
        order, number = self.orders[asked["out_trade_no"]], asked["out_refund_no"]
        assert order.state in {"SUCCESS", "REFUND"}
        known = self.refunds.get(number)
        if known is None:
            live = [r for r in self.refunds.values() if r.status != "CLOSED"]
            gone = sum(r.amount_fen for r in live if r.out_trade_no == asked["out_trade_no"])
            assert gone + asked["amount_fen"] <= order.amount_fen, "more asked back than paid"
            assert asked["total_fen"] == order.amount_fen
            known = SimpleNamespace(asked=asked, status=self.refund_status, **asked)
            self.refunds[number] = known
            order.state = "REFUND"
        assert known.asked == asked, "the same number with other arguments"
        self._end("refund")
        return self._told_refund(known)

    def query_refund(self, *, sub_mchid: str, out_refund_no: str) -> pay.RefundResult:
        self._begin("query_refund")
        if out_refund_no not in self.refunds:
            raise OrderNotExist("退款单不存在", code="RESOURCE_NOT_EXISTS", status=404)
        return self._told_refund(self.refunds[out_refund_no])

    def _told_refund(self, refund: SimpleNamespace) -> pay.RefundResult:
        order = self.orders[refund.out_trade_no]
        return pay.RefundResult(
            refund_id=f"50{refund.out_refund_no}",
            out_refund_no=refund.out_refund_no,
            out_trade_no=refund.out_trade_no,
            transaction_id=order.transaction_id,
            status=refund.status,
            amount_fen=refund.amount_fen,
            total_fen=order.amount_fen,
            currency="CNY",
            received_account=None,
            success_at=clock.now() if refund.status == "SUCCESS" else None,
        )

    def _begin(self, call: str) -> None:
        self.calls.append(call)
        if hook := self.before.pop(call, None):
            hook()
        self._fault(call, after=False)

    def _end(self, call: str) -> None:
        if hook := self.before.pop(f"{call}_answers", None):
            hook()
        self._fault(call, after=True)

    def _fault(self, call: str, *, after: bool) -> None:
        for fault in self.faults:
            if fault[:2] == (call, after):
                self.faults.remove(fault)
                raise fault[2]


@pytest.fixture
def wechat(monkeypatch, credentials) -> WeChat:
    double = WeChat(credentials.pay.sp_mchid)
    for name in ("prepay", "query", "close", "refund", "query_refund"):
        monkeypatch.setattr(pay, name, getattr(double, name))
    return double


@pytest.fixture
def open_payment(shop: Shop) -> Callable[..., Payment]:
    """Open a payment of so many fen."""

    def make(fen: int = 10_000, *, minutes: int = 30, order_id: UUID | None = None) -> Payment:
        return payments.open_payment(
            order_id=order_id or uuid4(),
            order_number=f"20261121-{uuid4().int % 10**8:08d}",
            amount=Money(fen),
            description="龙井 2 件",
            expires_at=clock.now() + timedelta(minutes=minutes),
        )

    return make


@pytest.fixture
def paid(wechat: WeChat, open_payment) -> Callable[..., Payment]:
    """A payment of so many fen that was paid and taken."""

    def make(fen: int = 10_000) -> Payment:
        payment = open_payment(fen)
        payments.prepay(order_id=payment.order_id, appid=APPID, openid=OPENID)
        wechat.take_money(payment.attempts.get().out_trade_no)
        assert payments.sync(payment=payment) == "succeeded"
        return payment

    return make
