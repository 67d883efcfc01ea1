"""Everything that can happen to stock.

Note [order]. Every verb locks stock rows in the order of their SKU's id, in one statement, so two
orders that want the same goods in opposite order wait for each other and never in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from shop.catalog.models import Sku
from shop.inventory import queries
from shop.inventory.models import Movement, Stock
from shop.inventory.states import RESERVATION_FLOW, MovementKind, ReservationState
from tenants.transactions import verb

MOST_ON_HAND = 1_000_000_000

# Two statements in one: who wins a row is decided where it is locked; the rest follows from it.
_RESERVE = """
WITH wanted AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(moves)s::uuid[], %(skus)s::uuid[], %(counts)s::int[])
        AS w (id, move_id, sku_id, quantity)
), held AS (
    INSERT INTO inventory_reservation AS r
        (id, order_id, sku_id, quantity, state, expires_at, created_at)
    SELECT id, %(order)s, sku_id, quantity, 'held', %(expires_at)s, %(now)s FROM wanted
    ON CONFLICT (order_id, sku_id) DO UPDATE
        SET state = 'held', quantity = EXCLUDED.quantity, expires_at = EXCLUDED.expires_at
        WHERE r.state = 'released'
    RETURNING sku_id, quantity
), locked AS (
    SELECT s.sku_id FROM inventory_stock s JOIN held USING (sku_id)
    ORDER BY s.sku_id FOR UPDATE OF s
), taken AS (
    UPDATE inventory_stock s SET reserved = s.reserved + held.quantity
    FROM held JOIN locked USING (sku_id)
    WHERE s.sku_id = held.sku_id AND s.on_hand - s.reserved >= held.quantity
    RETURNING s.sku_id
), noted AS (
    INSERT INTO inventory_movement (id, sku_id, kind, quantity, reference, by, at)
    SELECT w.move_id, w.sku_id, 'reserve', w.quantity, %(reference)s, 'order', %(now)s
    FROM taken JOIN wanted w USING (sku_id)
)
SELECT held.sku_id FROM held LEFT JOIN taken USING (sku_id) WHERE taken.sku_id IS NULL
ORDER BY held.sku_id"""

# A line of history gets the moment of the one id that was given, and the tail of its SKU's id.
_STEP = """
WITH most AS (
    SELECT * FROM unnest(%(skus)s::uuid[], %(counts)s::int[]) AS m (sku_id, quantity)
), stepped AS (
    UPDATE inventory_reservation SET state = %(target)s
    WHERE order_id = %(order)s AND state = %(source)s
      AND (%(all)s OR sku_id IN (SELECT sku_id FROM most))
    RETURNING sku_id, quantity
), change AS (
    SELECT sku_id, least(stepped.quantity, most.quantity) AS quantity
    FROM stepped LEFT JOIN most USING (sku_id)
), locked AS (
    SELECT s.sku_id FROM inventory_stock s JOIN change USING (sku_id)
    ORDER BY s.sku_id FOR UPDATE OF s
), changed AS (
    UPDATE inventory_stock s
    SET on_hand = s.on_hand + change.quantity * %(on_hand)s,
        reserved = s.reserved + change.quantity * %(reserved)s
    FROM change JOIN locked USING (sku_id) WHERE s.sku_id = change.sku_id AND change.quantity > 0
    RETURNING s.sku_id, change.quantity
)
INSERT INTO inventory_movement (id, sku_id, kind, quantity, reference, by, at)
SELECT (left(%(move)s::text, 24) || right(sku_id::text, 12))::uuid,
    sku_id, %(kind)s, quantity, %(reference)s, 'order', %(now)s
