"""Money of a wallet to its member: through HTTP, the queue and the simulator."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.inbox.models import Notification
from billing.ledger import queries as books
from billing.ledger.alarms import ALARMS
from billing.settlements import invariants as money
from billing.withdrawals import actions as withdrawals
from billing.withdrawals import invariants, transferring
from billing.withdrawals.accepting import Word, apply_word
from billing.withdrawals.models import Withdrawal
from kernel import clock
from tenants import context
from tenants.models import Account, Membership
from tenants.states import Role
from tests.shop.buying import Desk
from tests.shop.paying_out import RULES, PayOut, ask, asked, claw_back, credit
from wechat.transfers import TransferState

pytest_plugins = ("tests.wechat_simulator.fixtures",)
pytestmark = pytest.mark.django_db


@pytest.fixture
def pay_out(simulated, shop, settings):
    return PayOut(simulated, shop, settings)


@pytest.fixture
def buyer(pay_out):
    return pay_out.member()


@pytest.fixture
def rules(desk):
    """Set the rules: those of RULES, with changes."""

    def set_them(**changed):
        answer = desk.send("put", "/withdrawals/rules", {**RULES, **changed})
        assert answer.status_code == 200, answer.content

    set_them()
    return set_them


@pytest.fixture
def colleague(shop):
    """A manager of the shop, or somebody in another role."""

    def make(name="mei", role=Role.MANAGER):
        with context.public():
            account = Account.objects.create_user(f"{name}@example.com")
            Membership.objects.create(account=account, tenant_id=shop.id, role=role)
        return Desk(shop, account)

    return make


@pytest.fixture(autouse=True)
def _in_order_at_the_end(shop):
    yield
    assert [*money.violations(), *invariants.violations()] == []


def approved(desk, row):
    answer = desk.post(f"/withdrawals/{row.pk}/approve")
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    return answer.json()


def wallet(buyer):
    """Available, on the way, owed."""
    told = buyer.get("/wallet").json()
    return tuple(told[f"{name}_minor"] for name in ("available", "withdrawing", "debt"))


def balances():
    return {a.value: m.minor for a, m in books.balances().items() if m.minor}


def tried_long_ago(row):
    """Let sixteen minutes go by. Not by the clock: WeChat's signatures are of now."""
    tried_at = clock.now() - timedelta(minutes=16)
    Withdrawal.objects.filter(pk=row.pk).update(tried_at=tried_at)


def states(row):
    found = list(row.steps.order_by("at", "pk").values_list("state", flat=True))
    return [s for place, s in enumerate(found) if not place or found[place - 1] != s]


def state(row):
    return Withdrawal.objects.get(pk=row.pk).state


@pytest.fixture
def waiting(buyer, desk, rules, run_jobs):
    """A withdrawal of 50.00 that waits for its person."""
    credit(buyer, 20_000)
    row = asked(buyer, 5_000)
    approved(desk, row)
    run_jobs()
    assert state(row) == "wait_user_confirm"
    return row


# The wallet


def test_an_empty_wallet_says_so_and_shows_the_rules(buyer):
    told = buyer.get("/wallet").json()
    assert told == {
        "currency": "CNY", "available_minor": 0, "withdrawing_minor": 0, "debt_minor": 0,
        "most_minor": 0, "left_today_minor": 200_000, "count_left_today": 3,
        "rules": {
            "is_open": True, "minimum_minor": 100, "fee_bp": 0, "fee_fixed_minor": 0,
            "daily_minor": 200_000, "daily_count": 3,
        },
    }  # fmt: skip
    assert buyer.get("/wallet/entries").json() == {"items": [], "next": None}
    assert buyer.get("/withdrawals").json() == {"items": [], "next": None}


