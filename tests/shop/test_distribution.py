"""Commission of a recommendation: whose it is, how much to the fen, when it is paid, what goes back.

Money bugs of others, each a test here (what went wrong there):
- the hold runs from the payment, so money is out before the goods can come back (yudao):
  test_it_is_settled_after_the_receipt_and_the_time_for_giving_back
- what was clawed back is capped at the balance and the rest forgotten (CRMEB):
  test_money_that_goes_back_is_taken_out_of_the_wallet_to_the_fen
- the first claimant of an order owns it (taolefan): test_a_visit_counts_by_the_rule
- a balance is changed by read and write (yudao, CRMEB): races/test_distribution.py
"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from billing.ledger import invariants as books
from billing.ledger import queries as ledger
from billing.settlements import invariants as money
from kernel import clock
from kernel.money import Money
from shop.catalog.models import Sku
from shop.distribution import actions, earning, invariants
from shop.distribution.amounts import Rule, Share, kept_of, step_to
from shop.distribution.models import Commission, Visit
from shop.distribution.states import CommissionState
from shop.members.models import Member
from shop.orders import invariants as orders
from tests.shop.buying import Buyer, refused
from tests.shop.catalogue import product, sku, skus

pytestmark = pytest.mark.django_db
RULES = {"is_open": True, "rate_bp": 1_000, "entry": "everyone", "touch": "last",
         "window_days": 15, "hold_days": 7}  # fmt: skip


@pytest.fixture
def ann(shop, till):
    return Buyer(shop, till.appid, openid="openid-ann")


@pytest.fixture
def bob(shop, till):
    return Buyer(shop, till.appid, openid="openid-bob")


@pytest.fixture
def programme(desk):
    """Set the rules: those of RULES, with changes."""

    def set_them(**changed):
        answer = desk.send("put", "/distribution/programme", {**RULES, **changed})
        assert answer.status_code == 200, answer.content
        return answer.json()

    set_them()
    return set_them


@pytest.fixture(autouse=True)
def _in_order_at_the_end(shop):
    yield
    found = [*invariants.violations(), *money.violations(), *orders.violations()]
    assert [*found, *books.violations()] == []


@pytest.fixture
def paid(till, run_jobs):
    """Buy and pay."""

    def make(buyer, demand, **more):
        order = buyer.order(demand, **more)
        number = buyer.prepay(order)
        till.pays(number)
        till.calls_back(number)
        run_jobs()
        order.refresh_from_db()
        return order

    return make


@pytest.fixture
def received(paid, desk, run_jobs):
    """Buy, pay, ship and confirm."""

    def make(buyer, demand, **more):
        order = paid(buyer, demand, **more)
        assert desk.ship(order).status_code in {200, 201}
        assert buyer.post(f"/orders/{order.pk}/confirm-receipt").status_code == 200
        run_jobs()
        order.refresh_from_db()
        return order

    return make


@pytest.fixture
def later(run_jobs):
    """Let days go by, and what is due then run."""

    def go(days):
        with clock.ahead(timedelta(days=days)):
            run_jobs(ahead=days * 86_400)

    return go


@pytest.fixture
def refunded(desk, run_jobs):
    """Give some pieces of the first line back."""

    def give(order, quantity, key):
        line = order.lines.order_by("position").first()
        body = {"reason": "broken", "lines": [{"line_id": str(line.pk), "quantity": quantity}]}
        answer = desk.post(f"/orders/{order.pk}/returns", body, **{"Idempotency-Key": key})
        assert answer.status_code in {200, 201, 202}, answer.content
        run_jobs(ahead=600)

    return give


def code_of(person):
    answer = person.post("/distribution/apply")
    assert answer.status_code == 200, answer.content
    return answer.json()["code"]


def comes_through(buyer, code):
    answer = buyer.post("/distribution/visits", {"code": code})
    assert answer.status_code == 204, answer.content


def mine(person):
    return person.get("/distribution").json()


def wallet(person):
    told = person.get("/wallet").json()
    return told["available_minor"] - told["debt_minor"]


def books_of(person):
    return ledger.wallet(person.member.pk).available.minor


# Who is a distributor


def test_without_a_programme_nobody_becomes_one(ann, desk):
    told = mine(ann)
    assert (told["programme"]["is_open"], told["state"], told["code"]) == (False, None, None)
    refused(ann.post("/distribution/apply"), 409, "programme_closed")


def test_where_everyone_may_one_tap_is_enough_and_again_changes_nothing(ann, programme):
    code = code_of(ann)
    assert code_of(ann) == code
    told = mine(ann)
    assert told["state"] == "active"
    assert told["path"] == f"/pages/home/home?d={code}"


def test_who_applies_waits_for_the_shop(ann, desk, programme):
    programme(entry="apply")
    assert ann.post("/distribution/apply").json()["state"] == "applied"
    assert mine(ann)["code"] is None
    page = desk.get("/distribution/distributors", state="applied").json()
    assert page["counts"] == {"applied": 1, "active": 0, "paused": 0, "refused": 0}
    base = f"/distribution/distributors/{page['items'][0]['id']}"
    assert desk.post(f"{base}/refuse").json()["state"] == "refused"
    assert desk.post(f"{base}/refuse").json()["state"] == "refused"
    refused(desk.post(f"{base}/pause"), 409, "distributor_cannot_move")
    assert ann.post("/distribution/apply").json()["state"] == "applied"
    assert desk.post(f"{base}/accept").json()["state"] == "active"
    assert mine(ann)["code"]


def test_rates_above_thirty_percent_are_refused(desk, programme):
    answer = desk.send("put", "/distribution/programme", {**RULES, "rate_bp": 3_001})
    assert answer.status_code == 422
    with pytest.raises(actions.RateTooHigh):
        actions.set_rules(rule=Rule(rate_bp=3_001), by="test")


# Whose buyer it is


def test_a_visit_counts_by_the_rule(ann, bob, buyer, paid, programme):
    of_ann, of_bob = code_of(ann), code_of(bob)
    comes_through(buyer, of_ann)
    comes_through(buyer, of_bob)
    goods = sku(stock=20)
    assert whose(paid(buyer, {goods: 1})) == bob.member.pk
    programme(touch="first")
    assert whose(paid(buyer, {goods: 1})) == ann.member.pk


def test_a_visit_ends_with_its_window(ann, bob, buyer, paid, programme):
    comes_through(buyer, code_of(ann))
    of_bob, goods = code_of(bob), sku(stock=20)
    with clock.ahead(timedelta(days=15, minutes=1)):
        assert whose(paid(buyer, {goods: 1})) is None
        comes_through(buyer, of_bob)
        programme(touch="first")
        assert whose(paid(buyer, {goods: 1})) == bob.member.pk


def test_nobody_recommends_to_themselves(ann, bob, paid, programme):
    comes_through(ann, code_of(ann))
    assert not Visit.objects.exists()
    Member.objects.filter(pk__in=[ann.member.pk, bob.member.pk]).update(unionid="one person")
    comes_through(bob, code_of(ann))
    assert not Visit.objects.exists()
    Member.objects.filter(pk=bob.member.pk).update(unionid="")
    comes_through(bob, code_of(ann))
    Member.objects.filter(pk=bob.member.pk).update(unionid="one person")
    assert whose(paid(bob, {sku(): 1})) is None


def test_a_paused_distributor_gets_nothing_of_later_orders(ann, buyer, desk, paid, programme):
    comes_through(buyer, code_of(ann))
    goods = sku(stock=20)
    before = paid(buyer, {goods: 1})
    (row,) = desk.get("/distribution/distributors").json()["items"]
    desk.post(f"/distribution/distributors/{row['id']}/pause")
    assert (whose(before), whose(paid(buyer, {goods: 1}))) == (ann.member.pk, None)
    comes_through(buyer, "nobody")


def test_the_same_visitor_is_written_once_an_hour(ann, buyer, programme):
    code = code_of(ann)
    comes_through(buyer, code)
    comes_through(buyer, code)
    assert Visit.objects.count() == 1
    with clock.ahead(timedelta(hours=2)):
        comes_through(buyer, code)
    assert Visit.objects.count() == 2


# How much


def whose(order):
    found = Commission.objects.filter(order=order).select_related("distributor").first()
    return found and found.distributor.member_id


def test_it_is_the_rate_of_the_goods_without_the_delivery(ann, buyer, desk, paid, programme):
    desk.send("put", "/orders/freight", {"flat_minor": 1_000, "free_from_minor": None})
    comes_through(buyer, code_of(ann))
    order = paid(buyer, {sku(price_minor=999): 3})
    row = Commission.objects.get(order=order)
    assert (order.total_minor, row.base_minor, row.amount_minor) == (3_997, 2_997, 300)
    assert mine(ann)["pending_minor"] == 300
    assert wallet(ann) == 0


def test_it_is_of_what_was_paid_after_the_discount(
    ann, buyer, desk, received, refunded, later, programme
):
    """The order's discount is split over its lines; the commission follows the lines."""
    comes_through(buyer, code_of(ann))
    terms = {"title": "满减", "kind": "fixed", "amount_minor": 1_000, "days": 30, "total": 1}
    coupon = desk.post("/coupons", terms).json()["id"]
    mine = buyer.post(f"/coupons/{coupon}/claim", **{"Idempotency-Key": "claim"}).json()["id"]
    demand = {sku("Tea", price_minor=999): 3, sku("Cup", price_minor=500): 1}
    order = received(buyer, demand, member_coupon_id=mine)
    row = Commission.objects.get(order=order)
    lines = list(order.lines.order_by("position"))
    assert row.base_minor == sum(line.paid_minor for line in lines) == order.total_minor == 2_497
    assert row.amount_minor == sum(Money(n.paid_minor).share(1_000).minor for n in lines)
    refunded(order, 3, "tea")
    later(8)
    assert wallet(ann) == Money(lines[1].paid_minor).share(1_000).minor


