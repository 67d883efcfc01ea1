"""An owner without a merchant number gets one: the pages, the worker and the simulator program."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from kernel import clock
from tenants import context, directory, merchants
from tenants.applyments import actions, queries
from tenants.applyments.models import Applyment, ApplymentStep
from tenants.models import Account, Merchant, MiniProgram, Tenant
from wechat import breaker
from wechat.errors import WeChatTimedOut

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
SECRETS = {"110101199003070011", "6222020000000000123", "13800138000", "王小茶", "wang@example.com"}
ANSWERS = {
    "subject_type": "SUBJECT_TYPE_INDIVIDUAL",
    "license_number": "92110101MA00ABCD1X",
    "merchant_name": "北京小茶馆",
    "merchant_shortname": "小茶馆",
    "service_phone": "010-12345678",
    "qualification_type": "零售批发/生活娱乐/其他",
    "legal_person": "王小茶",
    "id_card_number": "110101199003070011",
    "card_period_begin": "2020-01-01",
    "card_period_end": "长期",
    "mobile_phone": "13800138000",
    "contact_email": "wang@example.com",
    "bank_account_type": "BANK_ACCOUNT_TYPE_PERSONAL",
    "account_name": "王小茶",
    "account_bank": "工商银行",
    "account_number": "6222020000000000123",
}


def pictures(body: bytes = PNG) -> dict[str, SimpleUploadedFile]:
    names = ("license_copy", "id_card_copy", "id_card_national")
    return {name: SimpleUploadedFile(f"{name}.png", body, "image/png") for name in names}


@pytest.fixture
def tenant(person, own_shop, db) -> Tenant:
    client = person("owner@example.com")
    shop = own_shop(client.account)
    tenant = Tenant.objects.get(pk=shop.id)
    MiniProgram.objects.create(tenant=tenant, appid="wx00000000000000cc")
    return tenant


@pytest.fixture
def owner(tenant) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Account.objects.get(email="owner@example.com"),
        "django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture
def home(tenant) -> str:
    return f"/shops/{tenant.public_id}/merchant/"


@pytest.fixture
def only(tenant, run_jobs, monkeypatch):
    """Run the worker's jobs; no spare schemas are built."""
    monkeypatch.setattr("tenants.provisioning.refill_spares", lambda wanted: 0)
    return run_jobs


