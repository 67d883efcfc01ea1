"""The preview's host: signed links, nothing else there, and a WeChat that is the simulator's."""

import json
import re

import pytest
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client

from config import environment
from preview import links, simulator
from tenants import context
from tenants.models import MiniProgram

pytestmark = pytest.mark.django_db
HOST = "preview.test:8000"


@pytest.fixture(autouse=True)
def bundle(settings, tmp_path):
    settings.PREVIEW_URL = f"http://{HOST}"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "preview.test", "testserver"]
    settings.PREVIEW_FILES = tmp_path
    (tmp_path / "index.html").write_text('<iframe></iframe><script src="__ASSETS__shell.js">')
    (tmp_path / "app.html").write_text('<script id="given">__GIVEN__</script>')
    (tmp_path / "app.js").write_text("run()")
    return tmp_path


@pytest.fixture
def visitor():
    return Client(headers={"host": HOST, "accept-language": "en"})


@pytest.fixture
def asked(monkeypatch):
    """What the simulator was asked; it answers {"code": "c"}."""
    calls = []

    def control(path, wish):
        calls.append((path, wish))
        return {"code": "c"}

    monkeypatch.setattr(simulator, "control", control)
    return calls


def path_of(shop) -> str:
    return links.address(shop.public_id).removeprefix(f"http://{HOST}")


def connect(shop) -> str:
    with context.public():
        MiniProgram.objects.create(tenant_id=shop.id, appid="wx" + "a" * 16)
    return "wx" + "a" * 16


def given(answer) -> dict:
    return json.loads(re.search(r'id="given">(.*)</script>', answer.content.decode())[1])


def test_the_frame_and_the_app_know_the_shop_and_load_from_their_host_only(visitor, shop):
    frame = visitor.get(path_of(shop))
    assert (frame.status_code, b"/preview/-/shell.js" in frame.content) == (200, True)
    app = visitor.get(path_of(shop) + "app?font=20")
    assert given(app) == {
        "ext": {"tenant": shop.public_id, "apiBase": f"http://{HOST}", "v": "preview"},
        "appid": "",
        "assets": "/preview/-/",
        "simulator": "",
        "language": "en",
        "fontSize": 20,
    }
    for answer in (frame, app):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self' http://127.0.0.1:8000" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "X-Frame-Options" not in answer.headers


def test_a_link_ends_after_fifteen_minutes_and_cannot_be_made_up(visitor, shop, monkeypatch):
    path = path_of(shop)
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 15 * 60 - 5)
    assert visitor.get(path).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: real() + 15 * 60 + 5)
    for old in (path, f"/preview/{shop.public_id}/", f"/preview/{shop.public_id}:1:forged/"):
        for page in ("", "app"):
            answer = visitor.get(old + page)
            assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
            assert "This preview link has ended." in answer.content.decode()
        answer = visitor.post(old + "login")
        assert (answer.status_code, answer.json()["code"]) == (403, "preview_ended")


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/superadmin/", "/b/x/v1/shop", "/livez"]
)
def test_nothing_else_answers_on_the_preview_host(visitor, path):
    assert visitor.get(path).status_code == 404


def test_customers_are_served_on_the_preview_host(visitor, shop):
    assert visitor.get(f"/s/{shop.public_id}/v1/theme").status_code == 200


def test_staff_come_with_a_token_on_the_preview_host_and_no_session_counts(visitor, shop, owner):
    with context.public():
        visitor.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    path = f"/b/{shop.public_id}/v1/shop"
    assert visitor.get(path).status_code == 401
    assert visitor.get(path, headers={"host": "localhost"}).status_code == 200


def test_the_preview_answers_on_no_other_host(shop, settings):
    path = path_of(shop)
    assert Client().get(path).status_code == 404
    assert Client().get("/preview/-/app.js").status_code == 404
    settings.PREVIEW_URL = ""
    assert Client(headers={"host": HOST}).get(path).status_code == 404


def test_files_of_the_bundle_are_served_and_no_others(visitor, bundle):
    (bundle.parent / "secret.js").write_text("secret")
    answer = visitor.get("/preview/-/app.js")
    assert b"".join(answer.streaming_content) == b"run()"
    assert visitor.get("/preview/-/app.html").status_code == 404
    assert visitor.get("/preview/-/none.js").status_code == 404
    assert visitor.get("/preview/-/../secret.js").status_code in {400, 404}


