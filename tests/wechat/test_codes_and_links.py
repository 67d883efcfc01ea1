"""Codes and links that open a page of a mini-program (CONTRACT §8)."""

import json
from datetime import UTC, datetime

import pytest

from tenants import context
from wechat import errors, links, qr_codes, tokens
from wechat.links import Link
from wechat.models import AccessToken
from wechat.qr_codes import Colour, Version

SHOP = "wx0000000000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db, stub):
    with context.public():
        minted = tokens.Minted("S-1", 7200, "R-1")
        tokens.save(SHOP, kind=AccessToken.Kind.AUTHORIZER, minted=minted)
        yield stub


def asked(platform, place=0):
    method, target, _, body = platform.asked[place]
    assert (method, target.split("?")[1]) == ("POST", "access_token=S-1")
    return target.split("?")[0], json.loads(body)


class TestCodes:
    def test_a_code_is_a_picture(self, platform):
        platform.says((200, {"Content-Type": "image/png"}, PNG))
        assert qr_codes.unlimited(SHOP, scene="k=1!#$&'()*+,/:;?@-._~", page="pages/a/b") == PNG
        assert asked(platform) == (
            "/wxa/getwxacodeunlimit",
            {
                "scene": "k=1!#$&'()*+,/:;?@-._~",
                "page": "pages/a/b",
                "check_path": True,
                "env_version": "release",
                "width": 430,
                "is_hyaline": False,
            },
        )

    def test_a_code_is_drawn_as_wished(self, platform):
        platform.says((200, {}, PNG))
        qr_codes.unlimited(
            SHOP,
            scene="1",
            page="pages/a",
            version=Version.TRIAL,
            must_exist=False,
            width=1280,
            colour=Colour(1, 2, 3),
            is_transparent=True,
        )
        _, content = asked(platform)
        assert content["line_color"] == {"r": 1, "g": 2, "b": 3}
        assert (content["env_version"], content["check_path"]) == ("trial", False)
        assert (content["width"], content["is_hyaline"]) == (1280, True)

    @pytest.mark.parametrize(
        ("code", "kind", "retryable"),
        [
            (40169, errors.SceneRefused, False),
            (41030, errors.PageNotReleased, False),
            (45009, errors.WeChatBusy, True),
            (40097, errors.WeChatRefused, False),
        ],
    )
    def test_a_refusal_comes_as_json_whatever_it_calls_itself(
        self, platform, code, kind, retryable
    ):
        answer = json.dumps({"errcode": code, "errmsg": "no"}).encode()
        platform.says((200, {"Content-Type": "image/jpeg"}, answer))
        with pytest.raises(kind) as caught:
            qr_codes.unlimited(SHOP, scene="1", page="pages/a")
        assert caught.value.retryable is retryable

    @pytest.mark.parametrize(
        "wrong",
        [
            {"scene": ""},
            {"scene": "x" * 33},
            {"scene": "茶"},
            {"scene": "a b"},
            {"scene": "100%"},
            {"page": "/pages/a"},
            {"page": "pages/a?b=1"},
            {"width": 279},
            {"width": 1281},
        ],
        ids=str,
    )
    def test_a_code_that_cannot_be_is_never_asked_for(self, platform, wrong):
        with pytest.raises(ValueError):
            qr_codes.unlimited(SHOP, **({"scene": "1", "page": "pages/a"} | wrong))
        assert platform.asked == []


class TestLinks:
    def test_a_url_link_is_made(self, platform):
        platform.says_json({"errcode": 0, "url_link": "https://wxaurl.cn/1"})
        made = links.url_link(SHOP, path="pages/a", query="b=1", days=7)
        assert made == "https://wxaurl.cn/1"
        assert asked(platform) == (
            "/wxa/generate_urllink",
            {
                "path": "pages/a",
                "query": "b=1",
                "env_version": "release",
                "is_expire": True,
                "expire_type": 1,
                "expire_interval": 7,
            },
        )

    def test_a_scheme_is_made(self, platform):
        platform.says_json({"errcode": 0, "openlink": "weixin://dl/1"})
        assert links.scheme(SHOP, path="pages/a", version=Version.TRIAL) == "weixin://dl/1"
        assert asked(platform) == (
            "/wxa/generatescheme",
            {
                "jump_wxa": {"path": "pages/a", "query": "", "env_version": "trial"},
                "is_expire": True,
                "expire_type": 1,
                "expire_interval": 30,
            },
        )

    def test_a_short_link_is_made(self, platform):
        platform.says_json({"errcode": 0, "link": "#小程序://小铺/1"})
        assert links.short_link(SHOP, page="pages/a?b=1", title="茶") == "#小程序://小铺/1"
        assert asked(platform) == (
            "/wxa/genwxashortlink",
            {"page_url": "pages/a?b=1", "page_title": "茶", "is_permanent": False},
        )

    @pytest.mark.parametrize("days", [0, 31])
    def test_a_link_lives_at_most_a_month(self, platform, days):
        for make in (links.url_link, links.scheme):
            with pytest.raises(ValueError):
                make(SHOP, path="pages/a", days=days)
        assert platform.asked == []

    def test_a_link_is_asked_about(self, platform):
        info = {"appid": SHOP, "path": "pages/a", "query": "b=1", "create_time": 1795168800,
                "expire_time": 0, "env_version": "release"}  # fmt: skip
        quota = {"quota_info": {"remain_visit_quota": 99}}
        platform.says_json({"url_link_info": info} | quota, {"scheme_info": info})
        known = Link(SHOP, "pages/a", "b=1", datetime(2026, 11, 20, 10, tzinfo=UTC), None,
                     "release", 99)  # fmt: skip
        assert links.query_url_link(SHOP, url_link="https://wxaurl.cn/1") == known
        assert links.query_scheme(SHOP, scheme="weixin://dl/1").visits_left is None
        assert asked(platform) == ("/wxa/query_urllink", {"url_link": "https://wxaurl.cn/1"})
        assert asked(platform, 1) == ("/wxa/queryscheme", {"scheme": "weixin://dl/1"})

    def test_an_answer_that_knows_nothing_is_a_bad_one(self, platform):
        platform.says_json({"errcode": 0}, {"errcode": 0}, {"errcode": 40165})
        with pytest.raises(errors.BadAnswer):
            links.query_url_link(SHOP, url_link="x")
        with pytest.raises(errors.BadAnswer):
            links.url_link(SHOP, path="pages/a")
        with pytest.raises(errors.PageNotReleased):
            links.url_link(SHOP, path="pages/none")
