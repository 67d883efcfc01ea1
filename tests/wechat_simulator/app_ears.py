"""Reading pushes the way an app's server does, and answering them."""

import json
import time
from typing import Any
from xml.etree import ElementTree

import httpx

from infra.wechat_simulator import crypto
from tests.wechat_simulator.stage import Received, Shop

MESSAGE_PATH = "/hooks/wechat/apps/{}/events"


def listen_for_pushes(shop: Shop) -> None:
    """Register the component's message & event URL at the shop's listener."""
    shop.listener.status = 200
    url = shop.listener.base + MESSAGE_PATH.format("$APPID$")
    shop.simulated.control("PUT", "component", message_url=url)


def pushes(shop: Shop) -> list[Received]:
    """The pushes to the shop's message URL so far, oldest first."""
    wanted = MESSAGE_PATH.format(shop.appid)
    return [one for one in shop.listener.received if one.path.startswith(wanted)]


def opened(shop: Shop, received: Received, keys: dict[str, str] | None = None) -> dict[str, Any]:
    """Verify and decrypt a push; `keys` holds token, encoding_aes_key and owner."""
    component = shop.simulated.credentials["component"]
    keys = keys or {**component, "owner": component["appid"]}
    query = httpx.URL(received.path).params
    body = received.body.decode()
    told = json.loads(body) if body.startswith("{") else tree(ElementTree.fromstring(body))
    sealed = told["Encrypt"]
    stamp, nonce = query["timestamp"], query["nonce"]
    signature = crypto.push_signature(keys["token"], stamp, nonce, sealed)
    assert signature == query["msg_signature"]
    assert crypto.push_signature(keys["token"], stamp, nonce) == query["signature"]
    text = crypto.decrypt_push(sealed, keys["owner"], keys["encoding_aes_key"])
    return json.loads(text) if text.startswith("{") else tree(ElementTree.fromstring(text))


def tree(node: ElementTree.Element) -> Any:
    """XML as texts, dicts, and lists where an element repeats."""
    if len(node) == 0:
        return node.text or ""
    told: dict[str, Any] = {}
    for child in node:
        value = tree(child)
        if child.tag not in told:
            told[child.tag] = value
        elif isinstance(told[child.tag], list):
            told[child.tag].append(value)
        else:
            told[child.tag] = [told[child.tag], value]
    return told


def sealed_reply(keys: dict[str, str], message: str) -> str:
    """An encrypted passive reply, as the component's server writes it."""
    stamp, nonce = str(int(time.time())), "nonce123"
    sealed = crypto.encrypt_push(message, keys["owner"], keys["encoding_aes_key"])
    signature = crypto.push_signature(keys["token"], stamp, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature>{signature}</MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
    )


def text_reply(push: dict[str, Any], content: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{push['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{push['ToUserName']}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{content}]]></Content></xml>"
    )