def test_every_movement_has_its_reason_page_by_page(buyer, desk, rules):
    credit(buyer, 3_000)
    claw_back(buyer, 1_000)
    row = asked(buyer, 500)
    desk.post(f"/withdrawals/{row.pk}/reject", {"answer": "Please ask again on Monday."})
    first = buyer.get("/wallet/entries", limit=3).json()
    rest = buyer.get("/wallet/entries", limit=3, cursor=first["next"]).json()
    told = [*first["items"], *rest["items"]]
    assert [(e["amount_minor"], e["reason"]["en"]) for e in told] == [
        (500, "Withdrawal rejected and returned"),
        (-500, "Withdrawal requested"),
        (-1_000, "Commission taken back"),
        (3_000, "Commission"),
    ]
    assert (len(first["items"]), rest["next"]) == (3, None)
    assert sum(e["amount_minor"] for e in told) == wallet(buyer)[0] == 2_000
    assert told[3]["reason"]["zh"] == "佣金入账"
    for entry in told:
        assert sum(step["amount_minor"] for step in entry["steps"]) == entry["amount_minor"]
    (step,) = told[3]["steps"]
    assert (step["rule"], step["inputs"]) == (
        "share", {"order_number": "2611280000000001", "base_minor": 30_000, "rate_bp": 1_000},
    )  # fmt: skip
    staff = desk.get(f"/wallets/{buyer.member.pk}/entries").json()
    assert staff["items"] == told
    refused(buyer.get("/wallet/entries", cursor="nonsense"), 422, "cursor_invalid")


def test_a_wallet_is_its_members_alone(pay_out, buyer, rules):
    credit(buyer, 3_000)
    row = asked(buyer, 500)
    other = pay_out.member("bob")
    assert wallet(other) == (0, 0, 0)
    assert other.get(f"/withdrawals/{row.pk}").status_code == 404
    assert other.post(f"/withdrawals/{row.pk}/cancel").status_code == 404
    assert other.get("/withdrawals").json()["items"] == []


# Asking


def test_the_quote_is_what_the_request_costs(buyer, rules):
    credit(buyer, 10_000)
    quote = buyer.get("/wallet/quote", amount_minor=5_050).json()
    assert quote == {
        "currency": "CNY", "amount_minor": 5_050, "fee_minor": 61, "net_minor": 4_989,
        "fee_bp": 100, "fee_fixed_minor": 10,
    }  # fmt: skip
    row = ask(buyer, 5_050, expected_net_minor=4_989).json()
    assert {k: row[k] for k in ("amount_minor", "fee_minor", "net_minor")} == {
        k: quote[k] for k in ("amount_minor", "fee_minor", "net_minor")
    }
    assert wallet(buyer) == (4_950, 5_050, 0)
    told = refused(ask(buyer, 1_000, expected_net_minor=1_000), 409, "net_changed")
    assert "9.80 CNY" in told["detail"]


def test_the_same_key_is_one_withdrawal_and_another_amount_is_refused(buyer, rules):
    credit(buyer, 10_000)
    first, again = ask(buyer, 1_000, key="k"), ask(buyer, 1_000, key="k")
    assert (first.status_code, again.content) == (201, first.content)
    refused(ask(buyer, 2_000, key="k"), 422, "idempotency_key_reused")
    refused(buyer.post("/withdrawals", {"amount_minor": 1_000}), 422, "idempotency_key_missing")
    assert wallet(buyer) == (9_000, 1_000, 0)
    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize(
    ("asked_minor", "changed", "code", "figure"),
    [
        (99, {}, "withdrawal_too_small", "1.00 CNY"),
        (10_001, {}, "wallet_too_small", "100.00 CNY"),
        (6_000, {"daily_minor": 5_000}, "daily_amount_reached", "50.00 CNY"),
        (1_000, {"daily_count": 0}, "daily_count_reached", "0"),
        (1_000, {"is_open": False}, "withdrawals_closed", ""),
    ],
)
def test_a_rule_refuses_with_its_figure_and_holds_nothing(
    buyer, rules, asked_minor, changed, code, figure
):
    credit(buyer, 10_000)
    rules(**changed)
    assert figure in refused(ask(buyer, asked_minor), 409, code)["detail"]
    assert wallet(buyer) == (10_000, 0, 0)
    assert not Withdrawal.objects.exists()