FROM changed"""

_PUT_BACK = """
WITH wanted AS (
    SELECT * FROM unnest(%(moves)s::uuid[], %(skus)s::uuid[], %(counts)s::int[])
        AS w (move_id, sku_id, quantity)
), locked AS (
    SELECT s.sku_id FROM inventory_stock s JOIN wanted USING (sku_id)
    ORDER BY s.sku_id FOR UPDATE OF s
), changed AS (
    UPDATE inventory_stock s SET on_hand = s.on_hand + wanted.quantity
    FROM wanted JOIN locked USING (sku_id) WHERE s.sku_id = wanted.sku_id
    RETURNING s.sku_id
), noted AS (
    INSERT INTO inventory_movement (id, sku_id, kind, quantity, reference, by, at)
    SELECT w.move_id, w.sku_id, 'return', w.quantity, %(reference)s, %(by)s, %(now)s
    FROM changed JOIN wanted w USING (sku_id)
)
SELECT sku_id FROM changed"""

_SET = """
WITH wanted AS (
    SELECT * FROM unnest(%(moves)s::uuid[], %(skus)s::uuid[], %(counts)s::int[])
        AS w (move_id, sku_id, quantity)
), made AS (
    INSERT INTO inventory_stock AS s (sku_id, on_hand, reserved)
    SELECT sku_id, quantity, 0 FROM wanted ORDER BY sku_id
    ON CONFLICT (sku_id) DO UPDATE SET on_hand = greatest(EXCLUDED.on_hand, s.reserved)
    RETURNING s.sku_id, s.on_hand
), before AS (
    SELECT sku_id, on_hand FROM inventory_stock WHERE sku_id = ANY(%(skus)s)
), noted AS (
    INSERT INTO inventory_movement (id, sku_id, kind, quantity, on_hand, reference, by, at)
    SELECT w.move_id, w.sku_id, 'import', made.on_hand - coalesce(before.on_hand, 0),
           made.on_hand, %(reference)s, %(by)s, %(now)s
    FROM wanted w JOIN made USING (sku_id) LEFT JOIN before USING (sku_id)
    WHERE made.on_hand <> coalesce(before.on_hand, 0)
)
SELECT sku_id, made.on_hand FROM made JOIN wanted USING (sku_id) WHERE made.on_hand <> quantity"""


class StockRanOut(Refusal):
    """There is less of a SKU than was asked for; `sku_id` says which one."""

    en = "Only {left} left of {sku}."
    zh = "{sku} 仅剩 {left} 件。"

    def __init__(self, *, sku: str, sku_id: UUID, left: int) -> None:
        self.sku_id = sku_id
        super().__init__(sku=sku, sku_id=sku_id, left=left)


class StockIsPromised(Refusal):
    """Orders hold more than would be left."""

    en = "Orders hold {reserved} of these, so {on_hand} on hand is too few."
    zh = "已有 {reserved} 件被订单占用，现货不能改为 {on_hand} 件。"


class StockTooLarge(Refusal):
    """More than any shelf holds; most likely a slip."""

    status = 422
    en = "At most {most} can be on hand."
    zh = "现货最多 {most} 件。"


class StockChangedMeanwhile(Refusal):
    """Goods were sold or received since the count began; nothing was set."""

    status = 412
    en = "There are {on_hand} on hand by now. Look again before you set the stock."
    zh = "库存已变为 {on_hand}，请核对后再修改。"


class SkuUnknown(Refusal):
    """There is no such SKU in this shop."""

    status = 404
    en = "There is no such SKU."
    zh = "没有这个 SKU。"


@verb
def reserve(*, order_id: UUID, demand: Mapping[UUID, int], expires_at: datetime) -> None:
    """Hold goods for an order: all of them or none. The same order again holds nothing more.

    `demand` is quantities > 0 by SKU id. What was released before (a cancelled order that is paid
    late) is held anew. Raises StockRanOut for the first SKU, by id, of which there are too few.
    """
    if any(count <= 0 for count in demand.values()):
        raise ValueError("only quantities above zero are reserved")
    if not demand:
        return
    short = _run(
        _RESERVE,
        demand,
        ids=[uuid7() for _ in demand],
        order=order_id,
        expires_at=expires_at,
        reference=f"order {order_id}",
    )
    if short:
        _refuse(short[0][0])


@verb
def release(*, order_id: UUID, reason: str) -> None:
    """Give back what an order holds and has not paid for. Again: nothing."""
    _step(
        order_id,
        ReservationState.HELD,
        ReservationState.RELEASED,
        MovementKind.RELEASE,
        reserved=-1,
        reason=reason,
    )


@verb
def consume(*, order_id: UUID) -> None:
    """Take what an order holds off the shelf: it is paid. Again: nothing."""
    _step(
        order_id,
        ReservationState.HELD,
        ReservationState.CONSUMED,
        MovementKind.CONSUME,
        on_hand=-1,
        reserved=-1,
    )


@verb
def take_back(*, order_id: UUID, reason: str, quantities: Mapping[UUID, int] | None = None) -> None:
    """Put paid goods that were never shipped back on the shelf. Again: nothing.

    `quantities` by SKU id limits how many come back, for an order of which a part was shipped;
    a SKU that it does not name stays consumed.
    """
    _step(
        order_id,
        ReservationState.CONSUMED,
        ReservationState.RELEASED,
        MovementKind.RETURN,
        on_hand=1,
        reason=reason,
        most=quantities,
    )


@verb
def put_back(*, quantities: Mapping[UUID, int], reference: str, by: str) -> None:
    """Put so many of each SKU back on the shelf, whoever held them. Again: again.

    The caller's own transaction makes it happen once. A SKU without a stock of its own stays so.
    """
    if quantities:
        _run(_PUT_BACK, quantities, reference=reference[:200], by=by)


@verb
def adjust(
    *,
    sku_id: UUID,
    reason: str,
    by: str,
    on_hand: int | None = None,
    delta: int | None = None,
    seen_on_hand: int | None = None,
) -> Stock:
    """Set what is on hand, or change it by `delta` (a receipt, if it grows). Exactly one of both.

    A count that was made while `seen_on_hand` were there is refused when something was sold or
    received since; the same count again changes nothing. Raises SkuUnknown, StockChangedMeanwhile,
    StockIsPromised where orders hold more than would be left, StockTooLarge.
    """
    if (on_hand is None) == (delta is None):
        raise ValueError("either on_hand or delta, not both")
    if not Sku.objects.filter(pk=sku_id).exists():
        raise SkuUnknown
    Stock.objects.bulk_create([Stock(sku_id=sku_id)], ignore_conflicts=True)
    stock = Stock.objects.select_for_update(of=("self",)).get(sku=sku_id)
    wanted = on_hand if on_hand is not None else stock.on_hand + (delta or 0)
    if seen_on_hand is not None and stock.on_hand not in {seen_on_hand, wanted}:
        raise StockChangedMeanwhile(on_hand=stock.on_hand)
    if wanted < stock.reserved:
        raise StockIsPromised(reserved=stock.reserved, on_hand=wanted)
    if wanted > MOST_ON_HAND:
        raise StockTooLarge(most=MOST_ON_HAND)
    change = wanted - stock.on_hand
    if change:
        stock.on_hand = wanted
        stock.save(update_fields=["on_hand"])
        kind = MovementKind.RECEIPT if (delta or 0) > 0 else MovementKind.ADJUST
        Movement.objects.create(
            sku_id=sku_id,
            kind=kind,
            quantity=change,
            on_hand=wanted,
            reference=reason[:200],
            by=by,
        )
    return stock


@verb
def set_counts(*, counts: Mapping[UUID, int], reference: str, by: str) -> dict[UUID, int]:
    """Set what is on hand of many SKUs, as an import says it.

    Where orders hold more than a count, what they hold stays; those SKUs are returned with what
    is on hand now.
    """
    if not counts:
        return {}
    # Locked first, so that what the statement calls `before` is what it then changes.
    _lock(counts)
    return dict(_run(_SET, counts, reference=reference[:200], by=by))


def _lock(sku_ids: Iterable[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM inventory_stock WHERE sku_id = ANY(%s::uuid[]) ORDER BY sku_id"
            " FOR UPDATE",
            [list(sku_ids)],
        )


def _step(
    order_id: UUID,
    source: ReservationState,
    target: ReservationState,
    kind: MovementKind,
    *,
    on_hand: int = 0,
    reserved: int = 0,
    reason: str = "",
    most: Mapping[UUID, int] | None = None,
) -> None:
    """Move what an order holds, and change the stock with it: each by ±1 or 0 times the quantity.

    `most` names the SKUs that move, and how many of each count at most.
    """
    if source not in RESERVATION_FLOW.before(target):
        raise ValueError(f"no reservation goes from {source} to {target}")
    asked: dict[str, Any] = {
        "order": order_id,
        "source": source,
        "target": target,
        "kind": kind,
        "on_hand": on_hand,
        "reserved": reserved,
        "all": most is None,
        "skus": list(most or ()),
        "counts": list((most or {}).values()),
        "move": uuid7(),
        "reference": (f"order {order_id}: {reason}" if reason else f"order {order_id}")[:200],
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STEP, asked)


def _run(statement: str, counts: Mapping[UUID, int], **more: Any) -> Sequence[Any]:
    """Run a statement over SKUs in their order, with an id for each movement it may write."""
    skus = sorted(counts)
    asked: dict[str, Any] = {
        "skus": skus,
        "counts": [counts[sku] for sku in skus],
        "moves": [uuid7() for _ in skus],
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asked, **more})
        rows: Sequence[Any] = cursor.fetchall() if cursor.description else ()
        return rows


def _refuse(sku_id: UUID) -> None:
    left = queries.available([sku_id]).get(sku_id, 0)
    sku = Sku.objects.select_related("product").filter(pk=sku_id).first()
    words = [sku.product.title, sku.label] if sku else [str(sku_id)]
    raise StockRanOut(sku=" · ".join(word for word in words if word), sku_id=sku_id, left=left)
