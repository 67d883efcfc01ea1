"""From an order to a wallet: whose commission it is, when it is settled, and what is taken back.

Note [as it was]. Rules, rates, visits and what distributors were are kept with their times and
never changed. So a commission is worked out when its order is paid, from what counted when the
order was made: whenever the job runs, it finds the same. Orders that nobody pays cost nothing.

Note [one hand]. Every verb here locks the order's row first, as those who ask for its money back
do. Settling and refunding at the same time wait for each other, and whoever comes second sees what
the first did: it settles less, or takes the difference out of the wallet.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from billing.wallets import actions as wallets
from jobs.messages import publish
from kernel import clock
from kernel.money import Money
from shop.distribution import queries
from shop.distribution.amounts import Share, kept_of, step_to
from shop.distribution.messages import SettleCommission
from shop.distribution.models import Commission, CommissionLine, Visit
from shop.distribution.moves import move_commission, note
from shop.distribution.states import CommissionState
from shop.orders.models import Order
from shop.orders.states import OrderState
from tenants.transactions import verb

LEVEL = 1
"""Who recommends is paid; nobody is paid for having brought a distributor."""


@verb
def attribute(*, order_id: UUID) -> Commission | None:
    """Work out the commission of a paid order, once; None where nobody gets one.

    See Note [as it was].
    """
    if queries.programme() is None:
        return None
    return _attributed(_locked(order_id))


@verb
def receive(*, order_id: UUID) -> None:
    """The buyer has the goods: the time for giving them back runs. Again changes nothing."""
    if queries.programme() is None:
        return
    order = _locked(order_id)
    commission = _attributed(order)
    if commission is None or order.completed_at is None:
        return
    due_at = order.completed_at + timedelta(days=int(commission.rule["hold_days"]))
    if move_commission(commission, CommissionState.HOLDING, due_at=due_at):
        wait = (due_at - clock.now()).total_seconds()
        publish(SettleCommission(commission.pk), delay_seconds=max(0, wait))


@verb
def settle(*, commission_id: UUID) -> None:
    """The time is over: what is surely kept goes to the distributor's wallet. Once.

    What was asked back and has not gone back yet waits for its answer (`recount`).
    """
    order_id = Commission.objects.values_list("order_id", flat=True).get(pk=commission_id)
    _locked(order_id)
    commission = Commission.objects.select_related("distributor", "order").get(pk=commission_id)
    if commission.state != CommissionState.HOLDING or commission.due_at is None:
        return
    wait = (commission.due_at - clock.now()).total_seconds()
    if wait > 0:
        publish(SettleCommission(commission.pk), delay_seconds=wait)
        return
    move_commission(commission, CommissionState.SETTLED, settled_at=clock.now())
    _bring_to_date(commission)


@verb
def recount(*, order_id: UUID) -> None:
    """Money of the order went back, or stayed after all: the commission follows, to the fen.

    Before it was settled nothing but the figure changes; with all of the money gone it is void.
    Afterwards the wallet gives the difference back, and may owe it (billing.wallets).
    """
    _locked(order_id)
    rows = Commission.objects.select_related("distributor", "order")
    commission = rows.filter(order=order_id).first()
    if commission is not None:
        _bring_to_date(commission)


def _bring_to_date(commission: Commission) -> None:
    sure, most = _kept(commission)
    commission.kept_minor = most.minor
    Commission.objects.filter(pk=commission.pk).update(kept_minor=most.minor)
    if commission.state == CommissionState.SETTLED:
        _pay(commission, step_to(commission.settled, sure=sure, most=most))
    elif not most.minor:
        move_commission(commission, CommissionState.VOID)


def _pay(commission: Commission, step: Money) -> None:
    """Move the wallet by a step, in the same transaction as the row that remembers it."""
    if not step.minor:
        return
    commission.turn += 1
    commission.settled_minor += step.minor
    commission.save(update_fields=["turn", "settled_minor"])
    note(commission, step.minor)
    amount = Money(abs(step.minor), step.currency)
    move = wallets.credit if step.minor > 0 else wallets.claw_back
    is_new = move(
        holder=commission.distributor.member_id,
        amount=amount,
        reference=reference_of(commission),
        why=_why(commission),
    )
    if not is_new:
        raise RuntimeError(f"{reference_of(commission)} was posted by somebody else")


def reference_of(commission: Commission) -> str:
    """Return the name of the latest journal of a commission in the books."""
    return f"dc{commission.pk.hex}-{commission.turn}"


def _kept(commission: Commission) -> tuple[Money, Money]:
    """Return what is kept if all that was asked back goes back, and of what has gone back."""
    found = list(queries.refunded_of(commission))
    currency = commission.currency
    sure = kept_of(((share, asked) for share, asked, _ in found), currency)
    return sure, kept_of(((share, gone) for share, _, gone in found), currency)


def _why(commission: Commission) -> dict[str, Any]:
    """Return the derivation as the distributor reads it in the wallet."""
    rates = {row.rate_bp for row in commission.lines.all()}
    back = sum(gone.minor for _, _, gone in queries.refunded_of(commission))
    why: dict[str, Any] = {
        "order_number": commission.order.number,
        "commission_id": str(commission.pk),
        "base_minor": commission.base_minor,
        "refunded_minor": back,
        "kept_minor": commission.settled_minor,
        "level": LEVEL,
    }
    return why | ({"rate_bp": rates.pop()} if len(rates) == 1 else {})


def _attributed(order: Order) -> Commission | None:
    found = Commission.objects.filter(order=order).select_related("distributor", "order").first()
    if found is not None or order.state in {OrderState.UNPAID, OrderState.CANCELLED}:
        return found
    programme = queries.programme(order.created_at)
    if programme is None or not programme.is_open:
        return None
    visit = queries.visit_that_counts(order.member, order.created_at, programme.rule)
    if visit is None:
        return None
    return _write(order, visit, {"programme_id": str(programme.pk), "visit_id": str(visit.pk),
                                 "visited_at": visit.at.isoformat(), "rate_bp": programme.rate_bp,
                                 "touch": programme.touch, "window_days": programme.window_days,
                                 "hold_days": programme.hold_days})  # fmt: skip


def _write(order: Order, visit: Visit, rule: dict[str, Any]) -> Commission | None:
    lines = queries.lines_of(order)
    own = queries.rates(order.created_at, of=[line.product_id for line in lines])
    shares = {
        line: Share(
            Money(line.paid_minor, order.currency), own.get(line.product_id, rule["rate_bp"])
        )
        for line in lines
    }
    shares = {line: share for line, share in shares.items() if share.base.minor and share.rate_bp}
    nothing = Money(0, order.currency)
    amount = kept_of(((share, nothing) for share in shares.values()), order.currency)
    if not amount.minor:
        return None
    commission = Commission.objects.create(
        order=order,
        distributor=visit.distributor,
        currency=order.currency,
        base_minor=sum(share.base.minor for share in shares.values()),
        amount_minor=amount.minor,
        kept_minor=amount.minor,
        rule=rule,
    )
    CommissionLine.objects.bulk_create(
        CommissionLine(
            commission=commission,
            line=line,
            base_minor=share.base.minor,
            rate_bp=share.rate_bp,
            is_own_rate=line.product_id in own,
            amount_minor=share.amount.minor,
        )
        for line, share in shares.items()
    )
    note(commission)
    return commission


def _locked(order_id: UUID) -> Order:
    """Return the order with its member, held against all others. See Note [one hand]."""
    rows = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("member")
    return rows.get(pk=order_id)
