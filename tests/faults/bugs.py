"""Twelve mistakes that no ordinary run shows: each is planted into a lane, and a death finds it."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from billing.bills import actions as bills
from billing.bills import queries as bill_queries
from billing.bills.models import BillFile
from billing.bills.states import BillKind, FileState
from billing.inbox import actions as inbox
from billing.payments import accepting as payment_accepting
from billing.plans import advancing, applying, issuing
from billing.plans import jobs as plan_jobs
from billing.plans.amounts import months_later
from billing.plans.models import Invoice, Subscription
from billing.reconciliation import actions as reconciliation
from billing.reconciliation import taking
from billing.reconciliation.models import ComparedDay
from billing.refunds.models import Refund
from billing.sharing import accepting as sharing_accepting
from billing.sharing import following
from billing.withdrawals import actions as withdrawals
from jobs.messages import publish
from kernel import clock
from kernel.identifiers import uuid7
from shop.idempotency import actions as idempotency
from shop.idempotency.models import Key
from shop.orders import storefront
from tenants import context
from tests.faults import draining
from wechat import pay, transfers
from wechat.errors import OrderNotExist

# --- pay --------------------------------------------------------------------------------------


def publishes_after_the_commit() -> None:
    """The message goes out once the change is safe: usually."""

    def later(message: Any, **options: Any) -> None:
        def send() -> None:
            with transaction.atomic():
                publish(message, **options)

        transaction.on_commit(send)

    payment_accepting.publish = inbox.publish = later


def keeps_the_key_after_the_verb() -> None:
    """The order is made in one transaction, its key is kept in the next."""

    def once(request: HttpRequest, *, caller: str, body: Any, do: Any) -> HttpResponse:
        key = request.headers[idempotency.HEADER]
        known = Key.objects.filter(caller=caller, key=key).first()
        if known:
            return idempotency._respond(known.status, bytes(known.body))
        with transaction.atomic():
            status, answer = do()
        content = answer.model_dump_json().encode()
        Key.objects.create(
            id=uuid7(),
            caller=caller,
            key=key,
            request_hash=idempotency._hash(request, body),
            status=status,
            body=content,
            created_at=clock.now(),
        )
        return idempotency._respond(status, content)

    storefront.once = once


# --- refund -----------------------------------------------------------------------------------


def takes_a_new_refund_number_on_every_try() -> None:
    """WeChat hears a number that is written down only afterwards, over the one before."""
    refund = pay.refund

    def under_another(**asked: Any) -> Any:
        number = asked["out_refund_no"]
        other = f"{number}X{secrets.token_hex(4)}"
        answer = refund(**{**asked, "out_refund_no": other})
        Refund.objects.filter(out_refund_no=number).update(out_refund_no=other)
        return answer

    pay.refund = under_another


def acknowledges_before_the_work() -> None:
    """The message leaves the queue when the worker takes it."""
    draining.is_acknowledged_first = True


# --- share ------------------------------------------------------------------------------------


def believes_what_it_was_about_to_do() -> None:
    """A sharing that was announced is never handed over again, though WeChat knows none."""
    ask = following._ask

    def ask_and_believe(sharing: Any) -> bool:
        ask(sharing)
        return True

    following._ask = ask_and_believe


def posts_the_share_after_the_commit() -> None:
    """The sharing is finished first, the books hear of it next."""
    sharing_accepting._post = _after_the_commit(sharing_accepting._post)


# --- withdraw ---------------------------------------------------------------------------------


def holds_after_the_commit() -> None:
    """The request is kept first, the money is held next."""
    withdrawals.books.hold = _after_the_commit(withdrawals.books.hold)


def takes_a_new_transfer_number_on_every_try() -> None:
    """WeChat hears a number that this process makes up, and only this process remembers."""
    create, query = transfers.create, transfers.query
    made: dict[str, str] = {}

    def create_under_another(**asked: Any) -> Any:
        number = asked["out_bill_no"]
        made[number] = f"{number[:20]}{secrets.token_hex(4)}"
        answer = create(**{**asked, "out_bill_no": made[number]})
        return replace(answer, out_bill_no=number)

    def query_the_other(*, sub_mchid: str | None, out_bill_no: str) -> Any:
        if out_bill_no not in made:
            raise OrderNotExist("unknown", code="NOT_FOUND")
        told = query(sub_mchid=sub_mchid, out_bill_no=made[out_bill_no])
        return replace(told, out_bill_no=out_bill_no)

    transfers.create, transfers.query = create_under_another, query_the_other


# --- subscribe --------------------------------------------------------------------------------


def extends_the_period_once_more_when_told_once_more() -> None:
    """The callback's job adds a month to whatever is there, and counts on running once."""
    apply, begun = plan_jobs.apply_success, applying._begun
    instant = timedelta(microseconds=1)  # no period is empty

    def apply_and_extend(*, out_trade_no: str, transaction: Any) -> Any:
        told = apply(out_trade_no=out_trade_no, transaction=transaction)
        found = Subscription.objects.filter(invoices__attempts__out_trade_no=out_trade_no)
        for row in found:
            ends = months_later(row.period_ends_at - instant, 1, anchor_day=row.anchor_day)
            Subscription.objects.filter(pk=row.pk).update(period_ends_at=ends)
        return told

    plan_jobs.apply_success = apply_and_extend
    applying._begun = lambda row, invoice: {
        **begun(row, invoice),
        "period_ends_at": invoice.period_from + instant,
    }


def takes_the_invoice_number_ahead() -> None:
    """The number is taken in one transaction, the invoice is written in the next."""
    advance, next_number = advancing.advance, issuing._next_number
    taken: list[int] = []

    def advance_with_a_number(*, subscription_id: int) -> Any:
        if not Invoice.objects.filter(subscription=subscription_id).exists():
            taken.append(next_number())
        return advance(subscription_id=subscription_id)

    advancing.advance, issuing._next_number = advance_with_a_number, taken.pop


# --- reconcile --------------------------------------------------------------------------------


def loads_lines_before_it_says_so() -> None:
    """The lines of a bill are written in one transaction, the file is marked in the next."""

    def load(*, file_id: UUID) -> None:
        file = BillFile.objects.get(pk=file_id)
        if file.state != FileState.KEPT:
            return
        shops = bill_queries.shops_by_merchant()
        with transaction.atomic():
            lines, _ = bills.copy_lines(file, bills.read(file), shops)
        with transaction.atomic():
            bills._move(file, FileState.LOADED, lines_count=lines, loaded_at=clock.now())
            bills._tell(file, shops)

    bills.load = load


def takes_the_lines_over_until_it_says_so() -> None:
    """The shop's lines are taken over in one transaction, the day is marked in the next."""

    def take(*, bill: str, day: date) -> int:
        shop = context.shop()
        row, _ = ComparedDay.objects.get_or_create(bill=bill, day=day)
        if row.lines_count:
            return row.lines_count
        with context.public():
            page = [
                line
                for lines in bill_queries.pages_of(shop.public_id, kind=BillKind(bill), day=day)
                for line in lines
            ]
        taking._copy(bill, page, after=0)
        rows = ComparedDay.objects.filter(bill=bill, day=day)
        rows.update(lines_count=len(page), taken_at=clock.now())
        return len(page)

    reconciliation.take = take


def _after_the_commit(write: Callable[..., Any]) -> Callable[..., Any]:
    """Return what writes once the transaction under way is safe: usually."""

    def later(*what: Any, **how: Any) -> None:
        assert connection.in_atomic_block
        transaction.on_commit(lambda: write(*what, **how))

    return later
