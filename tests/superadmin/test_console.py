"""The console: staff only, every page opens, every act is audited, nothing can be deleted."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing.inbox.models import Notification
from billing.plans.models import Plan, PlanVersion
from billing.rollups.models import ShopDay
from jobs.models import QueuedMessage
from kernel import clock
from superadmin.models import AuditEntry
from superadmin.site import site
from tenants.archives.models import Erasure
from tenants.context import Shop
from tenants.models import Account, Tenant, TenantStep
from tenants.pushes.models import Push
from tenants.trains.models import TrainCar

SECTIONS = ["index", "ledger_check", *(
    f"{model._meta.app_label}_{model._meta.model_name}_changelist" for model in site._registry
)]  # fmt: skip


@pytest.fixture
def tenant(two_shops: tuple[Shop, Shop], db: None) -> Tenant:
    return Tenant.objects.get(pk=two_shops[0].id)


@pytest.fixture
def dead_letter(db: None) -> UUID:
    """A job that failed for good."""
    number = uuid4()
    message = {
        "queue_name": "pay",
        "actor_name": "billing.payments.jobs.poll",
        "args": [],
        "kwargs": {"payment_id": "p1"},
        "options": {"tenant": "shop1", "retries": 12, "traceback": "Traceback …"},
        "message_id": str(number),
        "message_timestamp": 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dramatiq.queue (queue_name, message_id, state, message, tenant,"
            " deliveries, reason) VALUES ('pay', %s, 'rejected', %s, 'shop1', 3, %s)",
            [number, json.dumps(message), "Traceback\nValueError: <b>nonsense</b>"],
        )
    return number


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_opens_for_staff_and_for_nobody_else(
    section: str, admin: Client, signed_in: Callable[..., Client], db: None
) -> None:
    address = reverse(f"superadmin:{section}")
    assert admin.get(address).status_code == 200
    assert signed_in("watcher@example.com", is_staff=True).get(address).status_code == 200
    visitor = Client().get(address)
    assert (visitor.status_code, visitor["Location"].split("?")[0]) == (302, "/superadmin/login/")
    login = Client().get(visitor["Location"])
    assert login["Location"].startswith("/accounts/login/?next=%2Fsuperadmin%2F")
    owner = signed_in("owner@example.com")
    assert owner.get(owner.get(address)["Location"]).status_code == 404


def test_the_console_keeps_its_own_content_policy_and_the_portal_stays_strict(
    admin: Client,
) -> None:
    console = admin.get("/superadmin/")["Content-Security-Policy"]
    portal = admin.get("/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in console
    assert "unsafe-inline" not in console.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in console
    assert "unsafe" not in portal
    assert "default-src 'self'" in portal
    assert admin.get("/accounts/2fa/")["Content-Security-Policy"] == portal


def test_suspending_asks_why_moves_the_shop_and_is_audited(admin: Client, tenant: Tenant) -> None:
    address = f"/superadmin/tenants/tenant/{tenant.pk}/suspend/"
    assert b"Reason" in admin.get(address).content
    assert admin.post(address, {"reason": ""}).status_code == 422
    tenant.refresh_from_db()
    assert (tenant.state, AuditEntry.objects.count()) == ("trial", 0)

    assert admin.post(address, {"reason": "sells fakes"}).status_code == 302
    tenant.refresh_from_db()
    assert tenant.state == "suspended"
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.action, entry.reason) == ("root@example.com", "suspend", "sells fakes")
    assert (entry.object_kind, entry.object_id) == ("tenants.Tenant", str(tenant.pk))
    assert (entry.before, entry.after) == ({"state": "trial"}, {"state": "suspended"})
    assert entry.ip == "127.0.0.1"
    step = TenantStep.objects.filter(tenant=tenant).latest("pk")
    assert (step.reason, step.by) == ("sells fakes", "root@example.com")

    admin.post(address.replace("suspend", "restore"), {"reason": "proved to be right"})
    tenant.refresh_from_db()
    assert tenant.state == "trial"
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "suspend",
        "restore",
    ]


@pytest.mark.parametrize(
    ("there", "state", "back"), [("lock", "locked", "unlock"), ("close", "closing", "come-back")]
)
def test_locking_and_closing_are_audited_and_taken_back(
    admin: Client, tenant: Tenant, there: str, state: str, back: str
) -> None:
    for verb in (there, back):
        admin.post(f"/superadmin/tenants/tenant/{tenant.pk}/{verb}/", {"reason": "by complaint"})
    entries = AuditEntry.objects.order_by("pk").values_list("before__state", "after__state")
    assert list(entries) == [("trial", state), (state, "trial")]


def test_erasing_an_open_shop_is_refused(admin: Client, tenant: Tenant) -> None:
    address = f"/superadmin/tenants/tenant/{tenant.pk}/erase/"
    admin.post(address, {"reason": "by mistake"})
    tenant.refresh_from_db()
    assert (tenant.state, AuditEntry.objects.count()) == ("trial", 0)
    assert not Erasure.objects.exists()


def test_an_erasure_takes_two_persons(
    admin: Client, signed_in: Callable[..., Client], tenant: Tenant, queued
) -> None:
    past = clock.now() - timedelta(days=60)
    Tenant.objects.filter(pk=tenant.pk).update(state="closed")
    TenantStep.objects.create(tenant=tenant, state="closed", reason="r", by="b", at=past)
    admin.post(f"/superadmin/tenants/tenant/{tenant.pk}/erase/", {"reason": "its time is over"})
    erasure = Erasure.objects.get()
    address = f"/superadmin/archives/erasure/{erasure.pk}/agree/"
    answer = admin.post(address, {"reason": "I agree with me"}, follow=True)
    assert "Somebody else than root@example.com" in answer.content.decode()
    tenant.refresh_from_db()
    assert (tenant.state, queued("erase_shop")) == ("closed", [])
    other = signed_in("second@example.com", is_staff=True, is_superuser=True)
    other.post(address, {"reason": "seen and agreed"})
    tenant.refresh_from_db()
    erasure.refresh_from_db()
    assert (tenant.state, erasure.state, len(queued("erase_shop"))) == ("purged", "agreed", 1)
    assert (erasure.asked_by, erasure.decided_by) == ("root@example.com", "second@example.com")
    entries = AuditEntry.objects.order_by("pk").values_list("by", "action")
    assert list(entries) == [
        ("root@example.com", "ask to erase"), ("second@example.com", "agree to erasure"),
    ]  # fmt: skip
    page = admin.get(f"/superadmin/archives/erasure/{erasure.pk}/change/")
    assert page.status_code == 200


def test_a_refused_act_is_said_and_leaves_no_audit_line(admin: Client, tenant: Tenant) -> None:
    address = f"/superadmin/tenants/tenant/{tenant.pk}/restore/"
    answer = admin.post(address, {"reason": "by mistake"}, follow=True)
    assert "cannot become trial" in answer.content.decode()
    assert AuditEntry.objects.count() == 0


def test_staff_without_rights_look_and_do_not_touch(
    signed_in: Callable[..., Client], tenant: Tenant, dead_letter: UUID
) -> None:
    watcher = signed_in("watcher@example.com", is_staff=True)
    assert watcher.get(f"/superadmin/tenants/tenant/{tenant.pk}/change/").status_code == 200
    for address in (
        f"/superadmin/tenants/tenant/{tenant.pk}/suspend/",
        f"/superadmin/jobs/queuedmessage/{dead_letter}/run-again/",
        f"/superadmin/jobs/queuedmessage/{dead_letter}/discard/",
    ):
        assert watcher.post(address, {"reason": "because"}).status_code == 403
    tenant.refresh_from_db()
    assert tenant.state == "trial"
    assert QueuedMessage.objects.get(pk=dead_letter).state == "rejected"


def test_a_dead_letter_shows_why_it_died_and_escapes_it(admin: Client, dead_letter: UUID) -> None:
    listed = admin.get("/superadmin/jobs/queuedmessage/?state=rejected").content.decode()
    assert "ValueError: &lt;b&gt;nonsense&lt;/b&gt;" in listed
    page = admin.get(f"/superadmin/jobs/queuedmessage/{dead_letter}/change/").content.decode()
    assert "billing.payments.jobs.poll" in page
    assert "<b>nonsense</b>" not in page


def test_a_dead_letter_runs_again_from_the_start(admin: Client, dead_letter: UUID) -> None:
    address = f"/superadmin/jobs/queuedmessage/{dead_letter}/run-again/"
    assert admin.post(address, {"reason": "WeChat is back"}).status_code == 302
    letter = QueuedMessage.objects.get(pk=dead_letter)
    assert (letter.state, letter.deliveries) == ("queued", 0)
    assert letter.available_at <= clock.now()
    assert letter.message["options"] == {"tenant": "shop1"}
    assert letter.message["kwargs"] == {"payment_id": "p1"}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before["state"], entry.after["state"]) == (
        "run again", "rejected", "queued",
    )  # fmt: skip
    again = admin.post(address, {"reason": "WeChat is back"}, follow=True)
    assert "This job is queued, not dead." in again.content.decode()
    assert AuditEntry.objects.count() == 1


def test_a_discarded_letter_leaves_the_queue_and_stays_in_the_audit_log(
    admin: Client, dead_letter: UUID
) -> None:
    address = f"/superadmin/jobs/queuedmessage/{dead_letter}/discard/"
    admin.post(address, {"reason": "shop is gone"})
    assert not QueuedMessage.objects.filter(pk=dead_letter).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason, entry.after) == ("discard", "shop is gone", {})
    assert json.loads(entry.before["message"])["kwargs"] == {"payment_id": "p1"}
    assert "ValueError" in entry.before["reason"]


def test_rights_that_are_given_are_audited_with_before_and_after(admin: Client) -> None:
    account = Account.objects.create_user("new@example.com")
    address = f"/superadmin/tenants/account/{account.pk}/change/"
    answer = admin.post(address, {"is_active": "on", "is_staff": "on", **_no_places()})
    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.is_staff
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_label) == ("change", "new@example.com")
    assert (entry.before, entry.after) == ({"is_staff": False}, {"is_staff": True})


def test_nobody_takes_or_gives_rights_to_themselves(admin: Client) -> None:
    account = Account.objects.get(email="root@example.com")
    address = f"/superadmin/tenants/account/{account.pk}/change/"
    admin.post(address, {"is_active": "", "is_staff": "", "is_superuser": "", **_no_places()})
    account.refresh_from_db()
    assert (account.is_active, account.is_staff, account.is_superuser) == (True, True, True)


def test_nothing_can_be_deleted_or_added_through_the_console(rf: Any, admin: Client) -> None:
    request = rf.get("/superadmin/")
    request.user = Account.objects.get(email="root@example.com")
    for model_admin in site._registry.values():
        assert not model_admin.has_delete_permission(request)
        # Plans and their versions are the platform's own to make; a version only grows.
        is_ours = model_admin.model in {Plan, PlanVersion}
        assert model_admin.has_add_permission(request) == is_ours
        assert "delete_selected" not in model_admin.get_actions(request)


def test_the_audit_log_cannot_be_changed_by_the_applications_login(
    admin: Client, tenant: Tenant
) -> None:
    admin.post(f"/superadmin/tenants/tenant/{tenant.pk}/suspend/", {"reason": "sells fakes"})
    for statement in ("UPDATE superadmin_auditentry SET by = 'x'",
                      "DELETE FROM superadmin_auditentry"):  # fmt: skip
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert AuditEntry.objects.get().by == "root@example.com"


def test_the_first_page_shows_the_figures(
    admin: Client, tenant: Tenant, dead_letter: UUID
) -> None:
    ShopDay.objects.create(
        tenant_public_id=tenant.public_id, day=clock.now().date(), currency="CNY",
        gross_minor=128_000, refunds_minor=12_800, fee_minor=691, commission_minor=1_152,
        net_minor=113_357, orders_count=12, refunds_count=1,
    )  # fmt: skip
    context = admin.get("/superadmin/").context
    assert context["dead_count"] == 1
    assert {s["state"] for s in context["shops_by_state"]} == {
        "provisioning", "trial", "active", "grace", "suspended", "locked", "closing", "closed",
        "purged", "sandbox",
    }  # fmt: skip
    assert [q["name"] for q in context["queues"]] == ["pay", "settle", "notify", "bulk"]
    [day] = context["today"]
    assert (day["shop"], day["orders"], day["net"]) == ("Teahouse", 12, "1133.57 CNY")
    totals = admin.get("/superadmin/rollups/shopday/").context["totals"]
    assert [(row["currency"], row["gross"], row["orders"]) for row in totals] == [
        ("CNY", "1280.00 CNY", 12)
    ]


def test_a_raw_callback_is_shown_as_it_came_and_changes_nothing(
    admin: Client, tenant: Tenant
) -> None:
    callback = Notification.objects.create(
        source="wechatpay", external_id="N1", tenant_public_id=tenant.public_id,
        event_type="TRANSACTION.SUCCESS", headers={"wechatpay-serial": "S1"},
        body=b'{"resource": {"ciphertext": "<script>"}}',
    )  # fmt: skip
    page = admin.get(f"/superadmin/inbox/notification/{callback.pk}/change/")
    assert "&lt;script&gt;" in page.content.decode()
    assert "wechatpay-serial" in page.content.decode()
    assert admin.post(f"/superadmin/inbox/notification/{callback.pk}/change/").status_code == 403


def test_a_push_is_shown_without_what_it_opens_and_changes_nothing(
    admin: Client, tenant: Tenant
) -> None:
    push = Push.objects.create(
        source="component", appid="wx1", event="authorized", digest="d",
        fields={"InfoType": "<script>"}, sealed_fields="gAAAA-sealed",
    )  # fmt: skip
    address = f"/superadmin/pushes/push/{push.pk}/change/"
    page = admin.get(address).content.decode()
    assert "&lt;script&gt;" in page
    assert "gAAAA" not in page
    assert admin.post(address).status_code == 403


def test_the_ledger_check_proves_a_shop_and_is_audited(admin: Client, tenant: Tenant) -> None:
    page = admin.get("/superadmin/ledger/", {"shop": tenant.public_id})
    assert page.context["is_sound"] is True
    assert "the books are sound" in page.content.decode()
    assert dict(page.context["balances"])["wechat"] == "0.00 CNY"
    assert AuditEntry.objects.get().action == "check ledger"
    unknown = admin.get("/superadmin/ledger/", {"shop": "nowhere"})
    assert "There is no such shop with books." in unknown.content.decode()


def test_the_console_speaks_chinese(admin: Client) -> None:
    page = admin.get("/superadmin/tenants/tenant/", headers={"accept-language": "zh-CN"})
    words = page.content.decode()
    for word in ("小铺平台", "死信", "账本检查", "输入关键字搜索", "店主"):
        assert word in words


@pytest.mark.parametrize(
    "model", [model for model in site._registry if model is not TrainCar], ids=lambda m: m._meta.label
)
def test_where_one_is_is_said_in_the_words_of_the_sidebar(model: Any, admin: Client) -> None:
    options = model._meta
    link = reverse(f"superadmin:{options.app_label}_{options.model_name}_changelist")
    page = admin.get(link, headers={"accept-language": "zh-CN"}).content.decode()
    crumbs = re.findall(r"inline-block leading-5 min-w-0 truncate tracking-tight\">([^<]*)<", page)
    assert len(crumbs) == 2, crumbs
    assert all(re.search("[一-鿿]", crumb) for crumb in crumbs), crumbs


def _no_places() -> dict[str, str]:
    """Return the management form of the inline that cannot be edited."""
    return {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
