"""What shops owe the platform stands in the platform's books once, whatever comes twice or dies."""

import pytest
from django.db import connection

from billing.ledger import actions as ledger
from billing.ledger.actions import Line
from billing.ledger.models import Journal
from billing.ledger.states import Account, JournalKind
from billing.platform_books import actions as books
from billing.platform_books import invariants, mirroring, queries
from billing.platform_books.models import Journal as PlatformJournal
from billing.platform_books.states import PlatformAccount as A
from billing.platform_books.states import PlatformJournalKind as Kind
from billing.platform_books.states import holder_of
from billing.refunds import actions as refunds
from billing.settlements import actions as settlements
from jobs.schedule import entries
from kernel import clock
from kernel.money import Money
from tenants import context
from tenants.models import Tenant
from tests.billing.test_sharing import till  # noqa: F401  # the fixture

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def held() -> dict[str, int]:
    with context.public():
        return {str(a): m.minor for a, m in queries.balances().items() if m.minor}


def owed(shop) -> int:
    with context.public():
        return queries.balance_of_shop(A.RECEIVABLE, shop.public_id).minor


def wrong() -> list[str]:
    with context.public():
        found = list(invariants.violations())
    return [*found, *invariants.violations_of_shop()]


def forget_messages() -> None:
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue")


def earn(payment) -> None:
    settlements.earn(order_id=payment.order_id, order_number=payment.order_number)


def post(kind: JournalKind, reference: str, *lines: tuple[Account, Account, int]) -> None:
    ledger.post(
        kind=kind, reference=reference, lines=[Line(a, b, Money(n)) for a, b, n in lines], why={}
    )


def test_a_commission_is_owed_here_as_in_the_shop_and_less_after_a_refund(
    paid, shop, wechat, run_jobs
):
    payment = paid(10_000)
    wechat.refund_status = "SUCCESS"
    earn(payment)
    assert held() == {}
    assert wrong() == [], "its message is on its way"
    run_jobs()
    assert (held(), owed(shop)) == ({"receivable": 100, "commission": 100}, 100)
    with context.public():
        [line] = queries.lines_of_shop(shop.public_id, before=None, limit=9)
        assert line.journal.why["order_number"] == payment.order_number
        assert line.journal.why["commission_bp"] == 100
    payment.refresh_from_db()
    refunds.request(payment=payment, amount=Money(2_550), reason="退货", by="owner", key="k")
    run_jobs(ahead=120)
    assert (held(), owed(shop)) == ({"receivable": 75, "commission": 75}, 75)
    assert wrong() == []


def test_sharing_settles_it_and_a_return_is_owed_back(till):  # noqa: F811
    payment = till.earned()
    till.pass_by()
    assert (held(), owed(till.shop)) == ({"wechat": 100, "commission": 100}, 0)
    till.stock_up(10_000)
    till.refund(payment, 5_000)
    till.pass_by(240)
    assert (held(), owed(till.shop)) == ({"wechat": 50, "commission": 50}, 0)
    with context.public():
        kinds = list(PlatformJournal.objects.order_by("kind").values_list("kind", flat=True))
    assert kinds == ["commission", "commission", "share", "share_return"]
    assert wrong() == []


def test_heard_twice_and_in_any_order_it_is_written_once(paid, shop, run_jobs):
    payment = paid(10_000)
    earn(payment)
    post(JournalKind.SHARE, "S1", (Account.PLATFORM, Account.WECHAT, 100))
    assert mirroring.mirror(kind=JournalKind.SHARE, reference="S1")
    assert owed(shop) == -100, "shared before it was earned, as the books hear it"
    for _ in range(2):
        assert not mirroring.mirror(kind=JournalKind.SHARE, reference="S1")
        run_jobs()
    assert (held(), owed(shop)) == ({"wechat": 100, "commission": 100}, 0)
    assert mirroring.catch_up() == 0


def test_a_lost_message_is_noticed_and_made_good(paid, shop, run_jobs):
    earn(paid(10_000))
    forget_messages()
    [sentence] = wrong()
    assert sentence.startswith("I3: commission ")
    assert sentence.endswith(" is 100 here and None in the platform's books")
    assert mirroring.catch_up() == 1
    assert (wrong(), owed(shop)) == ([], 100)
    assert mirroring.catch_up() == 0
    assert {type(e.message).__name__: e.each_shop for e in entries()}["CatchUp"]


def test_what_only_the_platform_has_is_noticed(paid, shop, run_jobs):
    earn(paid(10_000))
    run_jobs()
    with context.public():
        line = Line(A.WECHAT, A.RECEIVABLE, Money(1), credit_holder=holder_of(shop.public_id))
        books.post(kind=Kind.SHARE, reference="x", lines=[line], why={})
    assert wrong() == ["I3: the platform's books hold 2 journals of the shop, 1 are its own"]


def test_another_amount_is_noticed_and_never_overwrites(paid, shop):
    earn(paid(10_000))
    journal = Journal.objects.get(kind="earning")
    with context.public():
        line = Line(A.RECEIVABLE, A.COMMISSION, Money(99), debit_holder=holder_of(shop.public_id))
        reference = mirroring.reference_of(shop, journal.reference)
        books.post(
            kind=Kind.COMMISSION, reference=reference, lines=[line], why={}
        )
    with pytest.raises(books.JournalDiffers):
        mirroring.mirror(kind=JournalKind.EARNING, reference=journal.reference)
    [sentence] = wrong()
    assert sentence.endswith(" is 100 here and 99 in the platform's books")


def test_two_shops_with_one_order_number_are_two(shop, other_shop):
    for one in (shop, other_shop):
        with context.activate(one):
            post(JournalKind.EARNING, "N1", (Account.COMMISSION, Account.PLATFORM, 7))
            assert mirroring.catch_up() == 1
            assert wrong() == []
    assert (owed(shop), owed(other_shop), held()["commission"]) == (7, 7, 14)


def test_what_a_shop_owed_elsewhere_before_it_came_stays_there(paid, shop, run_jobs):
    earn(paid(10_000))
    with context.public():
        Tenant.objects.filter(pk=shop.id).update(created_at=clock.now())
    run_jobs()
    assert mirroring.catch_up() == 0
    assert (held(), wrong()) == ({}, [])


def test_a_repair_and_what_the_owner_paid_elsewhere_are_mirrored_too(shop):
    post(JournalKind.REPAIR, "D1", (Account.PLATFORM, Account.DIFFERENCES, 3))
    post(JournalKind.REPAIR, "D2", (Account.PLATFORM, Account.OWNER, 5))
    assert mirroring.catch_up() == 2
    assert held() == {"differences": 3, "bank": 5, "receivable": -8}
    assert wrong() == []

