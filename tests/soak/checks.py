"""Check points: let everything come to rest, then ask everybody and compare.

The platform's own proofs (I1–I12), WeChat's books, the model of the actors and the answers of the
platform's doors must tell one story.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from billing.ledger.models import Transfer
from tenants import context, directory
from tenants.proofs import proofs_of_platform, proofs_of_shop
from tests.soak.model import OrderModel, ShopModel
from tests.soak.rules import Rules
from tests.soak.world import Violation

HOUR, DAY = 3_600, 86_400
REST_SECONDS = 3 * HOUR
"""So long is waited at a check point: an unpaid order is over, WeChat was asked once more."""
END_SECONDS = 45 * DAY
"""So long at the end: what was shipped counts as received, what was shared is over."""
MOST_EVENTS_TO_REST = 20_000
PAID_SQL = """
SELECT p.prepay_id, o.out_trade_no, o.total_fen, o.paid_at IS NOT NULL AS is_paid,
  (SELECT coalesce(sum(refund_fen), 0) FROM refunds r
   WHERE r.out_trade_no = o.out_trade_no AND r.state = 'SUCCESS') AS refunded_fen,
  (SELECT count(*) FROM refunds r WHERE r.out_trade_no = o.out_trade_no
   AND r.state IN ('PROCESSING', 'ABNORMAL')) AS open_refunds
