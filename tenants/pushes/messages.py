"""What was pushed, told to whoever it concerns. Read it by `queries.fields_of(push_id)`.

All but AppAuthorized are heard inside the shop that the app belongs to.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AppAuthorized:
    """An owner authorised an app, changed that, took it back, or registered one. On the platform.

    `event` is authorized, updateauthorized, unauthorized or notify_third_fasteregister.
    """

    push_id: UUID


@dataclass(frozen=True)
class AuditDecided:
    """WeChat passed, refused or delayed a submitted version (weapp_audit_*)."""

    push_id: UUID


@dataclass(frozen=True)
class ProgramJudged:
    """WeChat decided about name, category, privacy, certification or filing, or punished."""

    push_id: UUID


@dataclass(frozen=True)
class MediaChecked:
    """WeChat looked at a picture or a sound (wxa_media_check)."""

    push_id: UUID


@dataclass(frozen=True)
class PermitsChanged:
    """A customer accepted or refused subscribe messages, or one was sent (subscribe_msg_*)."""

    push_id: UUID


@dataclass(frozen=True)
class CustomerSpoke:
    """A customer wrote, opened the conversation, or chose a menu entry that speaks."""

    push_id: UUID


@dataclass(frozen=True)
class FollowerChanged:
    """Somebody followed or left the official account, or scanned its code (§9)."""

    push_id: UUID


@dataclass(frozen=True)
class ShippingReminded:
    """WeChat misses shipping information, or settled an order (trade_manage_*)."""

    push_id: UUID


@dataclass(frozen=True)
class OldPushesDue:
    """It is time to delete pushes that are too old to be asked for."""


@dataclass(frozen=True)
class TicketDue:
    """It is time to look whether WeChat still pushes tickets to the platform."""
