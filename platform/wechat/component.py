"""The third-party platform: its ticket and token, and the shops that authorised it (§3.2, §3.3).

Every verb here reads or writes the public schema, and talks to WeChat: call it with the public
schema current (`with context.public():`) and outside any transaction.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

from kernel import clock
from wechat import api, tokens, turns, vault
from wechat.configured import credentials
from wechat.errors import (
    AuthorizationLost,
    BadAnswer,
    TicketNotAccepted,
    TokenNotAccepted,
    WeChatRefused,
)
from wechat.models import AccessToken, AdoptedCode, ComponentTicket

ADOPT_SECONDS = 10.0
"""How long a second bringer of a code waits for the first."""

TICKET_LATE = timedelta(minutes=35)
"""Three pushes missed. A ticket lives 12 hours, so there is time to mend (§3.2)."""

TICKET_AWAY = timedelta(hours=2)
"""A person should look by now: asking for tickets has not brought any (§3.2)."""

CODES_KEPT = timedelta(days=7)
"""Far longer than a code lives, or a push is repeated."""

_PATH = "/cgi-bin/component"
_PAGE = 500
_UNVERIFIED = -1
_CODE_SPENT = {"61009", "61010", "40029", "40163"}
_REFRESH_TOKEN_INVALID = "61023"  # noqa: S105 - WeChat's number for it
_T = TypeVar("_T")


class ComponentTicketMissing(TicketNotAccepted):
    """No ticket was pushed yet: wait for one, or ask with `start_push_ticket`."""


@dataclass(frozen=True)
class Authorization:
    """An owner's consent: which app, and the ids of the permission sets granted."""

    appid: str
    permission_set_ids: tuple[int, ...]


@dataclass(frozen=True)
class AppInfo:
    """An app that authorised us, as WeChat knows it; texts may be empty in a new app.

    `user_name` is its `gh_` id, `principal_name` who owns it, `signature` its introduction,
    `categories` are `first/second`. Official accounts have no domains, categories or visits.
    """

    appid: str
    nick_name: str
    user_name: str
    principal_name: str
    head_img: str
    signature: str
    is_mini_program: bool
    is_verified: bool
    request_domains: tuple[str, ...]
    categories: tuple[str, ...]
    visit_status: int
    permission_set_ids: tuple[int, ...]


def save_ticket(push: Mapping[str, str]) -> None:
    """Keep the ticket of a `component_verify_ticket` push, unless a newer one is kept already.

    `push` is what `wechat.push.open_component_push` returned. Raises ValueError for another push.
    """
    if push.get("InfoType") != "component_verify_ticket" or not push.get("ComponentVerifyTicket"):
        raise ValueError("this push brings no ticket")
    appid = credentials().component.appid
    issued_at = datetime.fromtimestamp(int(push.get("CreateTime", "")), UTC)
    values = {"sealed_ticket": vault.seal(push["ComponentVerifyTicket"]), "issued_at": issued_at}
    with transaction.atomic():
        _, is_first = ComponentTicket.objects.get_or_create(appid=appid, defaults=values)
        if not is_first:
            older = ComponentTicket.objects.filter(appid=appid, issued_at__lt=issued_at)
            older.update(**values)


def ticket_issued_at() -> datetime | None:
    """Return when the newest ticket was issued, or None before the first."""
    rows = ComponentTicket.objects.filter(appid=credentials().component.appid)
    return rows.values_list("issued_at", flat=True).first()


def start_push_ticket() -> None:
    """Ask WeChat to push tickets again after they stopped (CONTRACT §3.2)."""
    component = credentials().component
    content = {"component_appid": component.appid, "component_secret": component.appsecret}
    path = f"{_PATH}/api_start_push_ticket"
    api.post(path, call="component.start_push_ticket", query={}, content=content)


def revive_ticket() -> bool:
    """Ask for tickets again when none has come for TICKET_LATE; say whether it was asked.

    For a job that runs now and then: a platform without a ticket can soon do nothing at all.
    """
    age = ticket_age()
    if age is not None and age < TICKET_LATE:
        return False
    start_push_ticket()
    return True


def ticket_age() -> timedelta | None:
    """Return how long ago the newest ticket was pushed; None when none ever was."""
    newest = ComponentTicket.objects.filter(appid=credentials().component.appid).first()
    return clock.now() - newest.issued_at if newest else None


def component_token(*, stale: str = "") -> str:
    """Return the component's token; `stale` is one WeChat has just refused.

    Raises ComponentTicketMissing, TicketNotAccepted, or another WeChatFailure.
    """
    appid = credentials().component.appid
    kind = AccessToken.Kind.COMPONENT
    return tokens.token_of(appid, kind=kind, renew=_mint_component_token, stale=stale)


