"""The merchants that a shop is paid as: its sub-merchant, or its own number with its own keys.

Note [two ways]. In partner mode the platform speaks and names the shop's sub-merchant; in direct
mode the shop's own keys speak and name nobody. Every row of money keeps which it was
(`direct_mchid`, empty in partner mode, and `sub_mchid`, empty in direct mode), and `speaking_for`
turns such a row into the right voice. So a change of mode or of keys concerns what is ordered after
it; what is under way ends, and is refunded, where it began.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from django.db import IntegrityError, transaction

from kernel import clock, identifiers
from kernel.errors import Refusal
from tenants import context, directory
from tenants.membership import note
from tenants.models import DirectMerchant, Merchant, Tenant
from tenants.transactions import verb
from wechat import certificates, pay, vault
from wechat.configured import as_merchant, credentials
from wechat.credentials import CredentialsRefused, PayCredentials
from wechat.errors import BadResponseSignature, OrderNotExist, WeChatFailure


class Paid(Protocol):
    """A row of money, or a payee: whose money it is."""

    @property
    def direct_mchid(self) -> str:
        """The shop's own merchant, or empty."""

    @property
    def sub_mchid(self) -> str:
        """The shop's sub-merchant of the platform, or empty."""


@dataclass(frozen=True)
class Keys:
    """What the owner enters of a merchant of their own."""

    mchid: str
    serial_no: str
    private_key_pem: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    wechatpay_public_key_id: str
    wechatpay_public_key_pem: str = field(repr=False)


class MerchantTaken(Refusal):
    """A merchant number belongs to one shop only."""

    en = "The merchant number {sub_mchid} is already connected to a shop."
    zh = "商户号 {sub_mchid} 已绑定到一家小铺。"


class KeysUnreadable(Refusal):
    """A key is not what it should be, before WeChat is asked."""

    status = 422
    en = "Not a usable key: {why}."
    zh = "密钥不可用：{why}。"


class KeysNotAccepted(Refusal):
    """WeChat refuses what these keys sign, or signs with another key than was entered."""

    status = 422
    en = "WeChat Pay does not accept these keys ({code}). Compare number, serial number and keys."
    zh = "微信支付不接受这组密钥（{code}）。请核对商户号、证书序列号与各密钥。"


class Apiv3KeyWrong(Refusal):
    """What WeChat sealed for this merchant does not open."""

    status = 422
    en = "The APIv3 key is not the merchant's: what WeChat sealed with it does not open."
    zh = "APIv3 密钥不正确：无法解开微信用它加密的内容。"


class WeChatSilent(Refusal):
    """WeChat did not answer, so nothing could be proved and nothing was changed."""

    status = 503
    en = "WeChat Pay does not answer at the moment, so the keys could not be proved. Try again."
    zh = "微信支付暂时没有响应，无法验证密钥，请稍后再试。"


class NoDirectMerchant(Refusal):
    """No keys were entered for such a number."""

    en = "There is no merchant number with keys of your own here."
    zh = "尚未录入自有商户号及密钥。"


_PROBE = "XIAOPU0PROBE0NO0SUCH0ORDER"
"""A number under which nobody orders: a signed question about it proves the keys."""


@verb
def bind(*, tenant: Tenant, sub_mchid: str, is_first: bool = False) -> Merchant:
    """Have the shop paid as this sub-merchant from now on. The same again changes nothing.

    With `is_first` another number that the shop has already is not replaced. Raises MerchantTaken.
    """
    if Merchant.objects.filter(sub_mchid=sub_mchid).exclude(tenant=tenant).exists():
        raise MerchantTaken(sub_mchid=sub_mchid)
    kept = Merchant.objects.filter(tenant=tenant).first() if is_first else None
    if kept is not None and kept.sub_mchid != sub_mchid:
        raise MerchantTaken(sub_mchid=kept.sub_mchid)
    row, _ = Merchant.objects.update_or_create(
        tenant=tenant,
        defaults={"sub_mchid": sub_mchid},
        create_defaults={"sub_mchid": sub_mchid, "notify_token": identifiers.secret()},
    )
    directory.forget()
    return row


def enter(*, tenant: Tenant, keys: Keys, by: str) -> DirectMerchant:
    """Prove a merchant's keys by calls that they sign, then keep them, sealed.

    The same number again replaces its keys; it is not used before `use`. Outside any transaction.
    Raises KeysUnreadable, KeysNotAccepted, Apiv3KeyWrong, WeChatSilent, MerchantTaken.
    """
    _check_free(tenant, keys.mchid)
    is_proved = _prove(_pay_of(keys))
    return _keep(tenant, keys, is_proved, by)


@verb
def use(*, tenant: Tenant, mchid: str, by: str) -> None:
    """Have the shop's next payments ordered as this merchant. Again changes nothing.

    Raises NoDirectMerchant.
    """
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    row = DirectMerchant.objects.filter(tenant=tenant, mchid=mchid).first()
    if row is None:
        raise NoDirectMerchant
    if not row.is_used:
        DirectMerchant.objects.filter(tenant=tenant, is_used=True).update(is_used=False)
        DirectMerchant.objects.filter(pk=row.pk).update(is_used=True)
        note(tenant, f"paid directly as {mchid}", by)
    directory.forget()


