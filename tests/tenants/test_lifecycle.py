"""Every door in every state; every step of a shop's life; and its money, which always finishes."""

from collections.abc import Callable
from datetime import timedelta

import dramatiq
import pytest
from django.core import mail
from django.test import Client
from dramatiq.middleware import SkipMessage

from billing.ledger import queries as books
from billing.ledger.states import Account as BookAccount
from billing.refunds.models import Refund
from config.doors import door_of
from infra.openapi.__main__ import METHODS, documents
from jobs.broker import broker
from jobs.queue import QUEUES
from kernel import clock
from shop.orders import actions as orders
from shop.orders.invariants import violations
from tenants import context, directory, lifecycle, moves, queries, standing
from tenants.context import Shop
from tenants.lifecycle import Door, ShopMoving
from tenants.middleware import ShopNotEntered
from tenants.models import Account, Tenant
from tenants.states import LIVE_STATES, OPEN_STATES, STANDINGS, TENANT_FLOW, TenantState
from tests.shop.buying import Buyer, Desk, Till
from tests.shop.catalogue import product, skus

S = TenantState

# What each door says, in the order of the columns: yes, or the code of its refusal.
STATES = [S.PROVISIONING, S.TRIAL, S.ACTIVE, S.GRACE, S.SUSPENDED, S.LOCKED, S.CLOSING, S.CLOSED,
          S.PURGED, S.SANDBOX]  # fmt: skip
_NOT, _SUS, _LCK, _CLO, _NO, _SBX = (
    "shop_not_ready", "shop_suspended", "shop_locked", "shop_closing", "no_such_shop",
    "shop_is_sandbox",
)  # fmt: skip
TABLE = {
    Door.BROWSE: [_NOT, "", "", "", "", _LCK, "", _NO, _NO, ""],
    Door.ORDER: [_NOT, "", "", "", _SUS, _LCK, _CLO, _NO, _NO, _SBX],
    Door.PAY: [_NOT, "", "", "", "", _LCK, "", _NO, _NO, _SBX],
    Door.FINISH: [_NOT, "", "", "", "", "", "", _NO, _NO, ""],
    Door.READ: [_NOT, "", "", "", "", "", "", _NO, _NO, ""],
    Door.WRITE: [_NOT, "", "", "", _SUS, _LCK, _CLO, _NO, _NO, ""],
    Door.ACCOUNT: [_NOT, "", "", "", "", "", "", _NO, _NO, _SBX],
    Door.CALLBACK: [_NOT, "", "", "", "", "", "", "", _NO, _SBX],
    Door.PAY_JOBS: [_NOT, "", "", "", "", "", "", "", _NO, _SBX],
    Door.SETTLE_JOBS: [_NOT, "", "", "", "", "", "", "", _NO, _SBX],
    Door.NOTIFY_JOBS: [_NOT, "", "", "", "", "", "", "", _NO, _SBX],
    Door.BULK_JOBS: [_NOT, "", "", "", "", "", "", _NO, _NO, ""],
}  # fmt: skip
EVERYWHERE = [(door, state) for door in Door for state in STATES]
HTTP = {
    Door.BROWSE: [("get", "s", "/products"), ("get", "s", "/home"), ("get", "s", "/search?q=tea")],
    Door.ORDER: [("post", "s", "/orders"), ("post", "s", "/cart/lines"),
                 ("post", "s", "/checkout/preview")],
    Door.PAY: [("post", "s", "/orders/x/pay")],
    Door.FINISH: [("get", "s", "/orders"), ("post", "s", "/login"), ("post", "s", "/aftersales"),
                  ("post", "s", "/orders/x/confirm-receipt"), ("post", "b", "/orders/x/parcels"),
                  ("post", "b", "/orders/x/refund"), ("post", "b", "/aftersales/x/agree")],
    Door.READ: [("get", "b", "/orders"), ("get", "b", "/statements"), ("get", "b", "/export.csv")],
    Door.WRITE: [("post", "b", "/products"), ("put", "b", "/orders/freight"),
                 ("post", "b", "/imports"), ("delete", "b", "/staff/1")],
    Door.ACCOUNT: [("post", "b", "/closing"), ("delete", "b", "/closing")],
}  # fmt: skip
SHUT = {_NOT, _SUS, _LCK, _CLO, _NO, _SBX}


@pytest.fixture
def tenant(two_shops: tuple[Shop, Shop], db: None) -> Tenant:
    with context.public():
        return Tenant.objects.get(pk=two_shops[0].id)


