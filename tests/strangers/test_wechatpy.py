"""wechatpy's own clients (1.8.18) work unchanged: only their HTTP adapter has another address."""

import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from wechatpy import WeChatClient, parse_message
from wechatpy.component import WeChatComponent
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatClientException
from wechatpy.replies import create_reply

from tests.wechat_simulator.stage import Listener, Received, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)

WEIXIN = "https://api.weixin.qq.com/"
MESSAGES = "/hooks/wechat/apps/$APPID$/events"
ITEM = {"first_class": "商家自营", "second_class": "百货", "first_id": 1, "second_id": 103}


class Moved(requests.adapters.HTTPAdapter):
    """Sends what was meant for WeChat to the simulator."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base + "/"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        request.url = str(request.url).replace(WEIXIN, self._base, 1)
        kwargs["proxies"] = {}
        return super().send(request, **kwargs)


def moved(client: Any, simulated: Simulated) -> Any:
    client._http.mount(WEIXIN, Moved(simulated.credentials["api_base"]))
    return client


def queried(received: Received) -> dict[str, str]:
    query = parse_qs(urlsplit(received.path).query)
    return {name: values[0] for name, values in query.items()}


@dataclass
class Platform:
    """wechatpy's component, which has heard its first ticket."""

    simulated: Simulated
    listener: Listener
    component: WeChatComponent
    appid: str
    auth_code: str

    def hear(self, received: Received) -> Any:
        """A push to the component's address, opened by wechatpy."""
        query = queried(received)
        return self.component.parse_message(
            received.body, query["msg_signature"], query["timestamp"], query["nonce"]
        )

    def client(self) -> WeChatClient:
        self.component.query_auth(self.auth_code)
        return moved(self.component.get_client_by_appid(self.appid), self.simulated)


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    keys = simulated.credentials["component"]
    component = moved(
        WeChatComponent(keys["appid"], keys["appsecret"], keys["token"], keys["encoding_aes_key"]),
        simulated,
    )
    listener.status = 200
    made = simulated.control("POST", "mini_programs", name="Tea")
    simulated.control(
        "PUT",
        "component",
        ticket_url=f"{listener.base}/hooks/wechat/component",
        message_url=listener.base + MESSAGES,
    )
    it = Platform(simulated, listener, component, made["appid"], made["auth_code"])
    assert it.hear(listener.wait_for(1)[0]).type == "component_verify_ticket"
    return it


def test_component_from_the_ticket_to_the_authorised_app(platform: Platform) -> None:
    component = platform.component
    assert component.create_preauthcode()["pre_auth_code"]
    told = component.query_auth(platform.auth_code)["authorization_info"]
    assert told["authorizer_appid"] == platform.appid
    fresh = component.refresh_authorizer_token(platform.appid, told["authorizer_refresh_token"])
    assert fresh["authorizer_access_token"] != told["authorizer_access_token"]
    info = component.get_authorizer_info(platform.appid)
    assert info["authorizer_info"]["nick_name"] == "Tea"
    listed = component.get_authorizer_list()
    assert [one["authorizer_appid"] for one in listed["list"]] == [platform.appid]
    with pytest.raises(WeChatClientException) as used:
        component.query_auth(platform.auth_code)
    assert used.value.errcode in (40029, 40163)


def test_component_fetches_a_new_token_when_the_old_one_died(platform: Platform) -> None:
    first = platform.component.access_token
    platform.simulated.control("POST", "clock", advance_seconds=7201)
    platform.hear(platform.listener.received[-1])
    platform.component.session.delete("component_access_token")
    assert platform.component.create_preauthcode()["pre_auth_code"]
    assert platform.component.access_token != first


def test_component_reads_the_push_of_an_authorisation(platform: Platform) -> None:
    platform.simulated.control("POST", f"mini_programs/{platform.appid}/authorise", push=True)
    heard = platform.hear(platform.listener.wait_for(2)[-1])
    assert (heard.type, heard.authorizer_appid) == ("updateauthorized", platform.appid)
    info = heard.query_auth_result["authorization_info"]
    assert info["authorizer_appid"] == platform.appid