@verb
def stop(*, tenant: Tenant, by: str) -> None:
    """Order no more as a merchant of the shop's own: its sub-merchant is paid again, if it has one.

    The keys stay: money that was paid directly is asked after and refunded by them.
    """
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    if DirectMerchant.objects.filter(tenant=tenant, is_used=True).update(is_used=False):
        note(tenant, "paid through the platform", by)
    directory.forget()


@contextmanager
def speaking_for(paid: Paid) -> Iterator[str | None]:
    """Speak to WeChat Pay as whose money this is; yield what its calls take as `sub_mchid`.

    Raises NoDirectMerchant for a number that the current shop has no keys of.
    """
    if not paid.direct_mchid:
        yield paid.sub_mchid
        return
    with as_merchant(keys_of(paid.direct_mchid)):
        yield None


def mchid_of(paid: Paid) -> str:
    """Return the number of the merchant that speaks where this money is concerned."""
    return paid.direct_mchid or credentials().pay.sp_mchid


@verb
def note_key_proved(payee: directory.Payee) -> None:
    """Remember that the APIv3 key opened a callback. On the platform; again changes nothing."""
    row = DirectMerchant.objects.filter(mchid=payee.direct_mchid, is_apiv3_key_proved=False)
    if row.update(is_apiv3_key_proved=True):
        directory.forget()


def keys_of(direct_mchid: str) -> PayCredentials:
    """Return the keys of a merchant of the current shop's own; the platform's for "".

    On the platform: of any shop's. Raises NoDirectMerchant.
    """
    if not direct_mchid:
        return credentials().pay
    shop = context.current()
    with context.public():
        rows = DirectMerchant.objects.filter(mchid=direct_mchid)
        row = (rows.filter(tenant=shop.id) if shop else rows).first()
    if row is None:
        raise NoDirectMerchant
    return PayCredentials(
        sp_mchid=row.mchid,
        sp_appid="",
        merchant_private_key_pem=vault.unseal(row.sealed_private_key),
        merchant_serial_no=row.serial_no,
        apiv3_key=vault.unseal(row.sealed_apiv3_key),
        wechatpay_public_key_id=row.wechatpay_public_key_id,
        wechatpay_public_key_pem=row.wechatpay_public_key_pem,
    )


def _pay_of(keys: Keys) -> PayCredentials:
    try:
        return PayCredentials(
            sp_mchid=keys.mchid,
            sp_appid="",
            merchant_private_key_pem=keys.private_key_pem,
            merchant_serial_no=keys.serial_no,
            apiv3_key=keys.apiv3_key,
            wechatpay_public_key_id=keys.wechatpay_public_key_id,
            wechatpay_public_key_pem=keys.wechatpay_public_key_pem,
        )
    except CredentialsRefused as refused:
        raise KeysUnreadable(why=str(refused).removeprefix("pay.")) from None


def _prove(mine: PayCredentials) -> bool:
    """Ask WeChat with these keys; say whether the APIv3 key was proved, too.

    A signed question that is answered proves number, serial number and private key, and the
    signature of the answer proves WeChat's public key. WeChat's certificates are sealed with the
    APIv3 key; a merchant that has the public key only may have none of them (from memory,
    unverified): then its first callback tells.
    """
    with as_merchant(mine):
        try:
            pay.query(sub_mchid=None, out_trade_no=_PROBE)
        except OrderNotExist:
            pass
        except WeChatFailure as failure:
            raise _why_not(failure) from None
        try:
            certificates.valid()
        except certificates.CertificateSealed:
            raise Apiv3KeyWrong from None
        except WeChatFailure as failure:
            if failure.retryable:
                raise WeChatSilent from None
            return False
    return True


def _why_not(failure: WeChatFailure) -> Refusal:
    """Tell a WeChat that says no, or signs with another key, from one that says nothing."""
    if isinstance(failure, BadResponseSignature):
        reason = failure.message.rpartition(": ")[2]
        if reason in {"signature", "unknown_serial"}:
            return KeysNotAccepted(code="PUBLIC_KEY")
    return WeChatSilent() if failure.retryable else KeysNotAccepted(code=failure.code or "?")


def _check_free(tenant: Tenant, mchid: str) -> None:
    taken = DirectMerchant.objects.filter(mchid=mchid).exclude(tenant=tenant).exists()
    if taken or mchid == credentials().pay.sp_mchid:
        raise MerchantTaken(sub_mchid=mchid)


@verb
def _keep(tenant: Tenant, keys: Keys, is_proved: bool, by: str) -> DirectMerchant:
    columns = {
        "serial_no": keys.serial_no,
        "sealed_private_key": vault.seal(keys.private_key_pem),
        "sealed_apiv3_key": vault.seal(keys.apiv3_key),
        "wechatpay_public_key_id": keys.wechatpay_public_key_id,
        "wechatpay_public_key_pem": keys.wechatpay_public_key_pem,
        "is_apiv3_key_proved": is_proved,
        "proved_at": clock.now(),
    }
    made = {**columns, "tenant": tenant, "notify_token": identifiers.secret()}
    try:
        with transaction.atomic():
            row, _ = DirectMerchant.objects.update_or_create(
                mchid=keys.mchid, tenant=tenant, defaults=columns, create_defaults=made
            )
    except IntegrityError:  # another shop entered it a moment ago
        raise MerchantTaken(sub_mchid=keys.mchid) from None
    note(tenant, f"keys of merchant {keys.mchid} entered", by)
    directory.forget()
    return row
