"""What WeChat is asked about a text or picture, and what we make of its answer (CONTRACT §6)."""

import json

import pytest

from tenants import context
from wechat import content, errors, tokens
from wechat.content import Finding, MediaKind, RiskScene, Scene, Suggest
from wechat.models import AccessToken

SHOP = "wx0000000000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db, stub):
    with context.public():
        minted = tokens.Minted("S-1", 7200, "R-1")
        tokens.save(SHOP, kind=AccessToken.Kind.AUTHORIZER, minted=minted)
        yield stub


def check(text="好茶", **changes):
    known = {"openid": "oBuyer", "scene": Scene.COMMENT}
    return content.check_text(SHOP, content=text, **(known | changes))


def said(suggest="pass", label=100, **changes):
    detail = [{"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label}]
    result = {"suggest": suggest, "label": label}
    return {"errcode": 0, "trace_id": "T-1", "result": result, "detail": detail} | changes


def test_a_text_is_asked_about_by_version_2_unescaped(platform):
    platform.says_json(said())
    assert check() == Finding(Suggest.PASS, 100, "T-1")
    method, target, _, body = platform.asked[0]
    assert (method, target) == ("POST", "/wxa/msg_sec_check?access_token=S-1")
    assert "好茶".encode() in body
    assert json.loads(body) == {"version": 2, "openid": "oBuyer", "scene": 2, "content": "好茶"}


def test_a_profile_brings_its_signature_and_names(platform):
    platform.says_json(said())
    check(scene=Scene.PROFILE, title="t", nickname="n", signature="s")
    sent = json.loads(platform.asked[0][3])
    assert (sent["title"], sent["nickname"], sent["signature"], sent["scene"]) == ("t", "n", "s", 1)


def test_what_was_found_is_told_with_its_words(platform):
    words = [
        {"strategy": "keyword", "errcode": 0, "suggest": "risky", "label": 20006, "keyword": "枪"},
        {"strategy": "content_model", "errcode": 0, "suggest": "pass", "label": 100, "prob": 90},
    ]
    platform.says_json(said("risky", "20006", detail=words))
    assert check() == Finding(Suggest.RISKY, 20006, "T-1", ("枪",))


def test_a_part_that_failed_has_passed_nothing(platform):
    failed = [{"strategy": "keyword", "errcode": -1}]
    platform.says_json(said(detail=failed), said("risky", 20001, detail=failed))
    assert check().suggest == Suggest.REVIEW
    assert check().suggest == Suggest.RISKY


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 0},
        said(result={}),
        said("allow"),
        said(result={"suggest": 1}),
        said(result="pass"),
        said(detail="x"),
        said(label="one"),
    ],
)
def test_an_answer_without_a_verdict_is_no_pass(platform, answer):
    platform.says_json(answer)
    with pytest.raises(errors.BadAnswer):
        check()


@pytest.mark.parametrize(
    ("code", "kind", "retryable"),
    [
        (61010, errors.OpenidNotRecent, False),
        (45009, errors.WeChatBusy, True),
        (45011, errors.WeChatBusy, True),
        (40003, errors.WeChatRefused, False),
        (40129, errors.WeChatRefused, False),
        (43104, errors.WeChatRefused, False),
        (44002, errors.WeChatRefused, False),
    ],
)
def test_a_refusal_says_whether_to_ask_again(platform, code, kind, retryable):
    platform.says_json({"errcode": code, "errmsg": "no rid: 1-2-3"})
    with pytest.raises(kind) as caught:
        check()
    assert (caught.value.retryable, caught.value.code) == (retryable, str(code))
    assert len(platform.asked) == 1


def test_a_busy_wechat_is_asked_once_more_at_once(platform):
    platform.says_json({"errcode": -1}, said())
    assert check().suggest == Suggest.PASS


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "x" * 2501}, {"signature": "s"}])
def test_a_text_that_cannot_be_checked_is_never_sent(platform, wrong):
    with pytest.raises(ValueError):
        check(**wrong)
    assert platform.asked == []


def test_a_picture_is_judged_later(platform):
    platform.says_json({"errcode": 0, "trace_id": "T-2"})
    trace_id = content.check_media(
        SHOP, openid="oBuyer", scene=Scene.SOCIAL, media_url="https://shop.example/a.jpg"
    )
    assert trace_id == "T-2"
    _, target, _, body = platform.asked[0]
    assert target == "/wxa/media_check_async?access_token=S-1"
    assert json.loads(body) == {
        "media_url": "https://shop.example/a.jpg",
        "media_type": 2,
        "version": 2,
        "scene": 4,
        "openid": "oBuyer",
    }


