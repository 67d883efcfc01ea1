"""A new mini-program for a shop's company: asked for, proven by its legal person, and ours.

The intent is committed before WeChat is asked. WeChat's result comes as a push that names the
company, not our task; as one registration of a company is open at a time, it finds its shop. The
path can be switched off: without `settings.REGISTRATION_PHONE` nothing begins (CONTRACT §3.4).
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from kernel import clock
from kernel.errors import Refusal
from tenants.models import MiniProgram, Tenant
from tenants.programs.models import ProgramRegistration
from tenants.programs.moves import move_registration
from tenants.programs.states import OPEN_REGISTRATIONS, RegistrationState
from wechat import registration, vault
from wechat.errors import WeChatFailure, WeChatRefused
from wechat.registration import RegistrationResult

LIVES = timedelta(hours=24)
"""The legal person has so long; a refusal of theirs is told by nobody."""
GRACE = timedelta(hours=1)
EXPIRED = "expired"
_BATCH = 200
R = RegistrationState


class RegistrationClosed(Refusal):
    """This platform registers no new mini-programs."""

    en = "New mini-programs cannot be registered here. Please authorise an existing one."
    zh = "平台暂未开放注册新小程序，请授权已有的小程序。"


class RegistrationUnderWay(Refusal):
    """The company has a registration under way: its legal person has 24 hours."""

    en = "A registration of this company is under way. Please wait until it ends."
    zh = "该企业已有一个注册流程正在进行，请等待其结束。"


class RegistrationRefused(Refusal):
    """WeChat does not register this company; its number says why."""

    status = 422
    en = "WeChat refused the registration ({code}). Please check the name and the credit code."
    zh = "微信拒绝了注册（{code}），请核对企业名称和统一社会信用代码。"


class RegistrationUnclear(Refusal):
    """WeChat did not answer: whether it began is told by its push, or by the next try."""

    status = 503
    en = "WeChat did not answer. Please look again in a few minutes."
    zh = "微信没有响应，请几分钟后再查看。"


def begin(
    *, tenant: Tenant, name: str, code: str, component_phone: str, by: str
) -> ProgramRegistration:
    """See `actions.begin_registration`."""
    if not component_phone:
        raise RegistrationClosed
    row = _intend(tenant, name, code, by)
    try:
        told = registration.register(name=name, code=code, component_phone=component_phone)
    except WeChatRefused as failure:
        problem = {"problem_code": failure.code, "problem": failure.message[:200]}
        move_registration(row, R.FAILED, **problem)
        raise RegistrationRefused(code=failure.code) from failure
    except WeChatFailure as failure:
        if not failure.outcome_unknown:
            move_registration(row, R.FAILED, problem_code=type(failure).__name__)
        raise RegistrationUnclear from failure
    sealed = vault.seal(told.authorize_url)
    move_registration(row, R.WAITING, task_id=told.task_id, sealed_url=sealed)
    return row


def _intend(tenant: Tenant, name: str, code: str, by: str) -> ProgramRegistration:
    """Commit the intent. One that never heard WeChat's answer is given up for it."""
    with transaction.atomic():
        rows = ProgramRegistration.objects.select_for_update().filter(company_code=code)
        unheard = rows.filter(state=R.ASKING, tenant=tenant).first()
        if unheard is not None:
            move_registration(unheard, R.FAILED, problem_code="unheard")
        try:
            with transaction.atomic():
                return ProgramRegistration.objects.create(
                    tenant=tenant, name=name, company_code=code, by=by
                )
        except IntegrityError as taken:
            raise RegistrationUnderWay from taken


def registration_for(result: RegistrationResult) -> ProgramRegistration | None:
    """Return the registration that WeChat's result is about: the open one of its company, or the
    latest that we gave up."""
    rows = ProgramRegistration.objects.filter(company_code=result.code).select_related("tenant")
    waiting = rows.filter(state__in=OPEN_REGISTRATIONS).first()
    return waiting or rows.filter(state=R.FAILED).order_by("-pk").first()


def note_failed(result: RegistrationResult) -> bool:
    """Note that WeChat registered nothing; say whether a registration was open."""
    row = registration_for(result)
    if row is None:
        return False
    problem = {"problem_code": str(result.status), "problem": result.message[:200]}
    return move_registration(row, R.FAILED, **problem)


def note_registered(row: ProgramRegistration, program: MiniProgram) -> bool:
    """Note which app came of it."""
    return move_registration(row, R.REGISTERED, mini_program=program)


def give_up_expired() -> int:
    """Give up what nobody answered in a day; return how many."""
    before = clock.now() - LIVES - GRACE
    rows = ProgramRegistration.objects.filter(state__in=OPEN_REGISTRATIONS, created_at__lt=before)
    late = list(rows.order_by("pk")[:_BATCH])
    return sum(move_registration(row, R.FAILED, problem_code=EXPIRED) for row in late)


def authorize_url(row: ProgramRegistration) -> str:
    """Return what to show the legal person as a QR code; empty once it has ended."""
    if row.state != R.WAITING:
        return ""
    return vault.unseal(row.sealed_url)


def phone() -> str:
    """Return the platform's phone number that WeChat shows; empty where this is switched off."""
    return str(settings.REGISTRATION_PHONE)
