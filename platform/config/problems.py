"""Errors are answers: RFC 9457 problem+json with stable codes, in Chinese and English."""

import json
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled
from ninja.errors import ValidationError as InvalidInput
from psycopg_pool import PoolTimeout

from config.observing import report
from kernel.errors import Refusal
from tenants import context
from tenants.fleet import mismatches
from tenants.fleet.mismatches import UPDATED_WITHIN, ShopBeingUpdated
from wechat.errors import WeChatNotConfigured

log = structlog.get_logger(__name__)

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. Switch on `code`; `detail` is a sentence in the caller's language.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "facts": {"type": "object"},
    },
}
"""The JSON schema of every refusal."""


class NotFound(Refusal):
    """Nothing here, or nothing that this caller may know of."""

    status = 404
    en = "Not found."
    zh = "没有找到。"


class SignInNeeded(Refusal):
    """The token or session is missing, expired, or of another shop."""

    status = 401
    en = "Please sign in first."
    zh = "请先登录。"


class NotAllowed(Refusal):
    """The caller is known and may not do this."""

    status = 403
    en = "You may not do this."
    zh = "您没有权限执行此操作。"


class InputInvalid(Refusal):
    """The request does not fit its schema; `errors` says where."""

    status = 422
    en = "Some fields are not right."
    zh = "有些内容不正确。"


class TooManyRequests(Refusal):
    """The caller asks too often; `Retry-After` says when to come back."""

    status = 429
    en = "Too many requests. Please wait a moment."
    zh = "请求太频繁，请稍后再试。"


class TemporarilyUnavailable(Refusal):
    """The database is away or full; nothing was half-done."""

    status = 503
    en = "Temporarily unavailable. Nothing was changed; please try again."
    zh = "服务暂时不可用，未做任何更改，请重试。"


class WeChatNotSetUp(Refusal):
    """The platform was started without WeChat's credentials."""

    status = 503
    en = "WeChat is not set up on this platform yet."
    zh = "平台尚未配置微信。"


class UnexpectedError(Refusal):
    """Our fault; reported to us with the request id."""

    status = 500
    en = "Something went wrong on our side. Nothing was half-done; please try again."
    zh = "服务器出错了，未做任何更改，请重试。"


def problem(
    request: HttpRequest,
    refusal: Refusal,
    *,
    errors: list[dict[str, Any]] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """Render a refusal: type, title, status, detail, instance, code, request_id, errors, facts."""
    zh = (get_language_from_request(request) or "zh").startswith("zh")
    sentence = refusal.sentence("zh" if zh else "en")
    body: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/docs/errors/#{refusal.code}",
        "title": sentence,
        "status": refusal.status,
        "detail": sentence,
        "instance": request.path,
        "code": refusal.code,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        body["errors"] = errors
    if refusal.facts:
        body["facts"] = {k: v if isinstance(v, int) else str(v) for k, v in refusal.facts.items()}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=refusal.status,
        content_type="application/problem+json",
    )
    response.headers["Content-Language"] = "zh-Hans" if zh else "en"
    if retry_after is None and refusal.status == 503:
        retry_after = 2
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def render_problems(api: NinjaAPI) -> None:
    """Make every failure of an API a problem; our own faults go to Sentry first."""
    api.add_exception_handler(Refusal, lambda request, e: problem(request, _as(e, Refusal)))
    api.add_exception_handler(Http404, lambda request, _: problem(request, NotFound()))
    api.add_exception_handler(
        AuthenticationError, lambda request, _: problem(request, SignInNeeded())
    )
    api.add_exception_handler(AuthorizationError, lambda request, _: problem(request, NotAllowed()))
    api.add_exception_handler(PermissionDenied, lambda request, _: problem(request, NotAllowed()))
    api.add_exception_handler(
        WeChatNotConfigured, lambda request, _: problem(request, WeChatNotSetUp())
    )
    api.add_exception_handler(InvalidInput, _invalid)
    api.add_exception_handler(Throttled, _throttled)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(OperationalError, unavailable)
    api.add_exception_handler(PoolTimeout, unavailable)
    api.add_exception_handler(ProgrammingError, _mismatched)
    api.add_exception_handler(Exception, _unexpected)


def _as(error: Any, kind: type[Refusal]) -> Refusal:
    assert isinstance(error, kind)
    return error


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Say where the input is wrong by JSON pointers; never echo the input itself."""
    errors = [
        {
            "pointer": "/" + "/".join(str(part) for part in item["loc"]),
            "code": item["type"],
            "detail": item["msg"],
        }
        for item in error.errors
    ]
    return problem(request, InputInvalid(), errors=errors)


def _throttled(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, TooManyRequests(), retry_after=int(error.wait or 1))


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer ninja's own refusals, such as a body that is no JSON."""
    known = {
        400: InputInvalid,
        401: SignInNeeded,
        403: NotAllowed,
        404: NotFound,
        422: InputInvalid,
    }
    kind = known.get(error.status_code, UnexpectedError)
    if error.status_code == 400:
        return problem(
            request,
            InputInvalid(),
            errors=[{"pointer": "/body", "code": "json_invalid", "detail": str(error)}],
        )
    return problem(request, kind())


def unavailable(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer 503: the database is away, full or too busy; nothing was half-done."""
    log.warning("databaseunavailable", error=str(error))
    report(error)
    return problem(request, TemporarilyUnavailable())


def _mismatched(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer 503 where the schema is not what this request took it for, else our fault it is."""
    shop = context.current()
    refused = None if shop is None else mismatches.why(error, shop)
    if refused is None:
        return _unexpected(request, error)
    is_behind = isinstance(refused, ShopBeingUpdated)
    return problem(request, refused, retry_after=UPDATED_WITHIN if is_behind else None)


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("unexpected_error", exc_info=error)
    report(error)
    return problem(request, UnexpectedError())
