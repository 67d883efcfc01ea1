"""WeChat's simulator as a previewing person uses it. The real WeChat is never asked from here."""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from kernel.errors import Refusal

SECONDS = 10


class PreviewHasNoWeChat(Refusal):
    """Here WeChat is the real one: a preview can neither sign in nor pay."""

    status = 409
    en = "The preview cannot sign in or pay here: that works inside WeChat only."
    zh = "此处的预览不能登录或付款，请在微信中使用。"


class SimulatorDoesNotAnswer(Refusal):
    """The simulator is away, or refuses what was asked."""

    status = 503
    en = "The simulated WeChat does not answer."
    zh = "模拟微信没有响应。"


def address() -> str:
    """Return the simulator's address where WeChat is simulated on this machine, else nothing."""
    base = settings.WECHAT.api_base if settings.WECHAT else ""
    return base if _is_loopback(urlsplit(base).hostname or "") else ""


def control(path: str, wish: dict[str, Any]) -> dict[str, Any]:
    """Post to the simulator's control API. Raises PreviewHasNoWeChat, SimulatorDoesNotAnswer."""
    if not address():
        raise PreviewHasNoWeChat
    try:
        answer = requests.post(f"{address()}/_control/{path}", json=wish, timeout=SECONDS)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, json.JSONDecodeError) as error:
        raise SimulatorDoesNotAnswer from error
    return dict(told)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
