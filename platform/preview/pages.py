"""The preview's pages: the phone frame, the mini-program in it, and its simulated WeChat."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_POST, require_safe
from django.views.static import serve

from kernel.errors import Refusal
from preview import links, simulator
from shop.media.queries import address_base
from tenants import context, directory
from tenants.context import Shop
from tenants.lifecycle import Door, may
from tenants.models import MiniProgram

FILES = "/preview/-/"
LANGUAGES = ("zh_CN", "en")
FONT_SIZES = range(12, 25)
LONGEST_BODY = 4_000
_SIGNED = ("timeStamp", "nonceStr", "package", "signType", "paySign", "openid", "action")
_TRANSFER = ("mchId", "subMchId", "package", "openid")

View = Callable[..., HttpResponse]


class PreviewNotBuilt(Refusal):
    """The bundle is not there: nobody ran `make preview` on this machine."""

    status = 503
    en = "The preview is not built on this machine: run “make preview”."
    zh = "本机尚未构建预览：请运行 “make preview”。"


def _for_shop(view: View) -> View:
    """Give the view the shop that the link names; answer a refusal in the reader's language."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        try:
            with context.public():
                shop = directory.shop_by_public_id(links.read(token))
            if shop is None or not may(shop.state, Door.BROWSE):
                raise links.PreviewEnded
            response = view(request, token, shop)
        except Refusal as refusal:
            language = get_language_from_request(request)
            response = _told(request, refusal, language)
        return _guarded(response)

    return wrapped


def _told(request: HttpRequest, refusal: Refusal, language: str) -> HttpResponse:
    """Say it to a person who opened a page, or to the runner that asked for something."""
    sentence = refusal.sentence(language)
    if request.method in {"GET", "HEAD"}:
        words = {"language": language, "sentence": sentence}
        page = render_to_string("preview/refused.html", words)
        return HttpResponse(page, status=refusal.status)
    return JsonResponse({"code": refusal.code, "detail": sentence}, status=refusal.status)


@require_safe
@_for_shop
def frame(request: HttpRequest, token: str, shop: Shop) -> HttpResponse:
    """The phone around the mini-program."""
    return HttpResponse(_page("index.html"))


@require_safe
@_for_shop
def app(request: HttpRequest, token: str, shop: Shop) -> HttpResponse:
    """The mini-program itself, with the shop's ext. `?language=en&font=20` is what WeChat says."""
    given = json.dumps(_given(request, token, shop)).replace("<", "\\u003c")
    return HttpResponse(_page("app.html").replace("__GIVEN__", given))


@require_POST
@_for_shop
def login(request: HttpRequest, token: str, shop: Shop) -> HttpResponse:
    """Return a code of wx.login, made by the simulator: {code, openid}."""
    wish = {"appid": _demand_appid(shop), "user": str(_sent(request).get("user", ""))[:64]}
    return JsonResponse(simulator.control("login", wish))


@require_POST
@_for_shop
def phone(request: HttpRequest, token: str, shop: Shop) -> HttpResponse:
    """Return a code of getPhoneNumber, made by the simulator: {code, …}."""
    wish = {"appid": _demand_appid(shop), "user": str(_sent(request).get("user", ""))[:64]}
    return JsonResponse(simulator.control("phone", wish))


@require_POST
@_for_shop
def pay(request: HttpRequest, token: str, shop: Shop) -> HttpResponse:
    """Pay or refuse with what `wx.requestPayment` was given; the simulator checks it: {errMsg}."""
    sent = _sent(request)
    sheet = {name: str(sent[name]) for name in _SIGNED if sent.get(name)}
    return JsonResponse(simulator.control("pay", {**sheet, "appid": _demand_appid(shop)}))


@require_POST
@_for_shop
def transfer(request: HttpRequest, token: str, shop: Shop) -> HttpResponse:
    """Take the money that `wx.requestMerchantTransfer` was asked for: {errMsg}."""
    sent = _sent(request)
    wish = {name: str(sent[name]) for name in _TRANSFER if sent.get(name)}
    told = simulator.control("merchant_transfer", {**wish, "appId": _demand_appid(shop)})
    return JsonResponse(told)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the bundle: the same for every shop."""
    if name.endswith(".html"):
        raise Http404
    response = serve(request, name, document_root=str(settings.PREVIEW_FILES))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _given(request: HttpRequest, token: str, shop: Shop) -> dict[str, Any]:
    """Return what the runner reads (webrun/runtime/config.ts: Given)."""
    language = request.GET.get("language", "")
    font = request.GET.get("font", "")
    return {
        "ext": {"tenant": shop.public_id, "apiBase": settings.PREVIEW_URL, "v": "preview"},
        "appid": _appid(shop),
        "assets": FILES,
        "simulator": f"/preview/{token}/" if simulator.address() else "",
        "language": language if language in LANGUAGES else _spoken(request),
        "fontSize": int(font) if font.isdigit() and int(font) in FONT_SIZES else 16,
    }


def _spoken(request: HttpRequest) -> str:
    return "zh_CN" if get_language_from_request(request).startswith("zh") else "en"


def _appid(shop: Shop) -> str:
    with context.public():
        program = MiniProgram.objects.filter(tenant_id=shop.id).order_by("pk").first()
    return program.appid if program else ""


class PreviewHasNoMiniProgram(Refusal):
    """The shop has no mini-program yet: there is nobody to sign in with."""

    status = 409
    en = "Connect WeChat first: then the preview can sign in and pay."
    zh = "请先连接微信，预览才能登录和付款。"


def _demand_appid(shop: Shop) -> str:
    appid = _appid(shop)
    if not appid:
        raise PreviewHasNoMiniProgram
    return appid


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body[:LONGEST_BODY])
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _page(name: str) -> str:
    page = Path(settings.PREVIEW_FILES) / name
    if not page.is_file():
        raise PreviewNotBuilt
    return page.read_text(encoding="utf-8").replace("__ASSETS__", FILES)


def _guarded(response: HttpResponse) -> HttpResponse:
    """Let the page load from its own host only, and stand in the portal's frame only."""
    pictures = urlsplit(address_base()).netloc
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob: {pictures}".strip(),
            "connect-src 'self' blob:",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors 'self' {settings.PUBLIC_URL}",
        )
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
