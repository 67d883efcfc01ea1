"""What waits for a person in any shop: told by the shops, tried again or settled, audited."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.ledger import actions as ledger
from billing.ledger import queries as books
from billing.ledger.actions import Line
from billing.ledger.models import Journal, Transfer
from billing.ledger.states import Account, JournalKind
from billing.payments.models import Attempt, Payment
from billing.reconciliation import troubles
from billing.refunds.models import Refund
from billing.rollups.models import ShopTrouble
from billing.sharing import actions as sharings
from billing.sharing.models import Sharing
from billing.wallets import actions as wallets
from billing.withdrawals import actions as withdrawals
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from jobs.schedule import entries
from kernel import clock
from kernel.money import Money
from superadmin.models import AuditEntry
from tenants import context
from tenants.context import Shop
from tests.shop.buying import Till
from wechat import pay
from wechat.errors import OrderNotExist

LIST = "/superadmin/rollups/shoptrouble/"
LONG_AGO = timedelta(days=4)


@pytest.fixture
def till(two_shops: tuple[Shop, Shop], db: None, monkeypatch: Any, settings: Any) -> Till:
    with context.activate(two_shops[0]):
        return Till(monkeypatch, settings, two_shops[0])


def _payment(till: Till, number: str, *, state: str, attempt_state: str) -> Attempt:
    is_paid = state == "succeeded"
    payment = Payment.objects.create(
        order_id=uuid4(), order_number=number, amount_minor=10_000, currency="CNY",
        description="茶", state=state, expires_at=clock.now() - LONG_AGO,
    )  # fmt: skip
    return Attempt.objects.create(
        payment=payment, out_trade_no=f"CODE{number[-8:]}", sub_mchid=till.sub_mchid,
        appid=till.appid, openid="o-1", state=attempt_state, is_shared=is_paid,
        transaction_id=f"4200{number[-8:]}" if is_paid else None,
        success_at=clock.now() - LONG_AGO if is_paid else None,
    )  # fmt: skip


@pytest.fixture
def stuck(till: Till) -> Shop:
    """A shop with one of each that did not come to its end."""
    with context.activate(till.shop):
        _payment(till, "20261121-00000001", state="open", attempt_state="prepaid")
        attempt = _payment(till, "20261121-00000002", state="succeeded", attempt_state="succeeded")
        Refund.objects.create(
            payment=attempt.payment, attempt=attempt, key="k", out_refund_no="R-ABNORMAL",
            amount_minor=3_000, currency="CNY", reason="茶", by="owner", state="abnormal",
            refusal="NOT_ENOUGH", tries_count=10,
        )  # fmt: skip
        planned = sharings.plan(
            payment=attempt.payment, earned=Money(10_000), commission_bp=100
        )
        assert planned is not None
        Sharing.objects.filter(pk=planned.pk).update(
            refusal="NO_AUTH", created_at=clock.now() - LONG_AGO
        )
        withdrawals.set_rules(rules=Rules())
        holder = uuid4()
        wallets.credit(holder=holder, amount=Money(9_000), reference="line-1", why={})
        row = withdrawals.request(
            holder=holder, appid=till.appid, openid="o-1", amount=Money(5_000), key="k"
        )
        Withdrawal.objects.filter(pk=row.pk).update(
            state="unknown", refusal="NOT_ENOUGH", tries_count=1, tried_at=clock.now(),
            sub_mchid=till.sub_mchid,
        )  # fmt: skip
        assert troubles.tell() == 4
    return till.shop


def trouble(noun: str) -> ShopTrouble:
    return ShopTrouble.objects.get(noun=noun)


def act(client: Client, row: ShopTrouble, verb: str, reason: str = "seen there") -> str:
    path = f"{LIST}{row.pk}/{verb}/"
    assert row.number in client.get(path).content.decode()
    answer = client.post(path, {"reason": reason}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_that_is_stuck_is_listed_with_what_whose_why_and_since_when(
    admin: Client, stuck: Shop
) -> None:
    page = admin.get(LIST).content.decode()
    words = ("R-ABNORMAL", "NOT_ENOUGH", "NO_AUTH", "30.00 CNY", "20261121-00000001",
             stuck.public_id, "profit sharing", "withdrawal")  # fmt: skip
    assert [word for word in words if word not in page] == []
    page = admin.get(f"{LIST}?noun=sharing").content.decode()
    assert "NO_AUTH" in page
    assert "R-ABNORMAL" not in page
    overview = admin.get("/superadmin/money/").content.decode()
    for noun in ("payment", "refund", "withdrawal", "sharing"):
        assert f"{LIST}?noun={noun}" in overview
    chinese = admin.get(LIST, headers={"accept-language": "zh-hans"}).content.decode()
    assert all(word in chinese for word in ("需人工处理", "分账", "提现", "异常"))


@pytest.mark.parametrize(
    ("noun", "actor"),
    [
        ("payment", "ask_after_payment"),
        ("refund", "follow_refund"),
        ("withdrawal", "follow_withdrawal"),
        ("sharing", "follow_sharing"),
    ],
)
def test_trying_again_has_the_worker_ask_and_is_audited(
    noun: str, actor: str, admin: Client, stuck: Shop, queued: Callable[..., list[Any]]
) -> None:
    row, before = trouble(noun), len(queued(actor))
    assert "Done" in act(admin, row, "try-again")
    assert len(queued(actor)) == before + 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == (f"retry {noun}", "seen there")
    assert (entry.object_id, entry.before["number"]) == (str(row.pk), row.number)


def test_a_refund_that_is_under_way_again_leaves_the_list(admin: Client, stuck: Shop) -> None:
    row = trouble("refund")
    assert "Done" in act(admin, row, "try-again")
    assert not ShopTrouble.objects.filter(pk=row.pk).exists()
    assert AuditEntry.objects.get().after == {}


def test_a_slow_refund_is_asked_after_at_once(
    admin: Client, stuck: Shop, queued: Callable[..., list[Any]]
) -> None:
    with context.activate(stuck):
        Refund.objects.update(state="submitted", refusal="", created_at=clock.now() - LONG_AGO)
        troubles.tell()
    act(admin, trouble("refund"), "try-again")
    assert len(queued("follow_refund")) == 1
    with context.activate(stuck):
        assert Refund.objects.get().state == "submitted"


def test_what_is_over_meanwhile_cannot_be_tried_again(admin: Client, stuck: Shop) -> None:
    with context.activate(stuck):
        Payment.objects.filter(state="open").update(state="closed")
    assert "nothing to ask WeChat" in act(admin, trouble("payment"), "try-again")
    assert not AuditEntry.objects.exists()


def test_settled_by_hand_leaves_the_list_until_it_moves(admin: Client, stuck: Shop) -> None:
    row = trouble("sharing")
    act(admin, row, "settle", "the owner paid us by transfer")
    row.refresh_from_db()
    assert (row.settled_by, row.note) == ("root@example.com", "the owner paid us by transfer")
    assert row.number not in admin.get(LIST).content.decode()
    assert row.number in admin.get(f"{LIST}?settled=yes").content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after["settled_by"]) == ("settle sharing", "root@example.com")
    assert "settled already" in act(admin, row, "settle")
    with context.activate(stuck):
        troubles.tell()
    row.refresh_from_db()
    assert row.settled_at is not None, "it stands where it stood"
    with context.activate(stuck):
        Sharing.objects.update(refusal="PARAM_ERROR")
        troubles.tell()
    row.refresh_from_db()
    assert (row.settled_at, row.settled_by, row.note) == (None, "", "")
    assert row.number in admin.get(LIST).content.decode()


@pytest.fixture
def unknown_to_wechat(stuck: Shop, monkeypatch: Any) -> Refund:
    """The refund of the list; its payment is in the books, and WeChat never heard of it."""

    def query_refund(**_: Any) -> None:
        raise OrderNotExist("退款单不存在", code="RESOURCE_NOT_EXISTS", status=404)

    monkeypatch.setattr(pay, "query_refund", query_refund)
    with context.activate(stuck):
        refund = Refund.objects.select_related("attempt").get()
        ledger.post(
            kind=JournalKind.PAYMENT, reference=refund.attempt.out_trade_no, why={"fee_bp": 60},
            lines=[Line(Account.WECHAT, Account.HELD, Money(10_000)),
                   Line(Account.FEES, Account.WECHAT, Money(60))],
        )  # fmt: skip
    return refund


def test_a_refund_that_the_shop_paid_itself_is_posted_once_and_leaves_the_list(
    admin: Client, stuck: Shop, unknown_to_wechat: Refund
) -> None:
    row, refund = trouble("refund"), unknown_to_wechat
    assert "Refunded by hand" in admin.get(f"{LIST}{row.pk}/change/").content.decode()
    assert "Done" in act(admin, row, "by-hand", "by bank on Monday")
    assert not ShopTrouble.objects.filter(pk=row.pk).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("by_hand refund", "by bank on Monday")
    with context.activate(stuck):
        refund.refresh_from_db()
        assert (refund.state, refund.is_by_hand) == ("succeeded", True)
        told = books.transfers_of(refund.out_refund_no)
        assert [(t.debit, t.credit, t.amount_minor) for t in told] == [("held", "owner", 3_000)]
    again = admin.post(f"{LIST}{row.pk}/by-hand/", {"reason": "once more"})
    assert again.status_code in {403, 404}


def test_above_the_limit_the_second_person_is_another_one(
    admin: Client, stuck: Shop, unknown_to_wechat: Refund, settings: Any
) -> None:
    settings.REFUND_TWO_PERSON_MINOR = 2_999
    with context.activate(stuck):
        Refund.objects.update(by="root@example.com")
    row = trouble("refund")
    assert "need a second person" in act(admin, row, "by-hand")
    assert ShopTrouble.objects.filter(pk=row.pk).exists()
    assert not AuditEntry.objects.exists()
    with context.activate(stuck):
        assert Refund.objects.get().state == "abnormal"


@pytest.mark.parametrize("noun", ["payment", "withdrawal", "sharing"])
def test_only_refunds_are_paid_by_hand_here_and_settling_moves_no_money(
    noun: str, admin: Client, stuck: Shop
) -> None:
    row = trouble(noun)
    assert "Refunded by hand" not in admin.get(f"{LIST}{row.pk}/change/").content.decode()
    assert admin.post(f"{LIST}{row.pk}/by-hand/", {"reason": "try it"}).status_code == 403
    with context.activate(stuck):
        before = (Journal.objects.count(), Transfer.objects.count())
    act(admin, row, "settle")
    with context.activate(stuck):
        assert (Journal.objects.count(), Transfer.objects.count()) == before


def test_who_only_watches_looks_and_does_nothing(
    signed_in: Callable[..., Client], stuck: Shop
) -> None:
    watcher, row = signed_in("watcher@example.com", is_staff=True), trouble("sharing")
    assert row.number in watcher.get(LIST).content.decode()
    for verb in ("try-again", "settle", "by-hand"):
        answer = watcher.post(f"{LIST}{row.pk}/{verb}/", {"reason": "try it"})
        assert answer.status_code == 403
    row.refresh_from_db()
    assert row.settled_at is None
    assert Client().get(LIST).status_code == 302


def test_a_shop_tells_of_its_own_only_and_again_tells_the_same(
    stuck: Shop, two_shops: tuple[Shop, Shop]
) -> None:
    ids = list(ShopTrouble.objects.order_by("pk").values_list("pk", flat=True))
    with context.activate(two_shops[1]):
        assert troubles.tell() == 0
    with context.activate(stuck):
        troubles.tell()
    assert list(ShopTrouble.objects.order_by("pk").values_list("pk", flat=True)) == ids


def test_a_refusal_of_the_first_day_needs_nobody(stuck: Shop) -> None:
    with context.activate(stuck):
        Sharing.objects.update(created_at=clock.now())
        troubles.tell()
    assert not ShopTrouble.objects.filter(noun="sharing").exists()


def test_the_list_has_pages_and_asks_as_often_for_many_as_for_few(
    admin: Client, db: None
) -> None:
    assert "20261101" not in (empty := admin.get(LIST).content.decode())
    assert "yielded into no results" in empty
    counts = []
    for many in (2, 60):
        ShopTrouble.objects.bulk_create(
            ShopTrouble(
                tenant_public_id=f"s{n}", noun="refund", row_id=uuid4(),
                number=f"20261101{many:02d}{n:03d}", amount_minor=1, currency="CNY",
                state="abnormal", since_at=clock.now(),
            )
            for n in range(many)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            page = admin.get(LIST).content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert page.count("field-number_shown") == 50
    assert admin.get(f"{LIST}?p=2").content.decode().count("field-number_shown") == 12


def test_it_is_told_by_the_hour_in_each_shop() -> None:
    told = {type(e.message).__name__: (e.seconds, e.each_shop) for e in entries()}
    assert told["TellTroubles"] == (3600, True)


def test_dead_jobs_about_money_are_found_among_all(
    admin: Client, db: None
) -> None:
    jobs = {"billing.refunds.jobs.follow_refund": "pay", "shop.orders.jobs.expire": "settle"}
    with connection.cursor() as cursor:
        for actor, queue in jobs.items():
            cursor.execute(
                "INSERT INTO dramatiq.queue (queue_name, message_id, state, message, tenant,"
                " deliveries, reason) VALUES (%s, gen_random_uuid(), 'rejected',"
                " jsonb_build_object('actor_name', %s::text, 'kwargs', '{}'::jsonb), 's1', 3, 'E')",
                [queue, actor],
            )
    base = "/superadmin/jobs/queuedmessage/?state=rejected"
    for about in ("billing", "billing.refunds"):
        page = admin.get(f"{base}&about={about}").content.decode()
        assert "follow_refund" in page
        assert "shop.orders.jobs.expire" not in page
    page = admin.get(f"{base}&about=billing.sharing").content.decode()
    assert "follow_refund" not in page


@pytest.mark.parametrize(
    ("language", "title", "state"),
    [("en", "Needs a person", "abnormal"), ("zh-hans", "需人工处理", "异常")],
)
def test_pages_are_named_and_states_said_in_the_readers_words(
    language: str, title: str, state: str, admin: Client, stuck: Shop
) -> None:
    row, reader = trouble("refund"), {"accept-language": language}
    listed = admin.get(LIST, headers=reader).content.decode()
    assert f"<title>{title} |" in " ".join(listed.split()).replace("<title> ", "<title>")
    assert "shop trouble" not in listed.lower()
    page = admin.get(f"{LIST}{row.pk}/change/", headers=reader).content.decode()
    assert f"{title} |" in page.split("<title>")[1].split("</title>")[0]
    assert "(&#x27;abnormal" not in page
    assert "('abnormal" not in page
    assert state in page
    asked = admin.get(f"{LIST}{row.pk}/settle/", headers=reader).content.decode()
    assert f"{row.number}</h1>" in asked