def test_a_day_is_used_up_by_what_was_not_given_back_and_ends_at_midnight(buyer, desk, rules):
    credit(buyer, 10_000)
    rules(daily_minor=3_000, daily_count=2)
    back, kept = asked(buyer, 2_000), asked(buyer, 1_000)
    refused(ask(buyer, 100), 409, "daily_count_reached")
    desk.post(f"/withdrawals/{back.pk}/reject", {"answer": "Not this one."})
    assert "20.00 CNY is left" in refused(ask(buyer, 2_001), 409, "daily_amount_reached")["detail"]
    asked(buyer, 2_000)
    told = buyer.get("/wallet").json()
    assert (told["left_today_minor"], told["count_left_today"], told["most_minor"]) == (0, 0, 0)
    with clock.ahead(timedelta(days=1)):
        asked(buyer, 3_000)
    assert state(kept) == "requested"


def test_rules_that_would_leave_nothing_are_refused(desk, rules):
    told = refused(
        desk.send("put", "/withdrawals/rules", {**RULES, "fee_fixed_minor": 71}), 422, "rules_unfit"
    )
    assert "0.28 CNY" in told["detail"]
    assert desk.get("/withdrawals/rules").json() == RULES


def test_from_two_thousand_yuan_the_name_is_needed_and_forgotten_at_the_end(
    pay_out, buyer, desk, rules, run_jobs
):
    rules(daily_minor=500_000, second_approval_from_minor=None, fee_bp=0, fee_fixed_minor=0)
    credit(buyer, 300_000)
    assert "2000.00 CNY" in refused(ask(buyer, 200_000), 422, "name_needed")["detail"]
    row = asked(buyer, 200_000, name="李小龙")
    assert "李小龙" not in Withdrawal.objects.get(pk=row.pk).sealed_name != ""
    approved(desk, row)
    run_jobs()
    assert state(row) == "wait_user_confirm"
    pay_out.decides(row.number, "confirm")
    run_jobs(ahead=31)
    row.refresh_from_db()
    assert (row.state, row.sealed_name, row.package_info) == ("paid", "", "")


# Review


def test_a_withdrawal_is_approved_confirmed_and_paid_once(
    pay_out, buyer, desk, rules, run_jobs, queued
):
    credit(buyer, 20_000)
    row = asked(buyer, 5_000)
    assert pay_out.transfers(row.number) == []
    assert queued("follow_withdrawal") == []
    approved(desk, row)
    approved(desk, row)
    assert state(row) == "approved"
    run_jobs()
    told = buyer.get(f"/withdrawals/{row.pk}").json()
    confirmation = told["confirmation"]
    assert (told["state"], confirmation["mchId"], confirmation["subMchId"]) == (
        "wait_user_confirm", pay_out.simulated.pay["sp_mchid"], pay_out.sub_mchid,
    )  # fmt: skip
    pay_out.decides(
        row.number, "confirm", package=confirmation["package"], openid=buyer.member.openid
    )
    assert [pay_out.calls_back(row.number), pay_out.calls_back(row.number)] == [204, 204]
    run_jobs()
    row.refresh_from_db()
    assert states(row) == ["requested", "approved", "submitting", "wait_user_confirm", "paid"]
    assert [t["fen"] for t in pay_out.transfers(row.number)] == [row.net_minor] == [4_940]
    assert wallet(buyer) == (15_000, 0, 0)
    assert balances() == {
        "wechat": -4_940, "distribution": 20_000, "wallet": 15_000, "withdrawal_fees": 60,
    }  # fmt: skip
    assert outcomes() == ["applied"]
    assert buyer.get(f"/withdrawals/{row.pk}").json()["confirmation"] is None


def outcomes():
    with context.public():
        return list(Notification.objects.order_by("received_at").values_list("outcome", flat=True))