def stored(row: Applyment) -> str:
    """Everything that the database holds of an applyment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a::text FROM applyments_applyment a WHERE id = %s UNION ALL"
            " SELECT s::text FROM applyments_applymentstep s WHERE applyment_id = %s",
            [row.pk, row.pk],
        )
        return "\n".join(text for (text,) in cursor.fetchall())


def hand_in(owner, home, only) -> Applyment:
    answer = owner.post(f"{home}apply/", {**ANSWERS, **pictures(), "hand_in": "1"})
    assert answer["Location"] == home
    assert Applyment.objects.get().state == "submitting"
    only()
    row = Applyment.objects.get()
    assert row.state == "auditing"
    return row


def told(wechat, row: Applyment, state: str, **more: object) -> None:
    wechat.control("POST", f"applyments/{row.applyment_id}", {"state": state, **more})


def test_from_nothing_to_a_bound_number(owner, home, wechat, only, tenant, caplog) -> None:
    page = owner.get(home).content.decode()
    assert "Customers cannot pay yet" in page
    assert "Apply for a merchant number" in page
    row = hand_in(owner, home, only)
    assert "WeChat is reviewing" in owner.get(home).content.decode()
    mark = owner.get(f"{home}state.json").json()["mark"]

    refused = {"field": "id_card_copy", "field_name": "身份证人像面", "reject_reason": "照片模糊"}
    told(wechat, row, "REJECTED", audit_detail=[refused])
    assert owner.get(f"{home}state.json").json()["mark"] == mark  # nobody told us
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert actions.follow_due() == 1
    only()
    row.refresh_from_db()
    assert (row.state, row.rejected_fields) == ("rejected", ["id_card_copy"])
    page = owner.get(f"{home}apply/").content.decode()
    field = re.search(r'<label for="id_id_card_copy">.*?</div>', page, re.DOTALL)
    assert field is not None
    assert "照片模糊" in field.group()
    assert "6222020000000000123" not in page  # not shown again
    assert "110101199003070011" not in page

    fresh = {"id_card_copy": pictures()["id_card_copy"]}
    same = {k: v for k, v in ANSWERS.items() if k not in {"id_card_number", "account_number"}}
    assert owner.post(f"{home}apply/", {**same, **fresh, "hand_in": "1"})["Location"] == home
    only()
    row.refresh_from_db()
    assert (row.state, row.revision) == ("auditing", 2)
    found = wechat.control("GET", "applyments")["applyments"]
    assert [a["state"] for a in found if a["business_code"] == row.business_code] == ["AUDITING"]

    for state, shown in (("TO_BE_CONFIRMED", "account verified"), ("TO_BE_SIGNED", "signs the")):
        told(wechat, row, state)
        page = owner.post(f"{home}apply/look/", follow=True).content.decode()
        assert shown in page
        assert "/public/apply4ec_sign/s?applymentId=" in page
        assert "<svg" in page
    told(wechat, row, "SIGNING")
    owner.post(f"{home}apply/look/")
    assert not Merchant.objects.filter(tenant=tenant).exists()
    text = stored(Applyment.objects.get())
    assert not [secret for secret in SECRETS if secret in text]
    told(wechat, row, "FINISHED")
    owner.post(f"{home}apply/look/")
    row.refresh_from_db()
    bound = Merchant.objects.get(tenant=tenant)
    assert (row.state, row.sub_mchid) == ("finished", bound.sub_mchid)
    assert (row.sealed_answers, row.sealed_rejections, row.sealed_sign_url) == ("", "", "")
    assert directory.payee_of(directory.shop_of(tenant)).sub_mchid == bound.sub_mchid
    events = list(ApplymentStep.objects.order_by("pk").values_list("event", flat=True))
    assert events == [
        "begun", "handed_in", "taken", "rejected", "handed_in", "taken", "to_be_confirmed",
        "to_be_signed", "signing", "finished", "bound",
    ]  # fmt: skip
    assert not [secret for secret in SECRETS if secret in caplog.text]
    assert "through the platform" in owner.get(home).content.decode()


def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(
    owner, home, wechat, only
) -> None:
    answer = owner.post(f"{home}apply/", {"legal_person": "王小茶", "hand_in": "1"})
    assert answer.status_code == 422
    assert "WeChat asks for this." in answer.content.decode()
    row = Applyment.objects.get()
    assert row.state == "draft"
    assert 'value="王小茶"' in owner.get(f"{home}apply/").content.decode()
    owner.post(f"{home}apply/", {**ANSWERS, **pictures(), "keep": "1"})
    assert set(queries.answers_of(Applyment.objects.get())) >= {*ANSWERS, *pictures()}
    owner.post(f"{home}apply/drop/")
    row.refresh_from_db()
    assert (row.state, row.sealed_answers) == ("cancelled", "")


def test_a_text_that_is_no_picture_is_refused(owner, home, wechat) -> None:
    answer = owner.post(f"{home}apply/", {**ANSWERS, **pictures(b"<html>"), "keep": "1"}, follow=True)
    assert "JPEG, PNG or BMP" in answer.content.decode()
    assert f'value="{ANSWERS["legal_person"]}"' in answer.content.decode(), "what was typed stays"
    assert "license_copy" not in queries.answers_of(Applyment.objects.get())


def test_a_refusal_of_the_form_itself_is_one_to_correct(owner, home, wechat, only) -> None:
    owner.post(f"{home}apply/", {**ANSWERS, **pictures(), "keep": "1"})
    row = Applyment.objects.get()
    actions.save(applyment=row, answers={"license_copy": "not-a-media-id"})
    actions.hand_in(applyment=row, by="o")
    only()
    row.refresh_from_db()
    assert (row.state, row.problem_code) == ("rejected", "PARAM_ERROR")
    assert "media_id" in queries.rejections_of(row)[0].reason
    assert "media_id" in owner.get(f"{home}apply/").content.decode()


def test_a_lost_answer_does_not_apply_twice(owner, home, wechat, only, monkeypatch) -> None:
    from wechat import onboarding

    real, calls = onboarding.submit, []

    def lost(application):
        calls.append(real(application))
        raise WeChatTimedOut("lost")

    monkeypatch.setattr(onboarding, "submit", lost)
    owner.post(f"{home}apply/", {**ANSWERS, **pictures(), "hand_in": "1"})
    only()
    row = Applyment.objects.get()
    assert row.state == "submitting"
    breaker.reset()
    with clock.at(clock.now() + timedelta(minutes=3)):
        actions.follow_due()
    only()
    row.refresh_from_db()
    assert (row.state, len(calls), row.applyment_id) == ("auditing", 1, calls[0])
    with pytest.raises(actions.ApplymentNotEditable):
        actions.save(applyment=row, answers={})
    with pytest.raises(actions.ApplymentNotEditable):
        actions.drop(applyment=row, by="o")


def test_a_number_of_their_own_is_bound_and_anothers_is_not(owner, home, two_shops, tenant) -> None:
    other = Tenant.objects.get(pk=two_shops[1].id)
    merchants.bind(tenant=other, sub_mchid="1900000555")
    answer = owner.post(f"{home}bind/", {"sub_mchid": "1900000555"})
    assert answer.status_code == 422
    assert "already connected" in answer.content.decode()
    assert owner.post(f"{home}bind/", {"sub_mchid": "1900000556"})["Location"] == home
    assert Merchant.objects.get(tenant=tenant).sub_mchid == "1900000556"
    page = owner.post(f"{home}apply/", {"keep": "1"}, follow=True).content.decode()
    assert "has the merchant number 1900000556 already" in page
    assert not Applyment.objects.exists()


def test_a_number_that_was_bound_meanwhile_stays(owner, home, wechat, only, tenant) -> None:
    row = hand_in(owner, home, only)
    owner.post(f"{home}bind/", {"sub_mchid": "1900000557"})
    told(wechat, row, "FINISHED")
    owner.post(f"{home}apply/look/")
    row.refresh_from_db()
    assert (row.state, row.problem_code) == ("finished", "MerchantTaken")
    assert Merchant.objects.get(tenant=tenant).sub_mchid == "1900000557"
    assert "your shop has another one" in owner.get(home).content.decode()


def test_idle_drafts_are_forgotten(owner, home, tenant) -> None:
    row = actions.begin(tenant=tenant, by="o")
    actions.save(applyment=row, answers=ANSWERS)
    with clock.at(clock.now() + timedelta(days=91)):
        assert actions.follow_due() == 0
    row.refresh_from_db()
    assert (row.state, row.sealed_answers) == ("cancelled", "")
    assert actions.begin(tenant=tenant, by="o").business_code == f"{tenant.code}_A2"


def test_without_a_number_the_checkout_is_refused_by_its_code(tenant, settings) -> None:
    from uuid import uuid4

    from billing.payments import actions as payments

    with context.activate(directory.shop_of(tenant)), pytest.raises(payments.ShopCannotBePaid) as no:
        payments.prepay(order_id=uuid4(), appid="wx00000000000000cc", openid="o")
    assert no.value.code == "shop_cannot_be_paid"


def test_a_managers_door_is_shut(colleague, tenant) -> None:
    from tenants.states import Role

    manager = colleague(directory.shop_of(tenant), Role.MANAGER, "m@example.com")
    assert manager.get(f"/shops/{tenant.public_id}/merchant/apply/").status_code == 403


def test_the_queue_holds_numbers_only(owner, home, wechat, queued) -> None:
    owner.post(f"{home}apply/", {**ANSWERS, **pictures(), "hand_in": "1"})
    [message] = queued("follow_applyment")
    assert message["kwargs"] == {"applyment_id": Applyment.objects.get().pk}
