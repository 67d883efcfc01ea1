"""A login code becomes an openid, once; the session key stays here."""

import dataclasses
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tenants import context
from wechat import component, errors, login, tokens
from wechat.models import AccessToken

SHOP = "wx0000000000000001"
COMPONENT = "wx00000000000000c0"
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db, stub):
    with context.public():
        kind = AccessToken.Kind.COMPONENT
        tokens.save(COMPONENT, kind=kind, minted=tokens.Minted("C-1", 7200))
        yield stub


def enter():
    return login.code_to_session(appid=SHOP, code="0a1b")


def test_a_code_becomes_an_openid(platform):
    platform.says_json({"openid": "oBuyer", "session_key": "SECRET==", "unionid": "u1"})
    session = enter()
    assert session == login.Session("oBuyer", "u1")
    assert "SECRET" not in json.dumps(dataclasses.asdict(session))
    method, target, _, _ = platform.asked[0]
    parts = urlsplit(target)
    assert (method, parts.path) == ("GET", "/sns/component/jscode2session")
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "appid": SHOP,
        "js_code": "0a1b",
        "grant_type": "authorization_code",
        "component_appid": COMPONENT,
        "component_access_token": "C-1",
    }


def test_a_buyer_may_have_no_unionid(platform):
    platform.says_json({"openid": "oBuyer", "session_key": "x"})
    assert enter() == login.Session("oBuyer", None)


@pytest.mark.parametrize("errcode", [40029, "40029", 40163])
def test_a_code_wechat_refuses_is_refused_with_401(errcode, platform):
    platform.says_json({"errcode": errcode, "errmsg": "invalid code"})
    with pytest.raises(login.LoginCodeRefused) as caught:
        enter()
    assert (caught.value.status, caught.value.code) == (401, "login_code_refused")
    assert caught.value.sentence("zh-hans") != caught.value.sentence("en")
    assert len(platform.asked) == 1


def test_a_high_risk_user_is_refused_with_403(platform):
    platform.says_json({"errcode": 40226, "errmsg": "code blocked"})
    with pytest.raises(login.MemberBlockedByWeChat) as caught:
        enter()
    assert caught.value.status == 403


def test_a_shop_that_took_its_authorisation_back_is_named_so(platform):
    platform.says_json({"errcode": 61003, "errmsg": "component is not authorized"})
    with pytest.raises(errors.AuthorizationLost):
        enter()


def test_a_refused_component_token_is_renewed_and_the_login_repeated(platform):
    push = {
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": "ticket@@@1",
        "CreateTime": "1795168800",
    }
    component.save_ticket(push)
    platform.says_json(
        {"errcode": 42001, "errmsg": "access_token expired"},
        {"component_access_token": "C-2", "expires_in": 7200},
        {"openid": "oBuyer", "session_key": "x"},
    )
    assert enter().openid == "oBuyer"
    assert "component_access_token=C-2" in platform.asked[2][1]


def test_an_answer_without_an_openid_is_a_bad_answer(platform):
    platform.says_json({"session_key": "x"})
    with pytest.raises(errors.BadAnswer):
        enter()
