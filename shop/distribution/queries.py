"""Questions about the programme, its distributors and what they earn. Inside a shop."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from kernel.explanations import Explanation, Step, added
from kernel.money import Money
from shop.catalog import cursors
from shop.catalog.models import Product
from shop.distribution.amounts import Rule, Share
from shop.distribution.models import (
    Commission,
    CommissionLine,
    Distributor,
    DistributorStep,
    ProductRate,
    Programme,
    Visit,
)
from shop.distribution.states import OPEN, CommissionState, DistributorState, Touch
from shop.members.models import Member
from shop.orders.models import Order, OrderLine, OrderReturnLine
from shop.orders.states import ReturnState

SHARE_PATH = "/pages/home/home?d={code}"
"""The page of the mini-program that a distributor's link opens."""


@dataclass(frozen=True, slots=True)
class Earnings:
    """What a distributor has earned, in minor units."""

    pending_minor: int
    settled_minor: int
    orders_count: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A product with a rate of its own."""

    product_id: UUID
    title: str
    rate_bp: int


def programme(at: datetime | None = None) -> Programme | None:
    """Return the rules that count now, or counted at a moment; None before the first ones."""
    rows = Programme.objects.order_by("-at", "-pk")
    return (rows.filter(at__lte=at) if at else rows).first()


def rule() -> Rule:
    """Return the rules that count now; the defaults, closed, where the shop never set any."""
    found = programme()
    return found.rule if found else Rule()


def rates(at: datetime | None = None, *, of: Iterable[UUID] | None = None) -> dict[UUID, int]:
    """Return the own rates of products that have one, now or at a moment."""
    rows = ProductRate.objects.order_by("product_id", "-at", "-pk").distinct("product_id")
    if at:
        rows = rows.filter(at__lte=at)
    if of is not None:
        rows = rows.filter(product_id__in=set(of))
    found = rows.values_list("product_id", "rate_bp")
    return {product_id: rate_bp for product_id, rate_bp in found if rate_bp is not None}


def named_rates() -> list[Rate]:
    """Return the products with a rate of their own, by title."""
    own = rates()
    rows = Product.objects.filter(pk__in=own).order_by("title", "pk").values_list("pk", "title")
    return [Rate(pk, title, own[pk]) for pk, title in rows]


def distributor_of(member: Member) -> Distributor | None:
    """Return a member as a distributor."""
    return Distributor.objects.filter(member=member).first()


def find_distributor(code: str) -> Distributor | None:
    """Return the active distributor of a code."""
    rows = Distributor.objects.filter(code=code, state=DistributorState.ACTIVE)
    return rows.select_related("member").first()


def is_same_person(one: Member, other: Member) -> bool:
    """Say whether two members are one person: WeChat's unionid says so across the shop's apps."""
    return one.pk == other.pk or bool(one.unionid and one.unionid == other.unionid)


def visit_that_counts(buyer: Member, at: datetime, by_rule: Rule) -> Visit | None:
    """Return the visit by which a buyer belongs to a distributor at a moment, if there is one.

    A visit counts for `window_days`, while its distributor was active, and never brings oneself.
    """
    standing = DistributorStep.objects.filter(distributor=OuterRef("distributor"), at__lte=at)
    rows = Visit.objects.filter(
        member=buyer, at__lte=at, at__gt=at - timedelta(days=by_rule.window_days)
    ).annotate(standing=Subquery(standing.order_by("-at", "-pk").values("state")[:1]))
    order = ("at", "pk") if by_rule.touch == Touch.FIRST else ("-at", "-pk")
    rows = rows.filter(standing=DistributorState.ACTIVE).order_by(*order)
    found = rows.select_related("distributor__member")
    return next((v for v in found if not is_same_person(v.distributor.member, buyer)), None)


def refunded_of(commission: Commission) -> Iterator[tuple[Share, Money, Money]]:
    """Yield each line's share, what was asked back of it, and what has gone back of it."""
    currency, gone = commission.currency, gone_of(commission)
    for row in CommissionLine.objects.filter(commission=commission).select_related("line"):
        asked = Money(row.line.refunded_minor, currency)
        yield row.share(currency), asked, gone.get(row.line_id, Money(0, currency))


def gone_of(commission: Commission) -> dict[UUID, Money]:
    """Return what has gone back to the buyer of each line of a commission's order."""
    rows = OrderReturnLine.objects.filter(
        line__order=commission.order_id, parent__state=ReturnState.SUCCEEDED
    )
    sums = rows.values_list("line").annotate(minor=Sum("amount_minor"))
    return {line_id: Money(int(minor), commission.currency) for line_id, minor in sums}