def test_only_managers_decide_and_only_the_owner_sets_rules(buyer, rules, colleague):
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    packer, manager = colleague("pack", Role.FULFILMENT), colleague()
    assert packer.get("/withdrawals").status_code == 403
    assert packer.post(f"/withdrawals/{row.pk}/approve").status_code == 403
    assert manager.send("put", "/withdrawals/rules", RULES).status_code == 403
    assert manager.post(f"/withdrawals/{row.pk}/approve").status_code == 200


def test_above_the_limit_two_persons_must_agree(buyer, desk, rules, colleague):
    credit(buyer, 60_000)
    row = asked(buyer, 50_000)
    assert approved(desk, row)["state"] == "reviewed"
    told = refused(desk.post(f"/withdrawals/{row.pk}/approve"), 409, "second_person_needed")
    assert "500.00 CNY" in told["detail"]
    by_hand = desk.post(f"/withdrawals/{row.pk}/paid-by-hand", {"answer": "In cash"})
    refused(by_hand, 409, "second_person_needed")
    told = approved(colleague(), row)
    assert (told["state"], told["reviewer"], told["approver"]) == (
        "approved", "tea@example.com", "mei@example.com",
    )  # fmt: skip


def test_above_the_limit_nobody_agrees_to_their_own_money(buyer, desk, rules, colleague):
    credit(buyer, 60_000)
    mei = colleague()
    with context.public():
        works = Membership.objects.get(account__email="mei@example.com")
        works.phones.create(appid=buyer.member.appid, openid=buyer.member.openid)
    large, small = asked(buyer, 50_000), asked(buyer, 500)
    refused(mei.post(f"/withdrawals/{large.pk}/approve"), 409, "own_withdrawal")
    approved(desk, large)
    refused(mei.post(f"/withdrawals/{large.pk}/approve"), 409, "own_withdrawal")
    by_hand = mei.post(f"/withdrawals/{large.pk}/paid-by-hand", {"answer": "In cash"})
    refused(by_hand, 409, "own_withdrawal")
    assert approved(mei, small)["state"] == "approved"
    assert approved(colleague("li"), large)["state"] == "approved"


def test_a_rejected_withdrawal_is_in_the_wallet_again_and_says_why(buyer, desk, rules):
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    for _ in range(2):
        desk.post(f"/withdrawals/{row.pk}/reject", {"answer": "Please bring your receipt."})
    told = buyer.get(f"/withdrawals/{row.pk}").json()
    assert (told["state"], told["answer"]) == ("rejected", "Please bring your receipt.")
    assert wallet(buyer) == (1_000, 0, 0)
    refused(desk.post(f"/withdrawals/{row.pk}/approve"), 409, "withdrawal_cannot_move")


def test_the_member_takes_it_back_before_anybody_looked(buyer, rules):
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    for _ in range(2):
        told = buyer.post(f"/withdrawals/{row.pk}/cancel").json()
    assert told["state"] == "cancelled"
    assert wallet(buyer) == (1_000, 0, 0)


def test_paid_by_hand_is_noted_with_who_and_how_and_wechat_never_hears(
    pay_out, buyer, desk, rules, run_jobs
):
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    for _ in range(2):
        answer = desk.post(f"/withdrawals/{row.pk}/paid-by-hand", {"answer": "In cash, 28 Nov"})
    told = answer.json()
    assert (told["state"], told["channel"], told["answer"]) == ("paid", "manual", "In cash, 28 Nov")
    assert told["steps"][-1]["by"] == "tea@example.com"
    run_jobs(ahead=10**6)
    assert pay_out.transfers(row.number) == []
    assert balances() == {"owner": 485, "distribution": 1_000, "wallet": 500, "withdrawal_fees": 15}


