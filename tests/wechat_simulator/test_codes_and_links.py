"""Codes, URL links, schemes and short links: pictures, rules, caps, and where they lead."""

import json
import struct
import time
import zlib
from typing import Any

import httpx
import pytest

from infra.wechat_simulator.qr_symbol import symbol
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)

HELLO = """
#######...#...#######
#.....#.#..#..#.....#
#.###.#..#.##.#.###.#
#.###.#..##.#.#.###.#
#.###.#.#..#..#.###.#
#.....#...###.#.....#
#######.#.#.#.#######
"""


@pytest.fixture
def token(simulated_shop: Shop) -> str:
    return simulated_shop.authorizer_token()


def unlimited(shop: Shop, token: str, **changed: Any) -> httpx.Response:
    body = {"scene": "k=Ab9", "page": "pages/goods/detail", **changed}
    query = {"access_token": token}
    return shop.simulated.http.post("/wxa/getwxacodeunlimit", params=query, json=body)


def call(shop: Shop, token: str, where: str, /, **body: Any) -> dict[str, Any]:
    return shop.simulated.weixin(where, body, access_token=token)


def chunks(picture: bytes) -> dict[str, bytes]:
    """The chunks of a PNG, each with its checksum verified."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    found, place = {}, 8
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        kind, data = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack(">I", picture[place + 8 + length : place + 12 + length])
        assert zlib.crc32(kind + data) == checksum
        found[kind.decode()] = data
        place += 12 + length
    return found


def test_an_unlimited_code_is_a_picture_that_leads_to_its_scene(
    simulated_shop: Shop, token: str
) -> None:
    answer = unlimited(simulated_shop, token, line_color={"r": "10", "g": 20, "b": 30})
    assert answer.headers["Content-Type"] == "image/png"
    parts = chunks(answer.content)
    assert struct.unpack(">II", parts["IHDR"][:8]) == (430, 430)
    note = json.loads(parts["iTXt"].split(b"\0\0\0\0\0")[1])
    assert note == {
        "appid": simulated_shop.appid,
        "page": "pages/goods/detail",
        "scene": "k=Ab9",
        "env_version": "release",
    }
    pixels = zlib.decompress(parts["IDAT"])
    assert len(pixels) == 430 * (1 + 430 * 4)
    assert bytes((10, 20, 30, 255)) in pixels
    listed = simulated_shop.simulated.control("GET", "entrances")["entrances"]
    followed = simulated_shop.simulated.http.get(f"/a/{listed[0]['id']}").json()
    assert followed["options"] == {"scene": "k%3DAb9"}
    assert followed["page"] == "pages/goods/detail"


def test_a_symbol_has_finders_and_the_size_of_its_text() -> None:
    drawn = ["".join("#" if dark else "." for dark in row) for row in symbol("hello")]
    assert len(drawn) == len(drawn[0]) == 21
    for row in (0, 14):
        block = [line[:7] for line in drawn[row : row + 7]]
        assert block == [line[:7] for line in HELLO.split()]
    assert [line[14:] for line in drawn[:7]] == [line[14:] for line in HELLO.split()]
    assert len(symbol("x" * 213)) == 57
    with pytest.raises(ValueError, match="too long"):
        symbol("x" * 214)


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"scene": ""}, 40169),
        ({"scene": "x" * 33}, 40169),
        ({"scene": "茶"}, 40169),
        ({"scene": "a b"}, 40169),
        ({"scene": 5}, 40169),
        ({"page": "/pages/goods/detail"}, 41030),
        ({"page": "pages/goods/detail?id=1"}, 41030),
        ({"page": "pages/secret"}, 41030),
        ({"page": "pages/scancode_time", "check_path": False}, 85096),
        ({"env_version": "dream"}, 40097),
        ({"width": 279}, 40097),
        ({"width": 1281}, 40097),
        ({"line_color": {"r": 256}}, 40097),
    ],
)
def test_a_code_refuses_what_wechat_refuses(
    simulated_shop: Shop, token: str, changed: dict[str, Any], errcode: int
) -> None:
    pages = {simulated_shop.appid: ["pages/goods/detail"]}
    simulated_shop.simulated.control("PUT", "settings", released_pages=pages)
    assert unlimited(simulated_shop, token, **changed).json()["errcode"] == errcode


def test_an_unreleased_page_needs_check_path_off(simulated_shop: Shop, token: str) -> None:
    pages = {simulated_shop.appid: ["pages/goods/detail"]}
    simulated_shop.simulated.control("PUT", "settings", released_pages=pages)
    made = unlimited(
        simulated_shop, token, page="pages/new", check_path=False, width=280, is_hyaline=True
    )
    assert b"\xff\xff\xff\x00" in zlib.decompress(chunks(made.content)["IDAT"])


def test_the_capped_codes_share_one_cap(simulated_shop: Shop, token: str) -> None:
    simulated_shop.simulated.control("PUT", "settings", code_cap=2)
    http, query = simulated_shop.simulated.http, {"access_token": token}
    body = {"path": "pages/goods/detail?id=1"}
    for path in ("/wxa/getwxacode", "/cgi-bin/wxaapp/createwxaqrcode"):
        assert chunks(http.post(path, params=query, json=body).content)["iTXt"]
    assert call(simulated_shop, token, "/wxa/getwxacode", **body)["errcode"] == 45029
    assert chunks(unlimited(simulated_shop, token).content)
    long = call(simulated_shop, token, "/wxa/getwxacode", path="x" * 1025)
    assert long["errcode"] == 40159


def test_a_link_leads_to_its_page_until_it_expires(simulated_shop: Shop, token: str) -> None:
    wish = {"path": "/pages/goods/detail", "query": "id=1&from=mail", "expire_type": 1}
    path = "/wxa/generate_urllink"
    link = call(simulated_shop, token, path, is_expire=True, expire_interval=2, **wish)["url_link"]
    followed = simulated_shop.simulated.http.get(link).json()
    assert (followed["page"], followed["options"]) == (
        "pages/goods/detail",
        {"id": "1", "from": "mail"},
    )
    asked = call(simulated_shop, token, "/wxa/query_urllink", url_link=link)
    info = asked["url_link_info"]
    assert (info["path"], info["query"]) == ("pages/goods/detail", "id=1&from=mail")
    assert info["expire_time"] - info["create_time"] == 2 * 86400
    assert asked["quota_info"]["remain_visit_quota"] > 0
    simulated_shop.simulated.control("POST", "clock", advance_seconds=2 * 86400 + 1)
    assert simulated_shop.simulated.http.get(link).status_code == 410


def test_a_scheme_is_made_and_queried(simulated_shop: Shop, token: str) -> None:
    jump = {"path": "pages/goods/detail", "query": "id=1", "env_version": "trial"}
    made = call(
        simulated_shop,
        token,
        "/wxa/generatescheme",
        jump_wxa=jump,
        is_expire=True,
        expire_time=int(time.time()) + 3600,
    )
    assert made["openlink"].startswith("weixin://dl/business/?t=")
    info = call(simulated_shop, token, "/wxa/queryscheme", scheme=made["openlink"])["scheme_info"]
    assert (info["env_version"], info["query"]) == ("trial", "id=1")
    unknown = call(simulated_shop, token, "/wxa/queryscheme", scheme="weixin://dl/business/?t=x")
    assert unknown["errcode"] == 40097


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"path": "pages/secret"}, 40165),
        ({"query": 5}, 40212),
        ({"expire_type": 1, "expire_interval": 31}, 85401),
        ({"expire_time": 1}, 85401),
        ({"env_version": "dream"}, 40097),
    ],
)
def test_a_link_refuses_what_wechat_refuses(
    simulated_shop: Shop, token: str, changed: dict[str, Any], errcode: int
) -> None:
    pages = {simulated_shop.appid: ["pages/goods/detail"]}
    simulated_shop.simulated.control("PUT", "settings", released_pages=pages)
    wish = {"path": "pages/goods/detail", **changed}
    assert call(simulated_shop, token, "/wxa/generate_urllink", **wish)["errcode"] == errcode


def test_links_have_caps(simulated_shop: Shop, token: str) -> None:
    caps = {"link_daily_cap": 1, "short_link_permanent_cap": 1}
    simulated_shop.simulated.control("PUT", "settings", **caps)
    codes = [call(simulated_shop, token, "/wxa/generate_urllink", path="")["errcode"] for _ in "ab"]
    assert codes == [0, 45009]
    short = {"page_url": "pages/goods/detail?id=1", "page_title": "龙井", "is_permanent": True}
    path = "/wxa/genwxashortlink"
    first = call(simulated_shop, token, path, **short)
    assert first["link"].startswith("#小程序://Tea/")
    assert call(simulated_shop, token, path, **short)["errcode"] == 85400
    assert call(simulated_shop, token, path, **short | {"is_permanent": False})["errcode"] == 0
