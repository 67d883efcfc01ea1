"""Calls in somebody's name: with the token of a shop's app, or with the platform's own.

Either token is refreshed once when WeChat refuses it (§0.3). Like everything that needs a token,
these want the public schema current and no open transaction (see `wechat.component`).
"""

from collections.abc import Mapping
from typing import Any

from wechat import api, component

_NOTHING: Mapping[str, str] = {}


def app_get(
    appid: str, path: str, *, call: str, query: Mapping[str, str] = _NOTHING
) -> dict[str, Any]:
    """GET for a shop's app. Raises a WeChatFailure."""
    return component.as_authorizer(
        appid, lambda token: api.get(path, call=call, query={"access_token": token, **query})
    )


def app_post(
    appid: str,
    path: str,
    *,
    call: str,
    content: Mapping[str, object],
    is_read: bool = False,
    read_seconds: float | None = None,
) -> dict[str, Any]:
    """POST for a shop's app; `is_read` and `read_seconds` as in `api.post`."""
    return component.as_authorizer(
        appid,
        lambda token: api.post(
            path,
            call=call,
            query={"access_token": token},
            content=content,
            is_read=is_read,
            read_seconds=read_seconds,
        ),
    )


def app_picture(
    appid: str,
    path: str,
    *,
    call: str,
    query: Mapping[str, str] = _NOTHING,
    content: Mapping[str, object] | None = None,
) -> bytes:
    """Ask for a picture for a shop's app, by POST when there is a `content`."""
    return component.as_authorizer(
        appid,
        lambda token: api.picture(
            path, call=call, query={"access_token": token, **query}, content=content
        ),
    )


def app_upload(
    appid: str,
    path: str,
    *,
    call: str,
    name: str,
    body: bytes,
    mime: str,
    query: Mapping[str, str] = _NOTHING,
) -> dict[str, Any]:
    """Send a file for a shop's app."""
    return component.as_authorizer(
        appid,
        lambda token: api.upload(
            path, call=call, query={"access_token": token, **query}, name=name, body=body, mime=mime
        ),
    )


def platform_get(path: str, *, call: str) -> dict[str, Any]:
    """GET for the platform, whose token these paths call `access_token`."""
    return component.as_component(
        lambda token: api.get(path, call=call, query={"access_token": token})
    )


def platform_post(path: str, *, call: str, content: Mapping[str, object]) -> dict[str, Any]:
    """POST for the platform, whose token these paths call `access_token`."""
    return component.as_component(
        lambda token: api.post(path, call=call, query={"access_token": token}, content=content)
    )
