"""Who may receive at WeChat: each account is added once, and again after a refused sharing."""

from django.conf import settings
from django.db import transaction

from billing.payments.models import Attempt
from billing.sharing.models import KnownReceiver, Part
from billing.sharing.states import PartKind
from tenants.inserting import insert_unless_there
from wechat import sharing as wechat_sharing
from wechat.errors import WeChatRefused
from wechat.sharing import ReceiverKind, Relation

KINDS = {PartKind.PLATFORM: ReceiverKind.MERCHANT, PartKind.PERSON: ReceiverKind.SUB_OPENID}


class NoReceiverName(WeChatRefused):
    """WeChat adds a merchant under its full name only, and the operator gave none."""


def add(attempt: Attempt, parts: list[Part]) -> dict[Part, str]:
    """Let these parts' receivers receive; return the persons whom WeChat refuses, and its codes.

    Outside transactions. Raises a WeChatFailure when the platform itself cannot be added.
    """
    refused = {}
    for part in parts:
        known = _row(attempt, part)
        if KnownReceiver.objects.filter(**_names(known)).exists():
            continue
        try:
            _ask(attempt, part)
        except WeChatRefused as refusal:
            if part.kind == PartKind.PLATFORM:
                raise
            refused[part] = refusal.code
            continue
        with transaction.atomic():
            insert_unless_there(known)
    return refused


def forget(attempt: Attempt) -> None:
    """Add all anew at the next try: somebody may have removed them in WeChat's console."""
    KnownReceiver.objects.filter(sub_mchid=attempt.sub_mchid, appid=attempt.appid).delete()


def _ask(attempt: Attempt, part: Part) -> None:
    is_platform = part.kind == PartKind.PLATFORM
    name: str = settings.SHARING_RECEIVER_NAME if is_platform else ""
    if is_platform and not name:
        raise NoReceiverName("set SHARING_RECEIVER_NAME", code="NO_RECEIVER_NAME")
    wechat_sharing.add_receiver(
        sub_mchid=attempt.sub_mchid,
        kind=KINDS[PartKind(part.kind)],
        account=part.account,
        relation=Relation.SERVICE_PROVIDER if is_platform else Relation.DISTRIBUTOR,
        name=name,
        sub_appid="" if is_platform else attempt.appid,
    )


def _row(attempt: Attempt, part: Part) -> KnownReceiver:
    return KnownReceiver(
        sub_mchid=attempt.sub_mchid, appid=attempt.appid, kind=part.kind, account=part.account
    )


def _names(known: KnownReceiver) -> dict[str, str]:
    return {name: getattr(known, name) for name in ("sub_mchid", "appid", "kind", "account")}