def earnings(distributor: Distributor) -> Earnings:
    """Return what a distributor has earned so far."""
    sums = Commission.objects.filter(distributor=distributor).aggregate(
        pending=Sum("kept_minor", filter=Q(state__in=OPEN)),
        settled=Sum("settled_minor"),
        count=Count("pk", filter=~Q(state=CommissionState.VOID)),
    )
    return Earnings(int(sums["pending"] or 0), int(sums["settled"] or 0), int(sums["count"]))


def commissions(
    *, distributor: Distributor | None = None, state: str | None = None
) -> QuerySet[Commission]:
    """Return commissions with their order and distributor, the newest first."""
    rows = Commission.objects.select_related("order", "distributor__member").order_by("-pk")
    if distributor is not None:
        rows = rows.filter(distributor=distributor)
    return rows.filter(state=state) if state else rows


def commission_page(
    rows: QuerySet[Commission], cursor: str | None, limit: int
) -> tuple[list[Commission], str | None]:
    """Return a page of commissions, the newest first, and the cursor of the next one."""
    if cursor:
        rows = rows.filter(pk__lt=cursors.decode(cursor, "commissions", UUID)[0])
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursors.encode("commissions", found[limit - 1].pk) if more else None


def distributors(*, state: str | None = None) -> QuerySet[Distributor]:
    """Return distributors with who they are and what they earned, the newest first."""
    rows = Distributor.objects.select_related("member").order_by("-pk")
    rows = rows.filter(state=state) if state else rows
    mine = Commission.objects.filter(distributor=OuterRef("pk")).values("distributor")
    return rows.annotate(
        pending_minor=Subquery(
            mine.filter(state__in=OPEN).annotate(sum=Sum("kept_minor")).values("sum")
        ),
        settled_minor=Subquery(mine.annotate(sum=Sum("settled_minor")).values("sum")),
    )


def distributor_page(
    rows: QuerySet[Distributor], cursor: str | None, limit: int
) -> tuple[list[Distributor], str | None]:
    """Return a page of distributors, the newest first, and the cursor of the next one."""
    if cursor:
        rows = rows.filter(pk__lt=cursors.decode(cursor, "distributors", UUID)[0])
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursors.encode("distributors", found[limit - 1].pk) if more else None


def counts_by_state() -> dict[str, int]:
    """Return how many distributors stand in each state; a state without is absent."""
    rows = Distributor.objects.values("state").annotate(n=Count("pk")).order_by()
    return {row["state"]: row["n"] for row in rows}


def get_commission(commission_id: UUID) -> Commission | None:
    """Return a commission with its order and distributor, or None."""
    return commissions().filter(pk=commission_id).first()


def explain(commission: Commission) -> Explanation:
    """Return why a commission is what it is: each line's share, less what went back of it."""
    currency, steps = commission.currency, []
    rows = commission.lines.select_related("line").order_by("line__position")
    gone = gone_of(commission)
    for row in rows:
        title = f"{row.line.title} {row.line.label}".strip()
        own = row.is_own_rate
        zh, en = ("商品佣金比例", "The product's rate") if own else ("佣金比例", "The rate")
        inputs: dict[str, int | str] = {
            "base_minor": row.base_minor,
            "rate_bp": row.rate_bp,
            "title": title,
        }
        share = row.share(currency)
        steps.append(Step("share", f"{title}：{zh}", f"{title}: {en}", share.amount, inputs))
        back = gone.get(row.line_id, Money(0, currency))
        if back.minor:
            less = share.kept(back) - share.amount
            after: dict[str, int | str] = {
                "before_minor": row.base_minor,
                "after_minor": row.base_minor - back.minor,
                "rate_bp": row.rate_bp,
                "title": title,
            }
            zh, en = f"{title}：随退款扣回", f"{title}: less what was refunded"
            steps.append(Step("given_back", zh, en, less, after))
    return Explanation(
        subject="distribution",
        zh="分销佣金",
        en="Commission of a recommendation",
        reference=commission.order.number,
        amount=added(steps, currency),
        steps=tuple(steps),
    )


def unfinished_count() -> int:
    """Return how many commissions were not settled yet (settings.UNFINISHED)."""
    return Commission.objects.filter(state__in=OPEN).count()


def lines_of(order: Order) -> list[OrderLine]:
    """Return an order's lines in their order."""
    return list(OrderLine.objects.filter(order=order).order_by("position"))