def authorizer_token(appid: str, *, stale: str = "") -> str:
    """Return the token to call WeChat with for a shop's app; `stale` is one just refused.

    A rotated refresh token is saved with it. Raises AuthorizationLost when the owner never
    authorised us or took it back: mark the shop unauthorised.
    """
    kind = AccessToken.Kind.AUTHORIZER
    renew = partial(_mint_authorizer_token, appid)
    return tokens.token_of(appid, kind=kind, renew=renew, stale=stale)


def adopt_once(auth_code: str, *, appid: str = "") -> Authorization:
    """Adopt the authorisation behind a code, however often and by however many it is brought.

    Redirect and push bring the same one-use code, in either order or at once (§3.3, 7): the first
    trades it, the others get what it brought. `appid`, which only the push knows, saves an
    authorisation whose first adopter died with WeChat's answer in hand: WeChat then refuses the
    code but lists the app's refresh token. Raises WeChatRefused for a code that was never good.
    """
    digest = _digest(auth_code)
    with turns.waited_turn(f"wechat.adopt:{digest}", seconds=ADOPT_SECONDS):
        known = _known_authorization(digest)
        if known is not None:
            return known
        try:
            return adopt_authorization(auth_code)
        except WeChatRefused as failure:
            if not appid or failure.code not in _CODE_SPENT:
                raise
        return _recovered_authorization(appid, digest)


def adopt_authorization(auth_code: str) -> Authorization:
    """Trade the code of a redirect or an `authorized` push for the shop's tokens, and keep them.

    The code works once: a second trade is refused with WeChatRefused. `adopt_once` is for codes
    that may come twice.
    """
    answer = _post("api_query_auth", {"authorization_code": auth_code})
    info = answer.get("authorization_info")
    if not isinstance(info, dict):
        raise BadAnswer("the answer lacks authorization_info")
    appid = api.text_in(info, "authorizer_appid")
    authorization = Authorization(appid, tuple(_permission_set_ids(info)))
    minted = _authorizer_minted(info)
    with transaction.atomic(durable=True):
        tokens.write(appid, kind=AccessToken.Kind.AUTHORIZER, minted=minted)
        _remember(_digest(auth_code), authorization)
    return authorization


def _known_authorization(digest: str) -> Authorization | None:
    row = AdoptedCode.objects.filter(digest=digest).first()
    return Authorization(row.appid, tuple(row.permission_set_ids)) if row else None


def _recovered_authorization(appid: str, digest: str) -> Authorization:
    authorizer_token(appid)  # with no row of its own, it takes the refresh token WeChat lists
    authorization = Authorization(appid, app_info(appid).permission_set_ids)
    with transaction.atomic(durable=True):
        _remember(digest, authorization)
    return authorization


def _remember(digest: str, authorization: Authorization) -> None:
    now = clock.now()
    values = {
        "appid": authorization.appid,
        "permission_set_ids": list(authorization.permission_set_ids),
        "adopted_at": now,
    }
    AdoptedCode.objects.update_or_create(digest=digest, defaults=values)
    AdoptedCode.objects.filter(adopted_at__lt=now - CODES_KEPT).delete()


def _digest(auth_code: str) -> str:
    return hashlib.sha256(auth_code.encode()).hexdigest()


def pre_authorization_code() -> tuple[str, int]:
    """Ask for the one-time code of an authorisation page, and the seconds it lives."""
    answer = _post("api_create_preauthcode", {})
    return api.text_in(answer, "pre_auth_code"), api.whole_in(answer, "expires_in")


def app_info(appid: str) -> AppInfo:
    """Ask who an app is that authorised us. Raises AuthorizationLost or another WeChatFailure."""
    answer = _post("api_get_authorizer_info", {"authorizer_appid": appid}, is_read=True)
    about = api.object_in(answer, "authorizer_info")
    granted = api.object_in(answer, "authorization_info")
    program = api.object_in(about, "MiniProgramInfo")
    verified = api.object_in(about, "verify_type_info")
    return AppInfo(
        appid=appid,
        nick_name=api.text_or_empty(about, "nick_name"),
        user_name=api.text_in(about, "user_name"),
        principal_name=api.text_or_empty(about, "principal_name"),
        head_img=api.text_or_empty(about, "head_img"),
        signature=api.text_or_empty(about, "signature"),
        is_mini_program="MiniProgramInfo" in about,
        is_verified=api.whole_or(verified, "id", _UNVERIFIED) > _UNVERIFIED,
        request_domains=api.texts_in(api.object_in(program, "network"), "RequestDomain"),
        categories=tuple(
            "/".join(filter(None, (item.get("first"), item.get("second"))))
            for item in api.objects_in(program, "categories")
        ),
        visit_status=api.whole_or(program, "visit_status", 0),
        permission_set_ids=tuple(_permission_set_ids(granted)),
    )