def test_a_sound_is_told_as_one(platform):
    platform.says_json({"trace_id": "T-3"})
    content.check_media(
        SHOP, openid="o", scene=Scene.FORUM, media_url="https://x/a.mp3", kind=MediaKind.AUDIO
    )
    assert json.loads(platform.asked[0][3])["media_type"] == 1


def test_a_check_without_a_trace_is_a_bad_answer(platform):
    platform.says_json({"errcode": 0})
    with pytest.raises(errors.BadAnswer):
        content.check_media(SHOP, openid="o", scene=Scene.FORUM, media_url="https://x/a.jpg")


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        ({"errcode": 0, "errmsg": "ok"}, Finding(Suggest.PASS, 100, "")),
        ({"errcode": 87014, "errmsg": "risky"}, Finding(Suggest.RISKY, 21000, "")),
    ],
)
def test_a_small_picture_is_judged_at_once(platform, answer, finding):
    platform.says_json(answer)
    found = content.check_picture(SHOP, picture=PNG, name="a.png", mime="image/png")
    assert found == finding
    _, target, headers, body = platform.asked[0]
    assert target == "/wxa/img_sec_check?access_token=S-1"
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="media"; filename="a.png"' in body
    assert PNG in body


def test_a_picture_refused_for_another_reason_is_no_verdict(platform):
    platform.says_json({"errcode": 40006})
    with pytest.raises(errors.WeChatRefused):
        content.check_picture(SHOP, picture=PNG, name="a.png", mime="image/png")


@pytest.mark.parametrize("size", [0, content.MAX_PICTURE_BYTES + 1])
def test_a_picture_too_large_is_never_sent(platform, size):
    with pytest.raises(ValueError):
        content.check_picture(SHOP, picture=b"x" * size, name="a.png", mime="image/png")
    assert platform.asked == []


PUSHED = {
    "Event": "wxa_media_check",
    "appid": SHOP,
    "trace_id": "T-2",
    "version": "2",
    "result.suggest": "risky",
    "result.label": "20002",
}


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"detail.strategy": "content_model", "detail.errcode": "0", "detail.label": "20002"},
        {"detail.0.errcode": "0", "detail.1.errcode": "0", "detail.1.label": "20002"},
    ],
    ids=["none", "one", "many"],
)
def test_the_pushed_answer_is_read_in_every_shape(details):
    assert content.media_finding(PUSHED | details) == Finding(Suggest.RISKY, 20002, "T-2")


@pytest.mark.parametrize(
    ("change", "suggest"),
    [
        ({"result.suggest": "pass"}, Suggest.PASS),
        ({"result.suggest": "pass", "errcode": "-1008"}, Suggest.REVIEW),
        ({"result.suggest": "pass", "detail.errcode": "-1"}, Suggest.REVIEW),
        ({"result.suggest": "fine"}, Suggest.REVIEW),
        ({"result.suggest": ""}, Suggest.REVIEW),
        ({"errcode": "-1008"}, Suggest.RISKY),
    ],
)
def test_a_pushed_answer_is_a_pass_only_when_it_says_so(change, suggest):
    assert content.media_finding(PUSHED | change).suggest == suggest


def test_a_push_without_a_trace_answers_nothing():
    with pytest.raises(ValueError):
        content.media_finding({"Event": "wxa_media_check"})
    without_label = {name: text for name, text in PUSHED.items() if name != "result.label"}
    assert content.media_finding(without_label).label == content.LABEL_UNKNOWN


def risk(**changes):
    known = {"openid": "oBuyer", "scene": RiskScene.MARKETING, "client_ip": "203.0.113.7"}
    return content.risk_rank(SHOP, **(known | changes))


def test_the_risk_of_a_customer_is_asked_for(platform):
    platform.says_json({"errcode": 0, "risk_rank": 3, "unoin_id": "1"}, {"risk_rank": 0})
    assert risk() == 3
    assert risk(mobile="13800000000") == 0
    first, second = (json.loads(body) for _, _, _, body in platform.asked)
    assert first == {"appid": SHOP, "openid": "oBuyer", "scene": 1, "client_ip": "203.0.113.7"}
    assert second == first | {"mobile_no": "13800000000"}


@pytest.mark.parametrize("rank", [5, -1, None, "high"])
def test_a_risk_that_is_none_is_a_bad_answer(platform, rank):
    platform.says_json({"errcode": 0, "risk_rank": rank})
    with pytest.raises(errors.BadAnswer):
        risk()