def test_lists_count_states_and_cost_the_same_for_one_and_for_many(buyer, pay_out, desk, rules):
    rules(daily_count=100)
    credit(buyer, 10_000)
    asked(buyer, 500)
    counts = []
    for path in ("/withdrawals", "/wallets"):
        with CaptureQueriesContext(connection) as few:
            desk.get(path)
        counts.append(len(few))
    other = pay_out.member("bob")
    credit(other, 10_000)
    for _ in range(5):
        asked(other, 500)
    for path, count in zip(("/withdrawals", "/wallets"), counts, strict=True):
        with CaptureQueriesContext(connection) as many:
            told = desk.get(path).json()
        assert len(many) == count, path
    told = desk.get("/withdrawals", state="requested", limit=4).json()
    assert (told["counts"]["requested"], told["counts"]["paid"], len(told["items"])) == (6, 0, 4)
    assert len(desk.get("/withdrawals", cursor=told["next"]).json()["items"]) == 2
    assert desk.get("/withdrawals", state="paid").json()["items"] == []


# WeChat


def test_what_nobody_confirms_expires_and_comes_back(pay_out, waiting, buyer, run_jobs):
    pay_out.simulated.control("POST", "clock", advance_seconds=86_400)
    run_jobs(ahead=31)
    assert state(waiting) == "expired"
    assert wallet(buyer) == (20_000, 0, 0)
    assert buyer.get("/wallet/entries").json()["items"][0]["reason"]["en"].startswith(
        "Withdrawal not confirmed in time"
    )
    assert asked(buyer, 5_000).number != waiting.number


def test_what_wechat_lets_fail_comes_back_with_wechats_word(pay_out, waiting, buyer, run_jobs):
    pay_out.decides(waiting.number, "fail", reason="ACCOUNT_FROZEN")
    assert pay_out.calls_back(waiting.number) == 204
    run_jobs()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.fail_reason) == ("failed", "ACCOUNT_FROZEN")
    assert wallet(buyer) == (20_000, 0, 0)
    run_jobs(ahead=10**6)
    assert len(pay_out.transfers(waiting.number)) == 1


def test_the_member_cancels_at_wechat_and_wechats_word_ends_it(
    pay_out, waiting, buyer, run_jobs
):
    assert buyer.post(f"/withdrawals/{waiting.pk}/cancel").json()["state"] == "cancelling"
    assert wallet(buyer) == (15_000, 5_000, 0)
    pay_out.simulated.control("POST", "clock", advance_seconds=2)
    run_jobs(ahead=31)
    assert state(waiting) == "cancelled"
    assert wallet(buyer) == (20_000, 0, 0)


def test_who_cancels_too_late_is_told_that_it_is_paid(pay_out, waiting, buyer, desk):
    pay_out.decides(waiting.number, "confirm")
    told = refused(buyer.post(f"/withdrawals/{waiting.pk}/cancel"), 409, "withdrawal_cannot_move")
    assert "paid" in told["detail"]
    refused(desk.post(f"/withdrawals/{waiting.pk}/stop"), 409, "withdrawal_cannot_move")
    assert wallet(buyer) == (15_000, 0, 0)


def test_the_member_asks_wechat_after_confirming(pay_out, waiting, buyer):
    assert buyer.post(f"/withdrawals/{waiting.pk}/refresh").json()["state"] == "wait_user_confirm"
    pay_out.decides(waiting.number, "confirm")
    assert buyer.post(f"/withdrawals/{waiting.pk}/refresh").json()["state"] == "paid"


def test_a_transfer_in_flight_is_not_paid_by_hand(pay_out, waiting, desk):
    tried_long_ago(waiting)
    answer = desk.post(f"/withdrawals/{waiting.pk}/paid-by-hand", {"answer": "In cash"})
    refused(answer, 409, "withdrawal_cannot_move")
    assert state(waiting) == "wait_user_confirm"


LOST = ["system_error", "cut_after_commit", "429", "half_body", "html"]


@pytest.mark.parametrize("kind", LOST)
def test_when_the_answer_is_lost_wechat_is_asked_and_pays_once(
    pay_out, buyer, desk, rules, run_jobs, kind
):
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    approved(desk, row)
    wish = {"path_prefix": "/v3/fund-app", "kind": kind, "times": 1}
    pay_out.simulated.control("POST", "faults", **wish)
    run_jobs()
    assert state(row) == "unknown"
    run_jobs(ahead=61)
    told = buyer.get(f"/withdrawals/{row.pk}").json()
    assert (told["state"], told["confirmation"] is None) == ("wait_user_confirm", False)
    pay_out.decides(row.number, "confirm", package=told["confirmation"]["package"])
    run_jobs(ahead=301)
    assert state(row) == "paid"
    assert [t["state"] for t in pay_out.transfers(row.number)] == ["SUCCESS"]