def test_an_app_is_configured_committed_reviewed_and_released(platform: Platform) -> None:
    wxa = platform.client().wxa
    control = platform.simulated.control
    control("PUT", "platform_domains", server=["shop.example.com"])
    assert wxa.get_category()
    draft = control("POST", "drafts", user_version="1.0.0", user_desc="first")["draft_id"]
    component = platform.component
    component.post(
        WEIXIN + "wxa/addtotemplate",
        data={"draft_id": draft},
        params={"access_token": component.access_token},
    )
    template = control("GET", "templates")["templates"][0]["template_id"]
    ext = json.dumps({"extEnable": True, "extAppid": platform.appid, "ext": {}})
    assert wxa.commit(template, ext, "1.0.0", "first")["errcode"] == 0
    control("POST", "clock", advance_seconds=3600)
    assert wxa.get_qrcode().content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    pages = wxa.get_page()
    item = {**ITEM, "address": pages[0], "tag": "tea", "title": "Tea"}
    audit = wxa.submit_audit({"item_list": [item]})
    audit_id = audit["auditid"] if isinstance(audit, dict) else audit
    assert wxa.get_latest_audit_status()["status"] == 2
    control("POST", f"mini_programs/{platform.appid}/audit", decision="refuse", reason="名称")
    refused = wxa.get_audit_status(audit_id)
    assert (refused["status"], refused["reason"]) == (1, "名称")
    wxa.submit_audit({"item_list": [item]})
    assert wxa.query_quota()["rest"] >= 0
    control("POST", f"mini_programs/{platform.appid}/audit", decision="pass")
    assert wxa.release()["errcode"] == 0
    code = control("GET", f"mini_programs/{platform.appid}")["code"]
    assert code["released"]["user_version"] == "1.0.0"
    wxa.change_visit_status(close=True)
    assert control("GET", f"mini_programs/{platform.appid}")["code"]["visible"] is False


@pytest.fixture
def own(simulated: Simulated) -> tuple[WeChatClient, dict[str, Any]]:
    made = simulated.control("POST", "mini_programs", name="Own")
    return moved(WeChatClient(made["appid"], made["appsecret"]), simulated), made


def test_client_logs_a_customer_in_and_makes_a_code(
    simulated: Simulated, own: tuple[WeChatClient, dict[str, Any]]
) -> None:
    client, made = own
    person = simulated.control("POST", "login", appid=made["appid"], user="alice")
    session = client.wxa.code_to_session(person["code"])
    assert session["openid"] == person["openid"]
    picture = client.post(
        WEIXIN + "wxa/getwxacodeunlimit", data={"scene": "a=1", "check_path": False}
    )
    assert picture.content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")


def test_client_replaces_its_token_when_another_took_it(
    simulated: Simulated, own: tuple[WeChatClient, dict[str, Any]]
) -> None:
    client, made = own
    first = client.access_token
    query = {"appid": made["appid"], "secret": made["appsecret"]}
    simulated.weixin("/cgi-bin/token", grant_type="client_credential", **query)
    upload = client.media.upload("image", ("a.png", io.BytesIO(b"\x89PNG\r\n\x1a\n"), "image/png"))
    assert upload["media_id"]
    assert client.access_token != first


def test_client_sends_a_subscribe_message_with_a_permit(
    simulated: Simulated, own: tuple[WeChatClient, dict[str, Any]]
) -> None:
    client, made = own
    person = simulated.control("POST", "login", appid=made["appid"], user="alice")
    added = client.post(
        WEIXIN + "wxaapi/newtmpl/addtemplate",
        data={"tid": 1128, "kidList": [1, 2, 3], "sceneDesc": "付款后"},
    )
    template = added["priTmplId"]
    data = {
        "character_string1": {"value": "202611200001"},
        "thing2": {"value": "龙井茶"},
        "amount3": {"value": "¥128.00"},
    }
    with pytest.raises(WeChatClientException) as unpermitted:
        client.wxa.send_subscribe_message(person["openid"], template, data)
    assert unpermitted.value.errcode == 43101
    wish = {"appid": made["appid"], "user": "alice", "template_id": template}
    simulated.control("POST", "subscribe", **wish, action="accept")
    assert client.wxa.send_subscribe_message(person["openid"], template, data)["errcode"] == 0


def test_a_message_is_opened_and_the_sealed_reply_arrives(platform: Platform) -> None:
    platform.client()
    person = {"appid": platform.appid, "user": "alice"}
    platform.simulated.control("POST", "login", **person)
    keys = platform.simulated.credentials["component"]
    crypto = WeChatCrypto(keys["token"], keys["encoding_aes_key"], keys["appid"])
    heard = []

    def answer(received: Received) -> str:
        query = queried(received)
        text = crypto.decrypt_message(
            received.body, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        message = parse_message(text)
        heard.append((message.type, message.content))
        reply = create_reply("谢谢", message).render()
        return crypto.encrypt_message(reply, query["nonce"], query["timestamp"])

    platform.listener.reply = answer
    told = platform.simulated.control("POST", "messages", **person, text="你好")
    assert heard == [("text", "你好")]
    assert told["reply"]["Content"] == "谢谢"
