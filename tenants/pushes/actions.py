"""Keep what was proved, once, and tell whoever it concerns; note what came of it; forget it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from jobs.messages import handlers_of, publish
from kernel import clock
from tenants import context
from tenants.context import Shop
from tenants.inserting import insert_unless_there
from tenants.pushes import events
from tenants.pushes.models import Push, Source
from tenants.states import LIVE_STATES
from tenants.transactions import verb
from wechat import vault

KEPT, REPEATED = "kept", "repeated"
UNKNOWN, IGNORED, CLOSED = "unknown", "ignored", "closed"
KEEP_DAYS = 30
_BATCH = 1_000


@verb
def keep(*, source: Source, appid: str, fields: Mapping[str, str], shop: Shop | None) -> str:
    """Keep a proved push and tell the shop, or the platform; return what became of it. Public.

    `kept`; `repeated`: it was there, nobody is told again; `unknown`: we do not know such an event;
    `ignored`: nobody hears it; `closed`: the shop's jobs do not run any more.
    """
    event = events.name_of(fields)
    is_platforms = source == Source.COMPONENT and event in events.PLATFORM
    if is_platforms:
        shop = None  # who owns the app is what this event may change
    told, outcome = _told(events.PLATFORM if is_platforms else events.SHOP, event, shop)
    row = Push(
        source=source,
        appid=appid,
        tenant_public_id=shop.public_id if shop else "",
        event=event,
        digest=digest(fields),
        fields={name: text for name, text in fields.items() if name not in events.SECRET},
        sealed_fields=_sealed(fields),
        handled_at=clock.now() if outcome else None,
        outcome=outcome,
    )
    if not insert_unless_there(row):
        return REPEATED
    if told is None:
        return outcome
    publish(told(row.pk), tenant=shop.public_id if shop else "")
    return KEPT


def digest(fields: Mapping[str, str]) -> str:
    """Return what two deliveries of one push have in common, and no two pushes.

    A message has its MsgId; an event is its sender, time and name (CONTRACT §9), and all the
    rest of it: two pictures of one customer may be judged in one second. The address is not in it:
    a push that is sent again to another app's, or to the component's, finds the first.
    """
    number = fields.get("MsgId", "")
    if number and not fields.get("Event"):
        return _sha256([fields.get("ToUserName", ""), fields.get("FromUserName", ""), number])
    return _sha256(sorted(fields.items()))


def note_handled(*, push_id: UUID, outcome: str) -> None:
    """Note what a push did here, the first time it is handled. From anywhere."""
    with context.public():
        Push.objects.filter(pk=push_id, handled_at__isnull=True).update(
            handled_at=clock.now(), outcome=outcome[:32]
        )


def forget_old(*, most: int = _BATCH) -> int:
    """Delete up to `most` pushes older than KEEP_DAYS; return how many. Public."""
    before = clock.now() - timedelta(days=KEEP_DAYS)
    old = Push.objects.filter(received_at__lt=before).order_by("received_at")[:most]
    deleted, _ = Push.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return deleted


def _told(heard: Mapping[str, type], event: str, shop: Shop | None) -> tuple[type | None, str]:
    """Return the message to publish, or none and the outcome to note at once."""
    told = heard.get(event)
    if told is None:
        return None, IGNORED if event in events.UNHEARD else UNKNOWN
    if not handlers_of(told) or (shop is None and heard is events.SHOP):
        return None, IGNORED
    if shop is not None and shop.state not in LIVE_STATES:
        return None, CLOSED
    return told, ""


def _sealed(fields: Mapping[str, str]) -> str:
    secret = {name: text for name, text in fields.items() if name in events.SECRET and text}
    return vault.seal(json.dumps(secret)) if secret else ""


def _sha256(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