def test_without_the_merchants_grant_wechat_refuses_until_it_is_given(
    pay_out, buyer, desk, rules, run_jobs
):
    pay_out.simulated.control("POST", f"transfer_grants/{pay_out.sub_mchid}/withdraw")
    assert desk.get("/withdrawals/transfer-grant").json()["state"] == "CANCELED"
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    approved(desk, row)
    before = ALARMS.labels("transfer_refused")._value.get()
    run_jobs()
    assert ALARMS.labels("transfer_refused")._value.get() == before + 1
    (told,) = desk.get("/withdrawals").json()["items"]
    assert (told["state"], told["refusal"], told["tries_count"]) == ("unknown", "NO_AUTH", 1)
    assert desk.post("/withdrawals/transfer-grant").json()["state"] == "AUTHORIZED"
    assert desk.post(f"/withdrawals/{row.pk}/retry").status_code == 202
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.refusal, row.tries_count) == ("wait_user_confirm", "", 2)
    assert len(pay_out.transfers(row.number)) == 1


@pytest.mark.parametrize("end", ["stop", "paid-by-hand"])
def test_what_wechat_refused_ends_by_hand_only_when_nothing_can_be_on_its_way(
    pay_out, buyer, desk, rules, run_jobs, end
):
    pay_out.simulated.control("POST", f"transfer_grants/{pay_out.sub_mchid}/withdraw")
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    approved(desk, row)
    run_jobs()
    path, body = f"/withdrawals/{row.pk}/{end}", {"answer": "In cash"}
    told = refused(desk.post(path, body), 409, "transfer_may_be_on_its_way")
    assert "15 minutes" in told["detail"]
    tried_long_ago(row)
    assert desk.post(path, body).status_code == 200
    transferring.ask_grant()
    run_jobs(ahead=10**6)
    assert pay_out.transfers(row.number) == []
    expected = (1_000, 0, 0) if end == "stop" else (500, 0, 0)
    assert (state(row), wallet(buyer)) == ("cancelled" if end == "stop" else "paid", expected)


def test_a_try_that_begins_while_somebody_pays_by_hand_wins(pay_out, buyer, desk, rules, run_jobs):
    pay_out.simulated.control("POST", f"transfer_grants/{pay_out.sub_mchid}/withdraw")
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    approved(desk, row)
    run_jobs()
    seen = Withdrawal.objects.get(pk=row.pk)
    transferring.ask_grant()
    transferring.submit(withdrawal=Withdrawal.objects.get(pk=row.pk))
    with pytest.raises(withdrawals.WithdrawalCannotMove):
        withdrawals.note_paid_by_hand(
            withdrawal=seen, answer="In cash", by="x", seen_tries=seen.tries_count
        )
    assert state(row) == "wait_user_confirm"


def test_too_little_in_the_operating_account_is_tried_again(
    pay_out, buyer, desk, rules, run_jobs
):
    rules(daily_minor=2_000_000, second_approval_from_minor=None)
    credit(buyer, 1_000_000)
    row = asked(buyer, 190_000)
    pay_out.simulated.control("PUT", "settings", transfer_user_daily_fen=1_000)
    approved(desk, row)
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.refusal) == ("unknown", "RULE_LIMIT")
    pay_out.simulated.control("PUT", "settings", transfer_user_daily_fen=2_000_000)
    run_jobs(ahead=31)
    assert state(row) == "wait_user_confirm"


FORGED = ["bad_signature", "wrong_apiv3_key", "other_mchid", "other_sub_mchid", "old_timestamp"]