def test_a_product_has_its_own_rate_or_none(ann, buyer, desk, paid, programme):
    dear, free, plain = product("Dear"), product("Free"), product("Plain")
    for made, rate_bp in ((dear, 2_500), (free, 0)):
        answer = desk.send("put", f"/distribution/rates/{made.pk}", {"rate_bp": rate_bp})
        assert answer.status_code == 204
    assert [r["rate_bp"] for r in desk.get("/distribution/rates").json()] == [2_500, 0]
    comes_through(buyer, code_of(ann))
    order = paid(buyer, {skus(made)[0].pk: 1 for made in (dear, free, plain)})
    row = Commission.objects.get(order=order)
    lines = row.lines.order_by("line__position")
    assert [(n.rate_bp, n.is_own_rate, n.amount_minor) for n in lines] == [
        (2_500, True, 248),
        (1_000, False, 99),
    ]
    assert row.amount_minor == 347
    desk.send("put", f"/distribution/rates/{dear.pk}", {"rate_bp": None})
    assert [r["title"] for r in desk.get("/distribution/rates").json()] == ["Free"]
    refused(
        desk.send("put", f"/distribution/rates/{row.pk}", {"rate_bp": 1}), 404, "product_unknown"
    )


def test_what_counted_when_the_order_was_made_counts(ann, buyer, till, programme, run_jobs, desk):
    """Rule, rate and visit may change before the buyer pays."""
    comes_through(buyer, code_of(ann))
    made = product(price_minor=1_000)
    order = buyer.order({skus(made)[0].pk: 1})
    programme(is_open=False, rate_bp=1)
    desk.send("put", f"/distribution/rates/{made.pk}", {"rate_bp": 3_000})
    number = buyer.prepay(order)
    till.pays(number)
    till.calls_back(number)
    run_jobs()
    row = Commission.objects.get(order=order)
    assert (row.amount_minor, row.rule["rate_bp"], row.rule["hold_days"]) == (100, 1_000, 7)


