"""Everything that can happen to a tenant. Each verb is one transaction on the platform."""

import re
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from jobs.messages import publish
from kernel import clock, identifiers
from kernel.errors import Refusal
from tenants import directory, merchants
from tenants.messages import SchemaWanted, ShopOpened, SparesWanted
from tenants.models import (
    Account,
    Membership,
    Merchant,
    MiniProgram,
    SpareSchema,
    Tenant,
    TenantStep,
)
from tenants.moves import move
from tenants.states import Role, TenantState

RESERVED_NAMES = frozenset(
    name
    for line in (
        "admin administrator api app help hooks livez login logout official platform portal",
        "readyz root security shop shops signup staff static status superadmin support system test",
        "wechat weixin www xiaopu 小铺 官方 平台 微信 微信支付 管理员 客服 系统",
    )
    for name in line.split()
)
MOST_SHOPS_PER_ACCOUNT = 5
SAME_SUBMIT = timedelta(minutes=10)


class ShopNameReserved(Refusal):
    """The name would be taken for the platform itself."""

    status = 422
    en = "The name “{name}” is reserved. Please choose another one."
    zh = "“{name}”是保留名称，请换一个。"


class ShopNameTaken(Refusal):
    """Another shop has this name, whatever its letters' case."""

    en = "A shop named “{name}” already exists. Please choose another name."
    zh = "已有名为“{name}”的小铺，请换一个名字。"


class ShopNameUnfit(Refusal):
    """The name is too short, too long, or holds characters that no sign would."""

    status = 422
    en = "A shop's name has 2 to 30 letters, digits or characters; spaces and - _ & ' · are fine."
    zh = "店名需为 2 到 30 个文字、字母或数字，可含空格和 - _ & ' ·。"


class TooManyShops(Refusal):
    """One account opens only so many shops."""

    status = 403
    en = "One account can open {most} shops. Write to us if you need more."
    zh = "一个账号最多开 {most} 家小铺，如需更多请联系我们。"


class AppidTaken(Refusal):
    """A mini-program belongs to one shop only."""

    en = "The mini-program {appid} is already connected to a shop."
    zh = "小程序 {appid} 已绑定到一家小铺。"


class NoMerchant(Refusal):
    """The shop has no merchant number, so nothing of its payments can be arranged."""

    en = "This shop has no merchant number yet."
    zh = "该小铺尚未绑定商户号。"


def fit_name(raw: str) -> str:
    """Return the name as it will be shown; refuse one that is unfit or reserved."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw)).strip()
    if not 2 <= len(name) <= 30 or not re.fullmatch(r"[\w &'·\-]+", name):
        raise ShopNameUnfit
    if name.casefold().replace(" ", "") in RESERVED_NAMES:
        raise ShopNameReserved(name=name)
    return name


def open_shop(*, account: Account, name: str) -> Tenant:
    """Give the account a shop: with its schema at once if a spare waits, else very soon.

    The same account asking for the same name again within ten minutes gets the same shop.
    """
    name = fit_name(name)
    try:
        with transaction.atomic():
            return _open(account, name)
    except IntegrityError:
        again = Tenant.objects.filter(
            name__iexact=name,
            memberships__account=account,
            memberships__role=Role.OWNER,
            created_at__gt=clock.now() - SAME_SUBMIT,
        ).first()
        if again is not None:
            return again
        raise ShopNameTaken(name=name) from None


def move_in(*, tenant: Tenant) -> bool:
    """Put a shop that waits into a spare schema and open it.

    False where no spare waits; True where the shop is open, also if it was before.
    """
    with transaction.atomic():
        waiting = Tenant.objects.select_for_update().get(pk=tenant.pk)
        if waiting.state != TenantState.PROVISIONING:
            return True
        spare = _take_spare()
        if spare is None:
            return False
        waiting.schema_name, waiting.cell = spare.schema_name, spare.cell
        waiting.save(update_fields=["schema_name", "cell"])
        _opened(waiting)
        return True


def connect_wechat(*, tenant: Tenant, appid: str, sub_mchid: str) -> None:
    """Bind the shop's mini-program and sub-merchant; the same pair again changes nothing."""
    with transaction.atomic():
        program, _ = MiniProgram.objects.get_or_create(appid=appid, defaults={"tenant": tenant})
        if program.tenant_id != tenant.pk:
            raise AppidTaken(appid=appid)
        merchants.bind(tenant=tenant, sub_mchid=sub_mchid)
    directory.forget()


def set_sharing(*, tenant: Tenant, is_on: bool) -> None:
    """Order the shop's payments with profit sharing from now on, or no more. Again is harmless.

    What was ordered before is shared, or not, as it was ordered. Raises NoMerchant.
    """
    if not Merchant.objects.filter(tenant=tenant).update(is_sharing=is_on):
        raise NoMerchant
    directory.forget()


def _open(account: Account, name: str) -> Tenant:
    owned = Membership.objects.filter(account=account, role=Role.OWNER).count()
    if owned >= MOST_SHOPS_PER_ACCOUNT:
        raise TooManyShops(most=MOST_SHOPS_PER_ACCOUNT)
    spare = _take_spare()
    tenant = Tenant(
        name=name,
        public_id=identifiers.opaque(12),
        code=identifiers.opaque(6).upper(),
        schema_name=spare.schema_name if spare else None,
        cell=spare.cell if spare else settings.NEW_SHOPS_CELL,
    )
    tenant.save()
    Membership.objects.create(account=account, tenant=tenant, role=Role.OWNER)
    TenantStep.objects.create(
        tenant=tenant, state=tenant.state, reason="signed up", by=account.email
    )
    if spare:
        _opened(tenant)
    else:
        publish(SchemaWanted(tenant.pk))
    return tenant


def _take_spare() -> SpareSchema | None:
    """Take a ready schema where new shops go, and ask for the next one to be built."""
    ready = SpareSchema.objects.filter(cell=settings.NEW_SHOPS_CELL).order_by("pk")
    spare = ready.select_for_update(skip_locked=True).first()
    if spare is None:
        return None
    spare.delete()
    publish(SparesWanted())
    return spare


def _opened(tenant: Tenant) -> None:
    move(tenant, TenantState.TRIAL, reason="schema ready", by="platform")
    publish(ShopOpened(tenant.pk), tenant=tenant.public_id)
