"""Tickets, tokens and logins, with the refusals a platform must survive."""

from tests.wechat_simulator.stage import Listener, Shop, Simulated, component_token, ticket_in

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def renewed(shop: Shop, component: str, refresh_token: str) -> dict:
    wish = {
        "component_appid": shop.simulated.credentials["component"]["appid"],
        "authorizer_appid": shop.appid,
        "authorizer_refresh_token": refresh_token,
    }
    path = "/cgi-bin/component/api_authorizer_token"
    return shop.simulated.weixin(path, wish, component_access_token=component)


def session(shop: Shop, component: str, code: str, **changed: str) -> dict:
    query = {
        "appid": shop.appid,
        "js_code": code,
        "grant_type": "authorization_code",
        "component_appid": shop.simulated.credentials["component"]["appid"],
        "component_access_token": component,
        **changed,
    }
    return shop.simulated.weixin("/sns/component/jscode2session", **query)


def test_a_ticket_is_pushed_now_and_every_ten_minutes(
    simulated: Simulated, listener: Listener
) -> None:
    listener.status = 200
    component_token(simulated, listener)
    simulated.control("POST", "clock", advance_seconds=1801)
    tickets = [ticket_in(simulated, received) for received in listener.received]
    assert len(tickets) == len(set(tickets)) == 4


def test_start_push_ticket_pushes_at_once_and_checks_the_secret(
    simulated: Simulated, listener: Listener
) -> None:
    simulated.control("PUT", "component", ticket_url=f"{listener.base}/hook")
    listener.wait_for(1)
    component = simulated.credentials["component"]
    path = "/cgi-bin/component/api_start_push_ticket"
    wish = {"component_appid": component["appid"], "component_secret": component["appsecret"]}
    assert simulated.weixin(path, wish)["errcode"] == 0
    listener.wait_for(2)
    refused = simulated.weixin(path, {**wish, "component_secret": "0" * 32})
    assert refused["errcode"] == 40125
    assert " rid: " in refused["errmsg"]
    assert simulated.weixin(path, {**wish, "component_appid": "wx0"})["errcode"] == 40013


def test_the_component_token_needs_a_ticket_younger_than_twelve_hours(
    simulated: Simulated, listener: Listener
) -> None:
    component_token(simulated, listener)
    ticket = ticket_in(simulated, listener.received[0])
    component = simulated.credentials["component"]
    wish = {
        "component_appid": component["appid"],
        "component_appsecret": component["appsecret"],
        "component_verify_ticket": ticket,
    }
    path = "/cgi-bin/component/api_component_token"
    assert simulated.weixin(path, {**wish, "component_verify_ticket": "x"})["errcode"] == 61006
    simulated.control("POST", "clock", advance_seconds=12 * 3600 + 5)
    assert simulated.weixin(path, wish)["errcode"] == 61005


def test_refresh_tokens_rotate_and_the_list_recovers_a_lost_one(simulated_shop: Shop) -> None:
    shop, simulated = simulated_shop, simulated_shop.simulated
    component = component_token(simulated, shop.listener)
    first = renewed(shop, component, shop.extra["authorizer_refresh_token"])
    assert first["authorizer_refresh_token"] != shop.extra["authorizer_refresh_token"]
    again = renewed(shop, component, shop.extra["authorizer_refresh_token"])
    assert again["errcode"] == 61023
    listed = simulated.weixin(
        "/cgi-bin/component/api_get_authorizer_list",
        {
            "component_appid": simulated.credentials["component"]["appid"],
            "offset": 0,
            "count": 10,
        },
        component_access_token=component,
    )
    assert listed["list"][0]["refresh_token"] == first["authorizer_refresh_token"]