def test_an_order_that_costs_nothing_brings_nothing(ann, buyer, programme, run_jobs):
    comes_through(buyer, code_of(ann))
    gift = sku()
    Sku.objects.filter(pk=gift).update(price_minor=0)
    order = buyer.order({gift: 1})
    run_jobs()
    order.refresh_from_db()
    assert (order.state, whose(order)) == ("paid", None)


# When


def test_it_is_settled_after_the_receipt_and_the_time_for_giving_back(
    ann, buyer, received, later, programme, run_jobs
):
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=1_000): 1})
    row = Commission.objects.get(order=order)
    assert (row.state, row.due_at) == ("holding", order.completed_at + timedelta(days=7))
    earning.settle(commission_id=row.pk)
    assert wallet(ann) == 0
    later(6)
    assert wallet(ann) == 0
    later(8)
    assert wallet(ann) == 100
    earning.settle(commission_id=row.pk)
    later(9)
    assert wallet(ann) == 100
    told = mine(ann)
    assert (told["pending_minor"], told["settled_minor"], told["orders_count"]) == (0, 100, 1)
    (entry,) = ann.get("/wallet/entries").json()["items"]
    assert entry["steps"][0]["inputs"]["order_number"] == order.number
    assert entry["steps"][0]["rule"] == "share"
    assert [s.state for s in row.steps.order_by("pk")] == ["pending", "holding", "settled", "settled"]