@pytest.mark.parametrize("forge", FORGED)
def test_a_forged_callback_is_refused_and_does_not_hide_the_genuine_one(
    pay_out, waiting, run_jobs, forge
):
    pay_out.decides(waiting.number, "confirm")
    assert pay_out.calls_back(waiting.number, forge=forge) == 401
    assert (state(waiting), outcomes()) == ("wait_user_confirm", [])
    assert pay_out.calls_back(waiting.number) == 204
    run_jobs()
    assert (state(waiting), outcomes()) == ("paid", ["applied"])


@pytest.mark.parametrize(
    ("forge", "outcome"),
    [
        ("amount_plus_one", "mismatched"),
        ("amount_minus_one", "mismatched"),
        ("other_payer", "mismatched"),
        ("unknown_order", "unknown"),
    ],
)
def test_what_wechat_itself_gets_wrong_has_no_effect_and_asking_finds_the_truth(
    pay_out, waiting, run_jobs, forge, outcome
):
    pay_out.decides(waiting.number, "confirm")
    assert pay_out.calls_back(waiting.number, forge=forge) == 204
    run_jobs()
    assert (state(waiting), outcomes()) == ("wait_user_confirm", [outcome])
    run_jobs(ahead=31)
    assert state(waiting) == "paid"


def test_a_word_after_the_end_changes_nothing_and_is_alarmed(pay_out, waiting, buyer, run_jobs):
    pay_out.decides(waiting.number, "confirm")
    pay_out.calls_back(waiting.number)
    run_jobs()
    before = ALARMS.labels("transfer_contradicted")._value.get()
    said = Word(waiting.number, "1330", TransferState.FAIL, fail_reason="ACCOUNT_FROZEN")
    assert apply_word(said) == "contradicted"
    assert ALARMS.labels("transfer_contradicted")._value.get() == before + 1
    assert wallet(buyer) == (15_000, 0, 0)


# Debt


def test_a_claw_back_may_bring_a_wallet_into_debt_and_then_nothing_is_paid_out(
    pay_out, buyer, desk, rules
):
    credit(buyer, 1_000)
    row = asked(buyer, 800)
    claw_back(buyer, 700)
    assert wallet(buyer) == (0, 800, 500)
    assert "5.00 CNY" in refused(ask(buyer, 100), 409, "wallet_in_debt")["detail"]
    (told,) = desk.get("/wallets", only_debts="true").json()["items"]
    assert (told["member_id"], told["available_minor"]) == (str(buyer.member.pk), -500)
    credit(buyer, 600)
    assert wallet(buyer) == (100, 800, 0)
    assert desk.get("/wallets", only_debts="true").json()["items"] == []
    assert state(row) == "requested"


def test_only_the_owner_forgives_a_debt_and_only_the_one_that_was_seen(
    buyer, desk, rules, colleague
):
    claw_back(buyer, 700)
    path, body = f"/wallets/{buyer.member.pk}/write-off", {"debt_minor": 700, "reason": "Left us"}
    assert colleague().post(path, body, **{"Idempotency-Key": "a"}).status_code == 403
    told = refused(desk.post(path, {**body, "debt_minor": 699}, **{"Idempotency-Key": "b"}), 409,
                   "debt_changed")  # fmt: skip
    assert "7.00 CNY" in told["detail"]
    first, again = (desk.post(path, body, **{"Idempotency-Key": "c"}) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert wallet(buyer) == (0, 0, 0)
    assert balances() == {"distribution": -700, "differences": 700}
    refused(desk.post(path, body, **{"Idempotency-Key": "d"}), 409, "no_debt")


def test_a_shop_without_a_merchant_pays_by_hand(shop, buyer, desk, rules, monkeypatch):
    monkeypatch.setattr("tenants.directory.payee_of", lambda shop: None)
    credit(buyer, 1_000)
    row = asked(buyer, 500)
    refused(desk.post(f"/withdrawals/{row.pk}/approve"), 409, "shop_cannot_transfer")
    body = {"answer": "In cash"}
    assert desk.post(f"/withdrawals/{row.pk}/paid-by-hand", body).json()["state"] == "paid"