def test_an_auth_code_works_once(simulated_shop: Shop) -> None:
    assert simulated_shop.authorizer_token()
    again = simulated_shop.simulated.weixin(
        "/cgi-bin/component/api_query_auth",
        {
            "component_appid": simulated_shop.simulated.credentials["component"]["appid"],
            "authorization_code": simulated_shop.extra["auth_code"],
        },
        component_access_token=component_token(simulated_shop.simulated, simulated_shop.listener),
    )
    assert again["errcode"] == 40163


def test_a_withdrawn_authorisation_is_pushed_and_felt(simulated_shop: Shop) -> None:
    shop, simulated = simulated_shop, simulated_shop.simulated
    component = component_token(simulated, shop.listener)
    simulated.control("POST", f"mini_programs/{shop.appid}/unauthorise")
    shop.listener.wait_for(2)
    code = simulated.control("POST", "login", appid=shop.appid, user="alice")["code"]
    assert session(shop, component, code)["errcode"] == 61003
    refused = renewed(shop, component, shop.extra["authorizer_refresh_token"])
    assert refused["errcode"] == 61003


def test_a_login_code_gives_one_session_to_the_right_app(simulated_shop: Shop) -> None:
    shop, simulated = simulated_shop, simulated_shop.simulated
    component = component_token(simulated, shop.listener)
    given = simulated.control("POST", "login", appid=shop.appid, user="alice")
    answer = session(shop, component, given["code"])
    assert answer["openid"] == given["openid"] == shop.openid
    assert len(answer["session_key"]) == 24
    assert session(shop, component, given["code"])["errcode"] == 40163
    assert session(shop, component, "nonsense")["errcode"] == "40029"
    assert session(shop, "nonsense", given["code"])["errcode"] == 40001

    other = simulated.control("POST", "mini_programs")["appid"]
    foreign = simulated.control("POST", "login", appid=other, user="alice")
    assert foreign["openid"] != shop.openid
    assert session(shop, component, foreign["code"])["errcode"] == "40029"


def test_codes_live_five_minutes_and_component_tokens_two_hours(simulated_shop: Shop) -> None:
    shop, simulated = simulated_shop, simulated_shop.simulated
    component = component_token(simulated, shop.listener)
    code = simulated.control("POST", "login", appid=shop.appid, user="alice")["code"]
    simulated.control("POST", "clock", advance_seconds=301)
    assert session(shop, component, code)["errcode"] == "40029"
    simulated.control("POST", "clock", advance_seconds=6900)
    code = simulated.control("POST", "login", appid=shop.appid, user="alice")["code"]
    assert session(shop, component, code)["errcode"] == 42006


def test_an_apps_own_token_kills_its_predecessor_and_the_stable_one_does_not(
    simulated_shop: Shop,
) -> None:
    simulated, app = simulated_shop.simulated, simulated_shop.extra
    own = {"appid": app["appid"], "secret": app["appsecret"], "grant_type": "client_credential"}
    code = simulated.control("POST", "phone", appid=app["appid"], user="alice")["code"]
    path = "/wxa/business/getuserphonenumber"
    old = simulated.weixin("/cgi-bin/token", **own)["access_token"]
    new = simulated.weixin("/cgi-bin/token", **own)["access_token"]
    assert simulated.weixin(path, {"code": code}, access_token=old)["errcode"] == 40001
    answer = simulated.weixin(path, {"code": code}, access_token=new)
    assert answer["phone_info"]["purePhoneNumber"].startswith("138")
    assert simulated.weixin(path, {"code": code}, access_token=new)["errcode"] == 40163
    stable = [simulated.weixin("/cgi-bin/stable_token", own)["access_token"] for _ in range(2)]
    assert stable[0] == stable[1] != new


def test_bad_bodies_and_methods_have_their_numbers(simulated: Simulated) -> None:
    path = "/cgi-bin/component/api_component_token"
    assert simulated.http.get(path).json()["errcode"] == 43002
    assert simulated.http.post(path).json()["errcode"] == 44002
    assert simulated.http.post(path, content=b"{").json()["errcode"] == 47001