FROM orders o JOIN prepays p USING (out_trade_no) WHERE o.sub_mchid = ?"""


class Checks:
    """What is compared at a check point."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.world = rules, rules.world

    def at_rest(self, seconds: float = REST_SECONDS) -> None:
        """Come to rest and compare; raises Violation with everything that is wrong."""
        self.come_to_rest(seconds)
        found = list(self.wrong())
        self.world.note("check", f"{len(found)} wrong")
        if found:
            raise Violation("\n".join(found[:40]))

    def come_to_rest(self, seconds: float) -> None:
        """No more faults and no shop shut; every buyer asks again; all that falls due happens."""
        world, rules = self.world, self.rules
        world.storm, world.die_next = 0.0, None
        rules.play(rules.calm)
        rules.play(rules.unlock)
        while rules.errands:
            rules.play(rules.repeat_errand)
        until, began = world.time.seconds + seconds, world.events
        self._drain()
        while (due := self._next_due()) is not None and due <= until:
            rules.pass_time(max(due - world.time.seconds, 0.001))
            self._drain()
            if world.events - began > MOST_EVENTS_TO_REST:
                raise Violation("the queue does not come to rest")
        rules.pass_time(max(until - world.time.seconds, 0.001))
        self._drain()

    def _drain(self) -> None:
        world = self.world
        for _ in range(MOST_EVENTS_TO_REST):
            entries, messages = world.wechat.due(), world.worker.due(20)
            if not entries and not messages:
                return
            for entry in entries:
                world.note("wechat", world.wechat.happen(entry))
            for message in messages:
                world.note("job", world.worker.run(message))
        raise Violation("there is no end of what is due")

    def _next_due(self) -> float | None:
        told = [self.world.worker.next_due(), self.world.wechat.books(
            "SELECT min(due_at) AS at FROM agenda WHERE kind <> 'ticket'")[0]["at"]]  # fmt: skip
        return min((moment for moment in told if moment is not None), default=None)

    # --- comparing ----------------------------------------------------------------------------

    def wrong(self) -> Iterator[str]:
        """Yield a sentence for everything that is not as it must be."""
        yield from (f"dead letter: {letter}" for letter in self.world.worker.dead_letters())
        with context.public():
            yield from proofs_of_platform()
        for shop in self.rules.shops:
            home = directory.shop_by_public_id(shop.public_id)
            assert home is not None
            with context.activate(home):
                yield from (f"{home.name}: {said}" for said in proofs_of_shop())
                books = _books()
            yield from (f"{home.name}: {said}" for said in self._conserved(shop, books))
            paid = self._paid(shop)
            for order in shop.orders:
                yield from (f"{home.name}: {said}" for said in self._order(order, paid))
            yield from (f"{home.name}: {said}" for said in self._shelf(shop))
            yield from (f"{home.name}: {said}" for said in self._wallets(shop))

    def _conserved(self, shop: ShopModel, books: dict[tuple[str, str, str], int]) -> Iterator[str]:
        """What WeChat moved for the shop is what the shop's ledger says, to the fen."""
        wechat, mine = self.world.wechat.books, shop.sub_mchid

        def one(sql: str) -> int:
            return int(wechat(sql, mine)[0]["n"] or 0)

        refunded = "FROM refunds JOIN orders USING (out_trade_no) WHERE sub_mchid = ?"
        shared = (
            "FROM shares JOIN sharings g ON g.id = sharing_id JOIN orders o USING (out_trade_no)"
            " WHERE o.sub_mchid = ?1 AND shares.result = 'SUCCESS' AND shares.account <> ?1"
        )
        told_back = (
            "FROM share_returns b JOIN sharings g ON g.id = b.sharing_id"
            " JOIN orders o USING (out_trade_no) WHERE o.sub_mchid = ? AND b.result = 'SUCCESS'"
        )
        at_wechat = {
            "paid": one(
                "SELECT sum(total_fen) AS n FROM orders"
                " WHERE sub_mchid = ? AND paid_at IS NOT NULL"
            ),
            "refunded": one(
                f"SELECT sum(refund_fen) AS n {refunded} AND refunds.state = 'SUCCESS'"
            ),
            "transferred": one(
                "SELECT sum(fen) AS n FROM transfers WHERE sub_mchid = ? AND state = 'SUCCESS'"
            ),
            "shared": one(f"SELECT sum(shares.fen) AS n {shared}"),
            "shared back": one(f"SELECT sum(b.fen) AS n {told_back}"),
        }
        in_ledger = {
            "paid": books["payment", "wechat", "held"],
            "refunded": books["refund", "held", "wechat"] + books["refund", "refunded", "wechat"],
            "transferred": books["resolution", "withdrawing", "wechat"],
            "shared": books["share", "platform", "wechat"] + books["share", "wallet", "wechat"],
            "shared back": books["share_return", "wechat", "platform"]
            + books["share_return", "wechat", "wallet"],
        }
        for what, minor in at_wechat.items():
            if minor != in_ledger[what]:
                yield f"{what}: {minor} at WeChat, {in_ledger[what]} in the ledger"

    def _paid(self, shop: ShopModel) -> dict[str, dict[str, Any]]:
        rows = self.world.wechat.books(PAID_SQL, shop.sub_mchid)
        return {row["prepay_id"]: row for row in rows}

    def _order(self, order: OrderModel, paid: dict[str, dict[str, Any]]) -> Iterator[str]:
        """An order's money at WeChat is what its buyer is told."""
        told = self.rules._by(order.buyer, "GET", f"/orders/{order.id}")
        if told is None or told.status != 200:
            yield f"order {order.id} was answered {told and told.status}"
            return
        sheets = {sheet["package"].removeprefix("prepay_id=") for sheet in order.sheets}
        known = {row["out_trade_no"]: row for s in sheets if (row := paid.get(s))}
        attempts = [row for row in known.values() if row["is_paid"]]
        for row in attempts:
            if row["total_fen"] != order.total:
                yield f"order {order.id} costs {order.total}, WeChat took {row['total_fen']}"
        took = sum(row["total_fen"] for row in attempts)
        gave = sum(row["refunded_fen"] for row in attempts)
        is_open = any(row["open_refunds"] for row in attempts)
        detail = told.json
        state, says_back = detail["state"], detail["refunded_minor"]
        if detail["total_minor"] != order.total:
            yield f"order {order.id} cost {order.total} and now {detail['total_minor']}"
        if state == "unpaid":
            yield f"order {order.id} is unpaid long after its time"
        kept = took - gave
        expected = 0 if state == "cancelled" else order.total - says_back
        if kept != expected and not is_open:
            yield (
                f"order {order.id} is {state}: WeChat took {took} and gave {gave} back,"
                f" the buyer is told {order.total} less {says_back}"
            )
        if state in {"paid", "shipped", "completed"} and not attempts:
            yield f"order {order.id} is {state} and WeChat took nothing"

    def _shelf(self, shop: ShopModel) -> Iterator[str]:
        """Nothing is promised to nobody."""
        told = shop.owner.ask("GET", "/stock?limit=100")
        waiting: dict[str, int] = defaultdict(int)
        for row in told.json["items"]:
            if row["on_hand"] < 0 or row["reserved"] < 0 or row["reserved"] > row["on_hand"]:
                yield f"stock {row}"
            if row["reserved"] != waiting[row["sku_id"]]:
                yield f"{row['reserved']} of {row['sku_id']} are held for nobody"

    def _wallets(self, shop: ShopModel) -> Iterator[str]:
        """What a member was given is there, on its way, or was paid out at WeChat."""
        for buyer in shop.buyers:
            told = self.rules._by(buyer, "GET", "/wallet").json
            there = told["available_minor"] - told["debt_minor"] + told["withdrawing_minor"]
            gone = 0
            for number in buyer.withdrawals:
                row = self.rules._by(buyer, "GET", f"/withdrawals/{number}").json
                gone += row["amount_minor"] if row["state"] == "paid" else 0
            if there + gone != buyer.credited:
                yield f"{buyer.user} was given {buyer.credited}, has {there}, took {gone}"


def _books() -> dict[tuple[str, str, str], int]:
    """Sum the transfers of the current shop by kind of journal, debit and credit."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for kind, debit, credit, minor in Transfer.objects.values_list(
        "journal__kind", "debit", "credit", "amount_minor"
    ):
        found[kind, debit, credit] += minor
    return found