def test_an_unbuilt_preview_says_so(visitor, shop, bundle):
    (bundle / "index.html").unlink()
    answer = visitor.get(path_of(shop))
    assert (answer.status_code, "run “make preview”" in answer.content.decode()) == (503, True)


def test_signing_in_and_paying_are_the_simulators(visitor, shop, asked):
    appid, path = connect(shop), path_of(shop)
    body = {"user": "someone", "appid": "wx of another"}
    assert visitor.post(path + "login", body, "application/json").json() == {"code": "c"}
    assert visitor.post(path + "phone", body, "application/json").json() == {"code": "c"}
    sheet = {"package": "prepay_id=1", "paySign": "s", "action": "pay", "callback": "forge"}
    assert visitor.post(path + "pay", sheet, "application/json").status_code == 200
    bill = {"mchId": "1", "subMchId": "2", "appId": "wx of another", "package": "p", "openid": "o"}
    assert visitor.post(path + "transfer", bill, "application/json").status_code == 200
    assert asked == [
        ("login", {"appid": appid, "user": "someone"}),
        ("phone", {"appid": appid, "user": "someone"}),
        ("pay", {"package": "prepay_id=1", "paySign": "s", "action": "pay", "appid": appid}),
        ("merchant_transfer", {**bill, "appId": appid}),
    ]


def test_a_shop_without_a_mini_program_can_be_looked_at_only(visitor, shop, asked):
    answer = visitor.post(path_of(shop) + "login", {"user": "x"}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "preview_has_no_mini_program")
    assert answer.json()["detail"].startswith("Connect WeChat first")
    assert asked == []


def test_the_real_wechat_is_never_asked(visitor, shop, settings):
    connect(shop)
    settings.WECHAT = type("Real", (), {"api_base": "https://api.weixin.qq.com"})
    for name in ("login", "phone", "pay", "transfer"):
        answer = visitor.post(path_of(shop) + name, {"user": "x"}, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "preview_has_no_we_chat")
    assert given(visitor.get(path_of(shop) + "app"))["simulator"] == ""


def test_a_name_that_is_html_stays_text(visitor, shop, monkeypatch):
    monkeypatch.setattr("preview.pages._appid", lambda shop: "</script><b>")
    content = visitor.get(path_of(shop) + "app").content
    assert b"</script><b>" not in content


def test_the_command_prints_a_link(shop, capsys):
    call_command("preview_link", shop.public_id)
    assert links.read(capsys.readouterr().out.strip().split("/")[-2]) == shop.public_id


@pytest.mark.parametrize("minutes", [1, 7 * 24 * 60])
def test_how_long_a_link_works_is_a_setting(visitor, shop, settings, monkeypatch, minutes):
    settings.PREVIEW_MINUTES = minutes
    path, real = path_of(shop), signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + minutes * 60 - 5)
    assert visitor.get(path).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: real() + minutes * 60 + 5)
    assert visitor.get(path).status_code == 403


def test_behind_a_proxy_with_tls_it_is_https_on_both_sides(shop, settings, bundle):
    settings.PUBLIC_URL, settings.PREVIEW_URL = "https://shops.test", "https://preview.test"
    visitor = Client(headers={"host": "preview.test", "x-forwarded-proto": "https"})
    link = links.address(shop.public_id)
    assert link.startswith("https://preview.test/preview/")
    answer = visitor.get(link.removeprefix("https://preview.test") + "app")
    assert given(answer)["ext"]["apiBase"] == "https://preview.test"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://shops.test")


@pytest.mark.parametrize(
    ("preview", "public"),
    [
        ("http://shops.test", "http://shops.test"),
        ("https://shops.test", "https://shops.test"),
        ("http://preview.test", "https://shops.test"),
    ],
)
def test_an_address_without_an_origin_of_its_own_is_refused_by_name(preview, public):
    with pytest.raises(ImproperlyConfigured, match="PREVIEW_URL"):
        environment.require_own_origin("PREVIEW_URL", preview, public)


@pytest.mark.parametrize("preview", ["https://preview.shops.test", "https://shops.test:8443"])
def test_another_name_or_another_port_is_an_origin_of_its_own(preview):
    environment.require_own_origin("PREVIEW_URL", preview, "https://shops.test")