@pytest.mark.parametrize("place", ["move_commission", "note", "_bring_to_date"])
def test_whoever_dies_while_settling_leaves_all_or_nothing(
    ann, buyer, received, programme, monkeypatch, place
):
    """Death before, inside and after each step of the one transaction; the message comes again."""
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=1_000): 1})
    row = Commission.objects.get(order=order)
    whole = getattr(earning, place)

    def dies(*args, **kwargs):
        whole(*args, **kwargs)
        raise KeyboardInterrupt

    with clock.ahead(timedelta(days=8)):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(earning, place, dies)
            earning.settle(commission_id=row.pk)
        row.refresh_from_db()
        assert (row.state, row.settled_minor, row.turn) == ("holding", 0, 0)
        assert books_of(ann) == 0
        earning.settle(commission_id=row.pk)
    assert books_of(ann) == 100


def test_messages_in_any_order_and_twice_do_it_once(ann, buyer, received, programme):
    programme(hold_days=0)
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=1_000): 1})
    row = Commission.objects.get(order=order)
    for _ in range(2):
        earning.receive(order_id=order.pk)
        earning.attribute(order_id=order.pk)
        earning.settle(commission_id=row.pk)
        earning.recount(order_id=order.pk)
    assert wallet(ann) == 100


def test_received_before_paid_was_heard_finds_its_commission(ann, buyer, received, programme):
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=1_000): 1})
    row = Commission.objects.get(order=order)
    assert row.state == CommissionState.HOLDING
    assert earning.attribute(order_id=order.pk) == row


# What goes back


def test_all_of_it_gone_before_the_receipt_leaves_nothing(ann, buyer, paid, desk, programme, run_jobs):
    comes_through(buyer, code_of(ann))
    order = paid(buyer, {sku(price_minor=1_000): 1})
    assert desk.refund(order).status_code in {200, 201, 202}
    run_jobs()
    row = Commission.objects.get(order=order)
    assert (row.state, row.kept_minor, row.settled_minor) == ("void", 0, 0)
    assert mine(ann)["orders_count"] == 0
    assert wallet(ann) == 0


def test_a_part_gone_before_the_settling_is_never_paid(
    ann, buyer, received, refunded, later, programme
):
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=333): 3})
    refunded(order, 1, "one")
    later(8)
    assert wallet(ann) == Money(666).share(1_000).minor == 67


def test_money_that_goes_back_is_taken_out_of_the_wallet_to_the_fen(
    ann, buyer, received, refunded, later, programme
):
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=333): 3})
    later(8)
    assert wallet(ann) == 100
    seen = []
    for key in ("one", "two", "three"):
        refunded(order, 1, key)
        seen.append(wallet(ann))
    assert seen == [67, 33, 0]
    row = Commission.objects.get(order=order)
    assert (row.state, row.settled_minor, row.kept_minor, row.turn) == ("settled", 0, 0, 4)
    steps = list(row.steps.order_by("pk").values_list("amount_minor", flat=True))
    assert steps == [0, 0, 0, 100, -33, -34, -33]


def test_what_was_withdrawn_meanwhile_becomes_a_debt(
    ann, buyer, received, refunded, later, programme, desk
):
    from billing.wallets import actions as wallets

    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=1_000): 1})
    later(8)
    wallets.claw_back(holder=ann.member.pk, amount=Money(80), reference="spent", why={})
    refunded(order, 1, "one")
    assert wallet(ann) == -80


