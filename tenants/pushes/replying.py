"""A reply at once, by whoever the settings name: the only work done while WeChat waits."""

import time
from collections.abc import Callable, Mapping

import sentry_sdk
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from tenants import context
from tenants.context import Shop
from tenants.states import OPEN_STATES
from wechat.official_account import Reply

REPLY_SECONDS = 3.0
"""WeChat waits 5 s. A reply that took longer is thrown away, and nothing is said."""

_SPEAKING_EVENTS = frozenset({"CLICK", "subscribe"})
_Answerer = Callable[[str, Mapping[str, str]], Reply | None]
log = structlog.get_logger(__name__)


def reply_to(*, shop: Shop, appid: str, fields: Mapping[str, str]) -> Reply | None:
    """Ask `settings.PASSIVE_REPLY`, inside the shop, what to reply to a text or a first contact.

    It reads the shop's tables and nothing else; each statement of it has REPLY_SECONDS. Whatever
    goes wrong is reported and is no reply: the push itself is kept already. Public.
    """
    is_open = shop.state in OPEN_STATES and not shop.is_moving
    if not settings.PASSIVE_REPLY or not is_open or not _speaks(fields):
        return None
    started = time.monotonic()
    try:
        reply = _asked(shop, appid, fields)
    except Exception as error:
        sentry_sdk.capture_exception(error)
        log.exception("passive_reply_failed", tenant=shop.public_id)
        return None
    if time.monotonic() - started > REPLY_SECONDS:
        sentry_sdk.capture_message("a passive reply took too long", level="error")
        log.error("passive_reply_late", tenant=shop.public_id)
        return None
    return reply or None


def _asked(shop: Shop, appid: str, fields: Mapping[str, str]) -> Reply | None:
    answerer: _Answerer = import_string(settings.PASSIVE_REPLY)
    with context.activate(shop), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(REPLY_SECONDS * 1000)}")
        return answerer(appid, fields)


def _speaks(fields: Mapping[str, str]) -> bool:
    """Say whether somebody waits for a word: a writer, a clicker or a new follower."""
    is_person = bool(fields.get("FromUserName") and fields.get("ToUserName"))
    is_spoken = fields.get("MsgType") == "text" or fields.get("Event") in _SPEAKING_EVENTS
    return is_person and is_spoken
