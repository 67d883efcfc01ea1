"""A refund meets a sharing, with real threads and commits: whoever wins, the ends agree."""

import threading
from datetime import UTC, datetime

import pytest

from billing.payments.accepting import apply_success
from billing.payments.models import Attempt, Payment
from billing.refunds import actions as refunds
from billing.settlements import actions as settlements
from billing.sharing import actions, following, queries, returning
from billing.sharing.invariants import violations
from billing.sharing.models import ShareReturn
from kernel import clock
from kernel.money import Money
from tenants import context
from tests.races.test_refunds import (  # noqa: F401 - fixtures
    _configured,
    all_at_once,
    ordered,
    till,
    told,
)
from wechat import sharing as wechat_sharing
from wechat.errors import OrderNotExist
from wechat.sharing import PartResult, PartTold, ReturnResult, SharingReturn, SharingState

ORDERS = 8


class WeChat:
    """Profit sharing that answers at once and remembers every number."""

    def __init__(self) -> None:
        self.lock, self.sharings, self.returns = threading.Lock(), {}, {}

    def share(self, **asked) -> wechat_sharing.Sharing:
        with self.lock:
            number = asked["out_order_no"]
            parts = tuple(
                PartTold(
                    p.kind, p.account, p.amount_fen, p.description, PartResult.SUCCESS, None,
                    None, None, None,
                )
                for p in asked.get("parts", ())
            )  # fmt: skip
            mine = wechat_sharing.Sharing(
                f"30{number}", number, asked["transaction_id"], asked["sub_mchid"],
                SharingState.FINISHED, parts,
            )  # fmt: skip
            known = self.sharings.setdefault(number, mine)
            assert known == mine, "the same number with other parts"
            return known

    def query(self, *, out_order_no, **_) -> wechat_sharing.Sharing:
        with self.lock:
            if out_order_no not in self.sharings:
                raise OrderNotExist("none", code="RESOURCE_NOT_EXISTS")
            return self.sharings[out_order_no]

    def take_back(self, **asked) -> SharingReturn:
        with self.lock:
            number = asked["out_return_no"]
            back = SharingReturn(
                f"31{number}", number, "30", asked["out_order_no"], asked["return_mchid"],
                asked["amount_fen"], ReturnResult.SUCCESS, None, datetime.now(UTC),
            )  # fmt: skip
            return self.returns.setdefault(number, back)


@pytest.fixture
def wechat(monkeypatch) -> WeChat:
    double = WeChat()
    monkeypatch.setattr(wechat_sharing, "add_receiver", lambda **_: None)
    monkeypatch.setattr(wechat_sharing, "max_ratio", lambda **_: 3_000)
    monkeypatch.setattr(wechat_sharing, "share", double.share)
    monkeypatch.setattr(wechat_sharing, "release", double.share)
    monkeypatch.setattr(wechat_sharing, "query", double.query)
    monkeypatch.setattr(wechat_sharing, "take_back", double.take_back)
    return double


def test_a_refund_and_a_sharing_at_once_have_one_consistent_end(till, settings, wechat):  # noqa: F811
    settings.SHARING_RECEIVER_NAME = "小铺科技有限公司"
    with context.activate(till):
        paid = [ordered() for _ in range(ORDERS)]
        Attempt.objects.update(is_shared=True)
        for payment in paid:
            word = told(payment, settings)
            apply_success(out_trade_no=word.out_trade_no, transaction=word)
            settlements.earn(order_id=payment.order_id, order_number=payment.order_number)
        planned = [queries.sharing_of(payment.order_id) for payment in paid]

    def share(sharing) -> str:
        following.follow(sharing_id=sharing.pk, turn=0)
        return "shared"

    def refund(payment) -> str:
        mine = Payment.objects.get(pk=payment.pk)
        asked = refunds.request(payment=mine, amount=Money(5_000), reason="r", by="b", key="k")
        cause = asked.out_refund_no
        while not actions.give_back(attempt_id=asked.attempt_id, cause=cause, asked_at=clock.now()):
            for back in ShareReturn.objects.filter(
                part__sharing__attempt=asked.attempt_id, state="requested"
            ):
                returning.follow(share_return_id=back.pk)
        return "may go"

    jobs = []
    for sharing, payment in zip(planned, paid, strict=True):
        jobs += [lambda s=sharing: share(s), lambda p=payment: refund(p)]
        jobs += [lambda s=sharing: share(s)]
    assert all_at_once(till, jobs) == {"shared": 2 * ORDERS, "may go": ORDERS}
    with context.activate(till):
        for back in ShareReturn.objects.filter(state="requested"):
            returning.follow(share_return_id=back.pk)
        for payment in paid:
            sharing = queries.sharing_of(payment.order_id)
            [part] = queries.parts_of(sharing)
            assert (sharing.state, part.state) == ("finished", "given")
            assert part.amount - queries.given_back(part) == Money(50)
        assert list(violations()) == []
    assert len(wechat.sharings) == ORDERS