def is_adopted(appid: str) -> bool:
    """Say whether we hold an authorisation of this app."""
    rows = AccessToken.objects.filter(appid=appid, kind=AccessToken.Kind.AUTHORIZER)
    return rows.exclude(sealed_refresh_token="").exists()


def forget_authorization(appid: str) -> None:
    """Drop the tokens of an app whose owner took the authorisation back (`unauthorized`).

    Its codes are forgotten too: one that is brought again must not pass for a consent.
    """
    with transaction.atomic():
        AccessToken.objects.filter(appid=appid, kind=AccessToken.Kind.AUTHORIZER).delete()
        AdoptedCode.objects.filter(appid=appid).delete()


def as_component(ask: Callable[[str], _T]) -> _T:
    """Run `ask(token)` with the component's token; refresh once and retry once if it is refused."""
    token = component_token()
    try:
        return ask(token)
    except TokenNotAccepted:
        return ask(component_token(stale=token))


def as_authorizer(appid: str, ask: Callable[[str], _T]) -> _T:
    """Run `ask(token)` with a shop's token; refresh once and retry once if it is refused."""
    token = authorizer_token(appid)
    try:
        return ask(token)
    except TokenNotAccepted:
        return ask(authorizer_token(appid, stale=token))


def _mint_component_token() -> tokens.Minted:
    component = credentials().component
    content = {
        "component_appid": component.appid,
        "component_appsecret": component.appsecret,
        "component_verify_ticket": _ticket(component.appid),
    }
    path = f"{_PATH}/api_component_token"
    answer = api.post(path, call="component.token", query={}, content=content)
    token = api.text_in(answer, "component_access_token")
    return tokens.Minted(token, api.whole_in(answer, "expires_in"))


def _ticket(appid: str) -> str:
    row = ComponentTicket.objects.filter(appid=appid).first()
    if row is None:
        raise ComponentTicketMissing("no component ticket was pushed yet")
    return vault.unseal(row.sealed_ticket)


def _mint_authorizer_token(appid: str) -> tokens.Minted:
    """Renew with the stored refresh token, or, if that is lost, with the one WeChat lists."""
    stored = _stored_refresh_token(appid)
    try:
        return _refreshed(appid, stored)
    except AuthorizationLost as failure:
        if failure.code != _REFRESH_TOKEN_INVALID:
            raise
        listed = dict(listed_refresh_tokens()).get(appid, "")
        if listed in ("", stored):
            raise
        return _refreshed(appid, listed)


def _refreshed(appid: str, refresh_token: str) -> tokens.Minted:
    if not refresh_token:
        raise AuthorizationLost("no refresh token is stored", code=_REFRESH_TOKEN_INVALID)
    content = {"authorizer_appid": appid, "authorizer_refresh_token": refresh_token}
    return _authorizer_minted(_post("api_authorizer_token", content))


def listed_refresh_tokens() -> Iterator[tuple[str, str]]:
    """Ask WeChat for every app that authorised us: pairs of appid and refresh token."""
    offset = 0
    while True:
        page = _post("api_get_authorizer_list", {"offset": offset, "count": _PAGE}).get("list")
        if not isinstance(page, list):
            raise BadAnswer("the answer lacks list")
        for item in page:
            yield api.text_in(item, "authorizer_appid"), api.text_in(item, "refresh_token")
        offset += len(page)
        if len(page) < _PAGE:
            return


def _stored_refresh_token(appid: str) -> str:
    row = AccessToken.objects.filter(appid=appid, kind=AccessToken.Kind.AUTHORIZER).first()
    try:
        return vault.unseal(row.sealed_refresh_token) if row else ""
    except vault.SealBroken:
        return ""  # sealed under a lost SECRET_KEY: as good as lost, and recovered the same way


def _post(name: str, content: Mapping[str, object], *, is_read: bool = False) -> dict[str, Any]:
    whole = {"component_appid": credentials().component.appid, **content}
    call = f"component.{name.removeprefix('api_')}"

    def ask(token: str) -> dict[str, Any]:
        query = {"component_access_token": token}
        path = f"{_PATH}/{name}"
        return api.post(path, call=call, query=query, content=whole, is_read=is_read)

    return as_component(ask)


def _authorizer_minted(answer: Mapping[str, Any]) -> tokens.Minted:
    return tokens.Minted(
        api.text_in(answer, "authorizer_access_token"),
        api.whole_in(answer, "expires_in"),
        api.text_in(answer, "authorizer_refresh_token"),
    )


def _permission_set_ids(info: Mapping[str, Any]) -> Iterator[int]:
    for granted in info.get("func_info") or []:
        category = granted.get("funcscope_category") if isinstance(granted, dict) else None
        if isinstance(category, dict):
            yield api.whole_in(category, "id")