def test_money_asked_back_is_not_paid_out_and_comes_when_it_stays(
    ann, buyer, received, later, programme, desk, settings
):
    """A refund waits for its second person while the commission is due."""
    settings.REFUND_TWO_PERSON_MINOR = 500
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku(price_minor=1_000): 2})
    line = order.lines.get()
    body = {"reason": "broken", "lines": [{"line_id": str(line.pk), "quantity": 1}]}
    told = desk.post(f"/orders/{order.pk}/returns", body, **{"Idempotency-Key": "one"})
    assert told.status_code in {200, 201, 202}, told.content
    later(8)
    assert wallet(ann) == 100
    row = order.returns.get()
    assert desk.post(f"/orders/{order.pk}/returns/{row.pk}/decline").status_code in {200, 202, 204}
    later(8)
    assert wallet(ann) == 200


# Answers


def test_why_this_amount(ann, bob, buyer, received, refunded, later, programme, desk):
    comes_through(buyer, code_of(ann))
    order = received(buyer, {sku("Tea", price_minor=333): 3})
    refunded(order, 1, "one")
    row = Commission.objects.get(order=order)
    path = f"/distribution/commissions/{row.pk}/explanation"
    told = ann.get(path).json()
    assert [(s["rule"], s["amount_minor"]) for s in told["steps"]] == [
        ("share", 100),
        ("given_back", -33),
    ]
    assert (told["amount_minor"], told["reference"]) == (67, order.number)
    assert told["steps"][0]["label"]["en"] == "Tea: The rate"
    assert desk.get(path).json() == told
    assert bob.get(path).status_code == 404


def test_commissions_come_in_pages_and_name_no_buyer(ann, buyer, paid, programme, desk):
    comes_through(buyer, code_of(ann))
    goods = sku(stock=20)
    numbers = [paid(buyer, {goods: 1}).number for _ in range(3)]
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = ann.get("/distribution/commissions", **query).json()
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [row["order_number"] for row in seen] == numbers[::-1]
    assert "member" not in str(seen)
    assert ann.get("/distribution/commissions", state="settled").json()["items"] == []
    assert buyer.get("/distribution/commissions").json()["items"] == []
    assert len(desk.get("/distribution/commissions").json()["items"]) == 3


# The sums

CURRENCIES = st.sampled_from(["CNY", "EUR", "JPY"])


@given(
    currency=CURRENCIES,
    lines=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 3_000)), min_size=1, max_size=6),
    data=st.data(),
)
@profile(max_examples=100, database=None)
def test_any_sequence_of_parts_and_answers_ends_at_the_commission_of_what_remains(
    currency, lines, data
):
    """Each event asks some of a line back; it goes back or stays; settling falls anywhere."""
    shares = [Share(Money(base, currency), rate) for base, rate in lines]
    asked, gone = [0] * len(lines), [0] * len(lines)
    settled, paid_in, taken = Money(0, currency), 0, 0

    def both():
        pairs = [(shares[i], Money(n, currency)) for i, n in enumerate(asked)]
        past = [(shares[i], Money(n, currency)) for i, n in enumerate(gone)]
        return kept_of(pairs, currency), kept_of(past, currency)

    for _ in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, len(lines) - 1))
        part = data.draw(st.integers(0, lines[place][0] - asked[place]))
        asked[place] += part
        if data.draw(st.booleans()):
            sure, most = both()
            step = step_to(settled, sure=sure, most=most)
            settled += step
            assert sure <= settled <= most
            paid_in, taken = paid_in + max(0, step.minor), taken + max(0, -step.minor)
        if data.draw(st.booleans()):
            gone[place] += part
        else:
            asked[place] -= part
        sure, most = both()
        assert sure == most
        step = step_to(settled, sure=sure, most=most)
        settled += step
        paid_in, taken = paid_in + max(0, step.minor), taken + max(0, -step.minor)
    remaining = [base - back for (base, _), back in zip(lines, gone, strict=True)]
    due = sum((left * rate + 5_000) // 10_000 for left, (_, rate) in zip(remaining, lines, strict=True))
    last = step_to(settled, sure=both()[0], most=both()[1])
    assert (settled + last).minor == due == paid_in - taken + last.minor
    assert due <= sum(amount.minor for amount in (share.amount for share in shares))