def put(tenant: Tenant, state: TenantState) -> None:
    with context.public():
        Tenant.objects.filter(pk=tenant.pk).update(state=state)
    directory.forget()


def code_of(answer: object) -> str:
    body = answer.json() if "json" in answer.get("Content-Type", "") else {}
    code = body.get("code", "") if isinstance(body, dict) else ""
    return code if code in SHUT else ""


class TestTheTable:
    @pytest.mark.parametrize(("door", "state"), EVERYWHERE)
    def test_each_door_says_in_each_state_what_was_decided(self, door, state):
        wanted = TABLE[door][STATES.index(state)]
        found = lifecycle.refusal(state, door)
        assert (found.code if found else "") == wanted
        assert lifecycle.may(state, door) is (wanted == "")

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("door", HTTP)
    def test_requests_hear_it_at_the_door(self, tenant, door, state):
        put(tenant, state)
        for method, head, address in HTTP[door]:
            path = f"/{head}/{tenant.public_id}/v1{address}"
            answer = getattr(Client(), method)(path, content_type="application/json")
            assert code_of(answer) == TABLE[door][STATES.index(state)], path
            if code_of(answer):
                assert answer.status_code == lifecycle.refusal(state, door).status

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("queue", QUEUES)
    def test_jobs_run_wait_for_nobody_or_lie_before_a_person(self, tenant, queue, state):
        """Run where the door is open; a closed shop's housekeeping is dropped; else dead letters."""
        put(tenant, state)
        actor = next(a for a in broker.actors.values() if a.queue_name == queue)
        message = dramatiq.MessageProxy(
            dramatiq.Message(queue, actor.actor_name, (), {}, {"tenant": tenant.public_id})
        )
        shop_of = next(m for m in broker.middleware if type(m).__name__ == "ShopOfMessage")
        raised = None
        try:
            shop_of.before_process_message(broker, message)
            assert context.shop().public_id == tenant.public_id
        except (ShopNotEntered, SkipMessage) as error:
            raised = type(error)
        finally:
            shop_of.after_process_message(broker, message)
        if not TABLE[lifecycle.door_of_queue(queue)][STATES.index(state)]:
            assert raised is None
        elif state in {S.CLOSED, S.SANDBOX}:
            assert (raised, message.failed) == (SkipMessage, False)
        else:
            assert (raised, message.failed) == (ShopNotEntered, True)

    @pytest.mark.parametrize("state", STATES)
    def test_the_portal_reads_writes_and_says_why_not(self, tenant, state):
        put(tenant, state)
        client = Client(headers={"accept-language": "en"})
        client.force_login(
            Account.objects.get(email="tea@example.com"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        home = f"/shops/{tenant.public_id}/"
        read, write = client.get(f"{home}orders/"), client.post(f"{home}samples/add/")
        ship = client.post(f"{home}orders/nosuch/ship/")
        if state in {S.CLOSED, S.PURGED}:
            assert {read.status_code, write.status_code, ship.status_code} == {404}
            return
        assert read.status_code == (302 if TABLE[Door.READ][STATES.index(state)] else 200)
        assert ship.status_code == (302 if TABLE[Door.FINISH][STATES.index(state)] else 404)
        said = client.get(home).content.decode()
        refused = lifecycle.refusal(state, Door.WRITE)
        assert (refused.sentence("en") in said) if refused else ("The samples are back" in said)

    def test_the_named_sets_are_those_of_the_table(self):
        assert lifecycle.OPEN[Door.ORDER] == OPEN_STATES
        assert lifecycle.OPEN[Door.PAY_JOBS] == LIVE_STATES == set(S) - {S.PROVISIONING, S.PURGED, S.SANDBOX}

    def test_every_operation_goes_through_a_door_that_fits_it(self):
        """Nothing that changes something goes through a door for looking, and the other way."""
        looking = {Door.BROWSE, Door.READ}
        for name, document in documents().items():
            for path, operations in document["paths"].items():
                if name == "hooks":
                    continue
                for method in METHODS & set(operations):
                    address = path.partition("/v1/")[2]
                    door = door_of(path[1], method.upper(), f"v1/{address}")
                    if method != "get":
                        assert door not in looking, (method, path)
                    elif path[1] == "b":
                        assert door == Door.READ, path


class TestMoneyInFlight:
    @pytest.fixture
    def till(self, shop, monkeypatch, settings):
        return Till(monkeypatch, settings, shop)

    @pytest.mark.parametrize("state", sorted(LIVE_STATES))
    def test_a_payment_under_way_arrives_and_a_refund_goes_out(
        self, shop, tenant, till, run_jobs, queued, state
    ):
        buyer = Buyer(shop, till.appid)
        [sku] = skus(product("Tea", price_minor=1234))
        order = buyer.order({sku.pk: 1})
        number = buyer.prepay(order)
        till.pays(number)
        put(tenant, state)
        assert till.calls_back(number) == 204
        run_jobs()
        order.refresh_from_db()
        assert order.state == "paid"
        orders.request_refund(order=order, reason="sold out", by="staff", key="k")
        run_jobs(ahead=600)
        order.refresh_from_db()
        assert (order.state, Refund.objects.get().state) == ("refunded", "succeeded")
        assert list(violations()) == []

    @pytest.mark.parametrize("state", sorted(LIVE_STATES - {S.CLOSED}))
    def test_what_was_paid_is_shipped_told_to_wechat_and_received(
        self, shop, owner, tenant, till, run_jobs, state
    ):
        buyer, desk = Buyer(shop, till.appid), Desk(shop, owner)
        [sku] = skus(product("Tea", price_minor=1234))
        order = buyer.order({sku.pk: 1})
        till.pays(buyer.prepay(order))
        run_jobs(ahead=20)
        put(tenant, state)
        assert desk.ship(order).status_code == 200
        run_jobs()
        assert len(till.uploads) == 1
        assert buyer.post(f"/orders/{order.pk}/confirm-receipt").status_code == 200
        run_jobs()
        order.refresh_from_db()
        assert order.state == "completed"
        assert books.balance(BookAccount.HELD).minor == 0

    @pytest.mark.parametrize("state", sorted(LIVE_STATES))
    def test_a_scheduled_run_reaches_the_shop(self, tenant, state):
        put(tenant, state)
        assert tenant.public_id in queries.live_public_ids()

    def test_a_purged_shop_is_out_of_every_run(self, tenant):
        put(tenant, S.PURGED)
        assert tenant.public_id not in queries.live_public_ids()


class TestSteps:
    def do(self, verb: Callable[..., object], tenant: Tenant, why: str = "because") -> None:
        verb(tenant=tenant, reason=why, by="staff@example.com")

    def history(self, tenant: Tenant) -> list[str]:
        return list(tenant.steps.order_by("pk").values_list("state", flat=True))

    @pytest.mark.parametrize(
        ("since", "over", "back"),
        [(since, *pair) for since in sorted(STANDINGS - {S.SUSPENDED}) for pair in (
            (standing.suspend, standing.restore), (standing.lock, standing.unlock),
            (standing.begin_closing, standing.come_back),
        )],
    )  # fmt: skip
    def test_what_is_laid_over_a_standing_is_lifted_to_it(self, tenant, since, over, back):
        if since != tenant.state:
            assert standing.stand(tenant=tenant, standing=since, reason="plan", by="platform")
        self.do(over, tenant)
        self.do(back, tenant, "all is well")
        tenant.refresh_from_db()
        assert tenant.state == since
        step = tenant.steps.latest("pk")
        assert (step.state, step.reason, step.by) == (since, "all is well", "staff@example.com")

    def test_a_lock_over_a_closing_goes_back_to_the_closing(self, tenant):
        self.do(standing.begin_closing, tenant)
        closes_at = tenant.closes_at
        self.do(standing.lock, tenant)
        self.do(standing.unlock, tenant)
        tenant.refresh_from_db()
        assert (tenant.state, tenant.closes_at) == ("closing", closes_at)
        self.do(standing.come_back, tenant)
        tenant.refresh_from_db()
        assert (tenant.state, tenant.closes_at) == ("trial", None)

    def test_a_plan_does_not_open_what_is_locked_or_closing(self, tenant):
        for over in (standing.lock, standing.begin_closing):
            self.do(over, tenant)
            before = self.history(tenant)
            assert not standing.stand(
                tenant=tenant, standing=S.ACTIVE, reason="paid", by="platform"
            )
            assert self.history(tenant) == before
            self.do(standing.unlock if over is standing.lock else standing.come_back, tenant)

    def test_to_stand_where_one_stands_writes_nothing(self, tenant):
        before = self.history(tenant)
        assert standing.stand(tenant=tenant, standing=S.TRIAL, reason="plan", by="platform")
        assert self.history(tenant) == before

    @pytest.mark.parametrize("target", list(S))
    @pytest.mark.parametrize("state", list(S))
    def test_only_the_flows_steps_are_taken(self, tenant, state, target):
        put(tenant, state)
        tenant.refresh_from_db()
        before = self.history(tenant)
        if state in TENANT_FLOW.before(target):
            moves.move(tenant, target, reason="r", by="b")
            assert self.history(tenant) == [*before, target]
            return
        with pytest.raises(moves.TenantCannotMove) as refused:
            moves.move(tenant, target, reason="r", by="b")
        assert refused.value.facts == {"state": state, "target": target}
        assert self.history(tenant) == before

    def test_a_closing_shop_closes_when_its_time_is_over_and_it_owes_nothing(
        self, tenant, settings, monkeypatch
    ):
        self.do(standing.begin_closing, tenant)
        assert tenant.closes_at is not None
        assert standing.close_due() == 0
        with clock.ahead(timedelta(days=settings.CLOSING_DAYS, minutes=1)):
            monkeypatch.setattr("shop.orders.queries.unfinished_count", lambda: 1)
            assert standing.close_due() == 0
            monkeypatch.setattr("shop.orders.queries.unfinished_count", lambda: 0)
            assert standing.close_due() == 1
            assert standing.close_due() == 0
        tenant.refresh_from_db()
        assert tenant.state == "closed"

    def test_a_shop_that_cannot_be_asked_keeps_no_other_open(self, tenant, settings, monkeypatch):
        other = Tenant.objects.create(name="Other", public_id="other", code="OTHR", schema_name="t_o")
        put(other, S.TRIAL)
        for each in (tenant, other):
            self.do(standing.begin_closing, each)

        def unfinished(asked: Tenant) -> int:
            if asked.pk == tenant.pk:
                raise ShopMoving
            return 0

        monkeypatch.setattr(standing, "unfinished", unfinished)
        with clock.ahead(timedelta(days=settings.CLOSING_DAYS, minutes=1)), pytest.raises(ShopMoving):
            standing.close_due()
        states = Tenant.objects.filter(pk__in=[tenant.pk, other.pk]).order_by("pk")
        assert list(states.values_list("state", flat=True)) == ["closing", "closed"]

    def test_a_closed_shop_comes_back_until_it_is_purged(self, tenant, settings):
        self.do(standing.begin_closing, tenant)
        with clock.ahead(timedelta(days=settings.CLOSING_DAYS, minutes=1)):
            standing.close_due()
            tenant.refresh_from_db()
            with pytest.raises(standing.TooEarlyToPurge):
                self.do(standing.purge, tenant)
            self.do(standing.come_back, tenant)
        tenant.refresh_from_db()
        assert (tenant.state, self.history(tenant)[-1]) == ("trial", "trial")

    def test_owners_are_written_to_in_both_languages(self, tenant, run_jobs):
        self.do(standing.lock, tenant, "sells what it must not")
        run_jobs()
        [letter] = mail.outbox
        assert letter.to == ["tea@example.com"]
        assert letter.subject == "[小铺 Xiaopu] Teahouse 已被锁定 / Teahouse was locked"
        assert "原因：sells what it must not" in letter.body
        assert "Reason: sells what it must not" in letter.body
        assert f"/shops/{tenant.public_id}/" in letter.body
        self.do(standing.unlock, tenant, "proved right")
        run_jobs()
        assert mail.outbox[-1].subject.endswith("Teahouse is open again")

    def test_the_owner_closes_and_comes_back_by_the_backoffice(self, tenant):
        client = Client(headers={"accept-language": "en"})
        client.force_login(
            Account.objects.get(email="tea@example.com"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        address = f"/b/{tenant.public_id}/v1/closing"
        answer = client.post(address, {"reason": "moving away"}, content_type="application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "closing")
        assert client.get(f"/b/{tenant.public_id}/v1/shop").json()["closes_at"] is not None
        again = client.post(address, {}, content_type="application/json")
        assert (again.status_code, again.json()["code"]) == (409, "tenant_cannot_move")
        assert client.delete(address).json() == {"state": "trial", "closes_at": None}
        assert tenant.steps.latest("pk").by == "tea@example.com"

    def test_the_owner_closes_on_the_portal_only_by_the_shops_name(self, tenant):
        client = Client(headers={"accept-language": "en"})
        client.force_login(
            Account.objects.get(email="tea@example.com"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        home = f"/shops/{tenant.public_id}/"
        assert client.post(f"{home}close/", {"name": "Bookshop"}).status_code == 422
        assert client.post(f"{home}close/", {"name": "teahouse"}).status_code == 302
        assert "This shop closes on" in client.get(home).content.decode()
        assert client.post(f"{home}come-back/").status_code == 302
        tenant.refresh_from_db()
        assert tenant.state == "trial"
