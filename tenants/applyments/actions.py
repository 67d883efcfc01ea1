"""Applying for a merchant number: filled in, handed in, followed, bound at the end.

Note [ask before handing in]. The number that WeChat knows an applyment by is committed before the
first call and never changes. Whoever hands in asks first how it stands there: a process that died
between the call and the commit left an applyment at WeChat, which is found and not handed in twice.

Note [persons]. What the owner fills in exists here sealed only, until it ends or lies idle for 90
days; pictures go straight to WeChat and are not kept at all. None of it is logged.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from tenants import merchants
from tenants.applyments import queries
from tenants.applyments.answers import NAMES, PICTURES, application_of, place_of
from tenants.applyments.messages import FollowApplyment
from tenants.applyments.models import Applyment
from tenants.applyments.moves import PLATFORM, WECHAT, move, note
from tenants.applyments.states import (
    AT_WECHAT,
    EDITABLE,
    FOLLOWED,
    STATE_OF,
    ApplymentState,
)
from tenants.models import Merchant, Tenant
from tenants.transactions import verb
from wechat import onboarding, vault
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused
from wechat.onboarding import ApplicationTold

A = ApplymentState
RETRY_SECONDS = 120
EAGER_FOR = timedelta(hours=2)
"""So long after a step WeChat is asked every ten minutes, then every hour."""
EAGER, PATIENT = timedelta(minutes=10), timedelta(hours=1)
IDLE_DAYS = 90
MOST_AT_ONCE = 200
log = structlog.get_logger(__name__)


class MerchantIsBound(Refusal):
    """The shop is paid already."""

    en = "This shop has the merchant number {sub_mchid} already."
    zh = "本店已绑定商户号 {sub_mchid}。"


class ApplymentWithoutMiniProgram(Refusal):
    """WeChat asks for the mini-program in which will be sold."""

    en = "Connect your mini-program first: WeChat asks for its AppID."
    zh = "请先绑定小程序：微信进件需要填写其 AppID。"


class ApplymentNotEditable(Refusal):
    """WeChat has it: nothing can be changed now."""

    en = "WeChat has the application; it can be changed only when WeChat refuses it."
    zh = "申请已提交微信，只有被驳回后才能修改。"


class PictureUnfit(Refusal):
    """WeChat takes no such file."""

    status = 422
    en = "A picture must be JPEG, PNG or BMP, up to 5 MB."
    zh = "图片须为 JPEG、PNG 或 BMP，且不超过 5 MB。"


class WeChatAway(Refusal):
    """WeChat does not answer: nothing changed."""

    status = 503
    en = "WeChat Pay does not answer at the moment. Please try again shortly."
    zh = "微信支付暂时没有响应，请稍后再试。"


@verb
def begin(*, tenant: Tenant, by: str) -> Applyment:
    """Return the shop's applyment that is under way, a new one if there is none.

    Raises MerchantIsBound.
    """
    bound = Merchant.objects.filter(tenant=tenant).values_list("sub_mchid", flat=True).first()
    if bound:
        raise MerchantIsBound(sub_mchid=bound)
    found = queries.applyment_of(tenant)
    if found is not None and found.ended_at is None:
        return found
    place = Applyment.objects.filter(tenant=tenant).count() + 1
    try:
        with transaction.atomic():
            row = Applyment.objects.create(
                tenant=tenant, business_code=f"{tenant.code}_A{place}", by=by
            )
            note(row, "begun", by=by)
    except IntegrityError:  # two clicks at once
        return Applyment.objects.get(business_code=f"{tenant.code}_A{place}")
    return row


@verb
def save(*, applyment: Applyment, answers: Mapping[str, str]) -> Applyment:
    """Keep what was filled in so far, sealed. Raises ApplymentNotEditable."""
    row = Applyment.objects.select_for_update().get(pk=applyment.pk)
    if row.state not in EDITABLE:
        raise ApplymentNotEditable
    known = queries.answers_of(row) | {k: v for k, v in answers.items() if k in NAMES}
    row.sealed_answers = vault.seal(json.dumps(known, ensure_ascii=False))
    row.edited_at = clock.now()
    row.save(update_fields=["sealed_answers", "edited_at"])
    return row


def upload(*, applyment: Applyment, name: str, body: bytes) -> Applyment:
    """Send a picture to WeChat and keep the name that WeChat gave it. Outside any transaction.

    Raises ApplymentNotEditable, PictureUnfit, WeChatAway; ValueError for an unknown picture.
    """
    if name not in PICTURES:
        raise ValueError(name)
    if applyment.state not in EDITABLE:
        raise ApplymentNotEditable
    if body.startswith(b"%PDF-"):
        raise PictureUnfit
    try:
        media_id = onboarding.upload(body)
    except ValueError:
        raise PictureUnfit from None
    except WeChatRefused:
        raise PictureUnfit from None
    except WeChatFailure as failure:
        raise WeChatAway from failure
    return save(applyment=applyment, answers={name: media_id})


@verb
def hand_in(*, applyment: Applyment, by: str) -> Applyment:
    """Have the worker hand it to WeChat, for the first time or again. Twice is once.

    Raises ApplymentIncomplete, ApplymentWithoutMiniProgram, ApplymentNotEditable.
    """
    row = Applyment.objects.select_for_update().select_related("tenant").get(pk=applyment.pk)
    if row.state == A.SUBMITTING:
        return row
    _application(row)
    if not move(
        row, A.SUBMITTING, event="handed_in", by=by, revision=F("revision") + 1,
        due_at=clock.now() + timedelta(seconds=RETRY_SECONDS),
    ):  # fmt: skip
        raise ApplymentNotEditable
    publish(FollowApplyment(row.pk), tenant="")
    return row


@verb
def drop(*, applyment: Applyment, by: str) -> None:
    """Give up what WeChat has not, or has refused, and forget it. Raises ApplymentNotEditable."""
    row = Applyment.objects.select_for_update().get(pk=applyment.pk)
    if row.state not in EDITABLE or not move(row, A.CANCELLED, event="dropped", by=by):
        raise ApplymentNotEditable


def follow(*, applyment_id: int) -> None:
    """Hand in, or ask, whichever is next; later again if WeChat is away. Outside transactions."""
    row = Applyment.objects.select_related("tenant").get(pk=applyment_id)
    if row.state not in FOLLOWED or not _claim(row):
        return
    try:
        if row.state == A.SUBMITTING:
            _send(row)
        else:
            _take(row, onboarding.query(business_code=row.business_code))
    except WeChatFailure as failure:
        if not failure.retryable:
            log.warning("applyment_refused", applyment=row.business_code, code=failure.code)


def look(*, applyment: Applyment) -> Applyment:
    """Ask WeChat now. Raises WeChatAway; then nothing changed. Outside any transaction."""
    if applyment.state in AT_WECHAT:
        try:
            _take(applyment, onboarding.query(business_code=applyment.business_code))
        except WeChatFailure as failure:
            raise WeChatAway from failure
    applyment.refresh_from_db()
    return applyment


@verb
def follow_due() -> int:
    """Have WeChat asked about whatever is due, and forget idle drafts. Return how many asked."""
    now = clock.now()
    due = Applyment.objects.filter(state__in=FOLLOWED, due_at__lte=now).order_by("due_at")
    rows = list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in rows:
        publish(FollowApplyment(pk), tenant="")
    idle = Applyment.objects.filter(
        state__in=EDITABLE, edited_at__lt=now - timedelta(days=IDLE_DAYS)
    )
    for row in idle[:MOST_AT_ONCE]:
        move(row, A.CANCELLED, event="forgotten", by=PLATFORM)
    return len(rows)


def _application(row: Applyment) -> onboarding.Application:
    appid = queries.selling_appid(row.tenant)
    if not appid:
        raise ApplymentWithoutMiniProgram
    return application_of(queries.answers_of(row), business_code=row.business_code, appid=appid)


@verb
def _claim(row: Applyment) -> bool:
    """Be the one who speaks to WeChat about it now, and say when to speak next."""
    wait = timedelta(seconds=RETRY_SECONDS)
    if row.state != A.SUBMITTING:
        wait = EAGER if clock.now() - row.moved_at < EAGER_FOR else PATIENT
    mine = Applyment.objects.filter(pk=row.pk, state=row.state, tries_count=row.tries_count)
    return bool(mine.update(tries_count=F("tries_count") + 1, due_at=clock.now() + wait))


def _send(row: Applyment) -> None:
    """Hand in unless WeChat has it. See Note [ask before handing in]."""
    told = _known(row)
    if told is not None and STATE_OF[told.state] not in {A.REJECTED, A.CANCELLED}:
        _take(row, told)
        return
    try:
        number = onboarding.submit(_application(row))
    except WeChatRefused as refusal:
        told = _known(row)
        if told is not None and STATE_OF[told.state] in AT_WECHAT:
            _take(row, told)
        else:
            _note_refused(row, refusal)
        return
    columns = {"applyment_id": number, "due_at": clock.now() + EAGER}
    move(row, A.AUDITING, event="taken", by=WECHAT, problem_code="", **columns)


def _known(row: Applyment) -> ApplicationTold | None:
    try:
        return onboarding.query(business_code=row.business_code)
    except OrderNotExist:
        return None


def _note_refused(row: Applyment, refusal: WeChatRefused) -> None:
    """Take a refusal of the form itself as one to correct. Its message may quote a person."""
    told = [{"name": "", "field_name": "", "reason": refusal.message}]
    move(
        row, A.REJECTED, event="form_refused", by=WECHAT, problem_code=refusal.code[:64],
        rejected_fields=[], sealed_rejections=vault.seal(json.dumps(told, ensure_ascii=False)),
    )  # fmt: skip


@verb
def _take(row: Applyment, told: ApplicationTold) -> None:
    """Take WeChat's word; where it brings the number, bind it in the same transaction."""
    target = STATE_OF[told.state]
    if target == A.FINISHED and not told.sub_mchid:
        log.warning("applyment_without_number", applyment=row.business_code)
        return
    columns = {
        "applyment_id": told.applyment_id,
        "sub_mchid": told.sub_mchid or "",
        "sealed_sign_url": vault.seal(told.sign_url or ""),
        "problem_code": "",
        "due_at": clock.now() + EAGER,
    }
    if target == A.REJECTED:
        columns |= _rejected(told)
    if target == row.state:
        Applyment.objects.filter(pk=row.pk, revision=row.revision, state=target).update(**columns)
        row.refresh_from_db()
    elif move(row, target, event=target, by=WECHAT, **columns) and target == A.FINISHED:
        _bind(row)


def _rejected(told: ApplicationTold) -> dict[str, object]:
    parts = [
        {"name": place_of(r.field), "field_name": r.field_name, "reason": r.reason}
        for r in told.rejections
    ] or [{"name": "", "field_name": "", "reason": told.state_message}]
    return {
        "rejected_fields": [r.field[:64] for r in told.rejections],
        "sealed_rejections": vault.seal(json.dumps(parts, ensure_ascii=False)),
    }


def _bind(row: Applyment) -> None:
    """Bind the new number, unless the owner bound another meanwhile: then it is theirs to say."""
    try:
        with transaction.atomic():
            merchants.bind(tenant=row.tenant, sub_mchid=row.sub_mchid, is_first=True)
    except Refusal as refusal:
        Applyment.objects.filter(pk=row.pk).update(problem_code=type(refusal).__name__)
        note(row, "not_bound", by=PLATFORM, why=type(refusal).__name__)
        log.warning("applyment_not_bound", applyment=row.business_code)
    else:
        note(row, "bound", by=PLATFORM, sub_mchid=row.sub_mchid)
