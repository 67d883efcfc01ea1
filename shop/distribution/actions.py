"""The programme's rules, and how somebody becomes a distributor and sends people.

What comes of it is distribution.earning.
"""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction

from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import opaque
from shop.catalog import queries as catalog
from shop.distribution import queries
from shop.distribution.amounts import MOST_BP, Rule
from shop.distribution.models import Distributor, DistributorStep, ProductRate, Programme, Visit
from shop.distribution.moves import MEMBER, move_distributor
from shop.distribution.states import DISTRIBUTOR_FLOW, DistributorState, Entry
from shop.members.models import Member
from tenants.transactions import verb

CODE_LENGTH = 8
VISIT_AGAIN = timedelta(hours=1)
"""The same visitor through the same link is written once in this time."""


class ProgrammeClosed(Refusal):
    """The shop has no programme, or stopped it."""

    en = "This shop does not take distributors at the moment."
    zh = "本店暂未开放分销。"


class RateTooHigh(Refusal):
    """A rate that no shop means."""

    status: ClassVar[int] = 422
    en = "A commission is {most} % at most."
    zh = "佣金比例最高为 {most}%。"


class ProductUnknown(Refusal):
    """The shop has no such product."""

    status: ClassVar[int] = 404
    en = "There is no such product."
    zh = "没有这件商品。"


class DistributorCannotMove(Refusal):
    """They do not stand where this step begins."""

    en = "This distributor is {state}; that is not possible now."
    zh = "该分销员当前状态为 {state}，不能执行此操作。"


@verb
def set_rules(*, rule: Rule, by: str) -> Programme:
    """Set the rules; they count for orders made from now on. Raises RateTooHigh."""
    _check(rule.rate_bp)
    found = queries.programme()
    if found is not None and found.rule == rule:
        return found
    values = {name: getattr(rule, name) for name in Rule.__slots__}
    return Programme.objects.create(**values, by=by)


@verb
def set_rate(*, product_id: UUID, rate_bp: int | None, by: str) -> None:
    """Give a product a rate of its own, zero for none, or None for the programme's again.

    It counts for orders made from now on. Raises RateTooHigh, ProductUnknown.
    """
    _check(rate_bp or 0)
    if catalog.find_product(product_id) is None:
        raise ProductUnknown
    if queries.rates(of=[product_id]).get(product_id) != rate_bp:
        ProductRate.objects.create(product_id=product_id, rate_bp=rate_bp, by=by)


@verb
def apply(*, member: Member) -> Distributor:
    """Ask to be a distributor, or be one at once where everyone may. Again changes nothing.

    Raises ProgrammeClosed.
    """
    rule = queries.rule()
    row = queries.distributor_of(member)
    if not rule.is_open and row is None:
        raise ProgrammeClosed
    if row is None:
        row = _add(member)
    elif row.state == DistributorState.REFUSED and rule.is_open:
        move_distributor(row, DistributorState.APPLIED, by=MEMBER)
    if rule.is_open and rule.entry == Entry.EVERYONE and row.state == DistributorState.APPLIED:
        move_distributor(row, DistributorState.ACTIVE, by=MEMBER)
    return row


@verb
def review(*, distributor: Distributor, target: DistributorState, by: str) -> None:
    """Accept, refuse, pause or let go on; again changes nothing. Raises DistributorCannotMove."""
    if move_distributor(distributor, target, by=by):
        return
    distributor.refresh_from_db(fields=["state"])
    if distributor.state != target:
        raise DistributorCannotMove(state=distributor.state)


@verb
def visit(*, member: Member, code: str) -> bool:
    """Note that a member came through a link; say whether it was noted.

    A code that nobody has, one's own, and a closed programme are passed over in silence.
    """
    distributor = queries.find_distributor(code)
    if distributor is None or not queries.rule().is_open:
        return False
    if queries.is_same_person(distributor.member, member):
        return False
    latest = Visit.objects.filter(member=member).order_by("-at", "-pk").first()
    soon = latest is not None and clock.now() - latest.at < VISIT_AGAIN
    if latest is not None and soon and latest.distributor_id == distributor.pk:
        return False
    Visit.objects.create(member=member, distributor=distributor)
    return True


def _check(rate_bp: int) -> None:
    if not 0 <= rate_bp <= MOST_BP:
        raise RateTooHigh(most=MOST_BP // 100)


def _add(member: Member) -> Distributor:
    """Write a distributor once, however often the member taps."""
    try:
        with transaction.atomic():
            row = Distributor.objects.create(member=member, code=opaque(CODE_LENGTH))
    except IntegrityError:
        return Distributor.objects.get(member=member)
    DistributorStep.objects.create(distributor=row, state=DISTRIBUTOR_FLOW.start, by=MEMBER)
    return row
