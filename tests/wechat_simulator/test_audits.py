"""Audits: what a submission must hold, who decides, what is pushed, and the shared pool."""

from pathlib import Path
from typing import Any

import pytest

from infra.wechat_simulator.audit_pool import AuditPool
from infra.wechat_simulator.clock import Clock
from infra.wechat_simulator.store import Store
from tests.wechat_simulator.platform_stage import ITEM, Platform, Program, platform_of
from tests.wechat_simulator.stage import Listener, Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)

PAGE = "pages/home/home"
FORUM = {"first_class": "社交", "second_class": "社区/论坛", "first_id": 4, "second_id": 401}
UGC = {"scene": [4], "method": [1], "has_audit_team": 1, "audit_desc": "every text is checked"}


@pytest.fixture
def platform(simulated: Simulated, listener: Listener) -> Platform:
    return platform_of(simulated, listener)


@pytest.fixture
def program(platform: Platform) -> Program:
    return platform.new_program()


def shots_of(program: Program, media_ids: str) -> list[bytes]:
    http, bodies = program.platform.simulated.http, []
    for media_id in media_ids.split("|"):
        query = {"access_token": program.token, "media_id": media_id}
        bodies.append(http.get("/cgi-bin/media/get", params=query).content)
    return bodies


# --- order of the steps -----------------------------------------------------------------------


def test_there_must_be_code_and_only_one_open_audit(program: Program) -> None:
    assert program.submit()["errcode"] == 86001
    assert program.code("/wxa/undocodeaudit") == 85019
    assert program.code("/wxa/get_latest_auditstatus") == 85058
    program.committed()
    told = program.submit()
    assert told["errcode"] == 0
    assert isinstance(told["auditid"], int)
    assert program.submit()["errcode"] == 85009
    program.decide("delay", reason="slow")
    assert program.submit()["errcode"] == 85009
    program.decide("pass")
    assert program.submit()["errcode"] == 85086
    program.committed("2.0.0")
    assert program.submit()["errcode"] == 0


def test_an_unfinished_or_blocked_app_may_not_submit(platform: Platform, program: Program) -> None:
    program.committed()
    control = platform.simulated.control
    path = f"mini_programs/{program.appid}"
    for changed in ({"has_head_img": False}, {"signature": ""}):
        control("PUT", path, **changed)
        assert program.submit()["errcode"] == 86002
    control("PUT", path, has_head_img=True, signature="Tea")
    for code in (85091, 86007, 87006):
        control("PUT", path, audit_block=code)
        assert program.submit()["errcode"] == code
    control("PUT", path, audit_block=0)
    for code, expected in ((86008, 86008), (86009, 86009), (86010, 0)):
        control("PUT", "settings", platform_audit_block=code)
        assert program.submit()["errcode"] == expected
    program.decide("pass")
    program.committed("2.0.0")
    assert program.submit()["errcode"] == 86010
    control("PUT", "settings", platform_audit_block=86009)
    assert program.submit()["errcode"] == 0


# --- the body ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"item_list": []}, 85023),
        ({"item_list": [ITEM] * 6}, 85023),
        ({"item_list": [{}]}, 85010),
        ({"item_list": ["home"]}, 85010),
        ({"item_list": {"first_id": 1}}, 47001),
        ({"item_list": [{**ITEM, "tag": " ".join("abcdefghijk")}]}, 85006),
        ({"item_list": [{**ITEM, "tag": "t" * 21}]}, 85006),
        ({"item_list": [{**ITEM, "address": "pages/no/no"}]}, 85007),
        ({"item_list": [{**ITEM, "title": "t" * 33}]}, 85011),
        ({"item_list": [{**ITEM, "second_id": 102}]}, 85008),
        ({"item_list": [FORUM]}, 85008),
        ({"order_path": "pages/no/no"}, 85007),
        ({"version_desc": "d" * 501}, 85051),
        ({"preview_info": []}, 85092),
        ({"preview_info": {"pic_id_list": ["made-up"]}}, 85092),
        ({"preview_info": {"pic_id_list": ["a"] * 6}}, 85093),
        ({"ugc_declare": {"scene": [1], "method": [1]}}, 85094),
        ({"ugc_declare": []}, 47001),
        ({"feedback_info": "please"}, 40097),
        ({"privacy_api_not_use": "yes"}, 47001),
        ({"item_list": [{**ITEM, "tag": "tea cups", "address": PAGE, "title": "t" * 32}]}, 0),
        ({"item_list": None}, 0),
        ({"order_path": "pages/orders/orders", "version_desc": "d" * 500}, 0),
        ({"ugc_declare": {"scene": [0]}}, 0),
        ({"ugc_declare": UGC}, 0),
    ],
)
def test_every_fault_of_a_submission_has_a_number(
    program: Program, body: dict[str, Any], code: int
) -> None:
    program.committed()
    assert program.submit(**body)["errcode"] == code
    assert (program.state()["code"]["audit"] is None) is (code != 0)


def test_preview_pictures_are_the_apps_own_and_of_their_kind(
    platform: Platform, program: Program
) -> None:
    program.committed()
    picture, film = program.upload(), program.upload(b"film", "video/mp4")
    assert (picture["type"], film["type"]) == ("image", "video")
    foreign = platform.new_program("Other").upload()["mediaid"]
    for wrong in (
        {"pic_id_list": [film["mediaid"]]},
        {"video_id_list": [picture["mediaid"]]},
        {"pic_id_list": [foreign]},
    ):
        assert program.submit(preview_info=wrong)["errcode"] == 85092
    right = {"pic_id_list": [picture["mediaid"]], "video_id_list": [film["mediaid"]]}
    assert program.submit(preview_info=right)["errcode"] == 0


def test_uploads_for_an_audit_have_a_kind_and_a_size(program: Program) -> None:
    assert program.upload(b"x", "text/plain")["errcode"] == 40004
    assert program.upload(b"x" * (2 * 1024 * 1024 + 1))["errcode"] in (40009, 413)


def test_a_forum_declares_its_content_the_first_time(platform: Platform, program: Program) -> None:
    path = f"mini_programs/{program.appid}"
    platform.simulated.control("PUT", path, categories=[[4, 401]])
    program.committed()
    item = {"item_list": [FORUM]}
    assert program.submit(**item)["errcode"] == 85094
    assert program.submit(**item, ugc_declare=UGC)["errcode"] == 0
    program.decide("pass")
    program.committed("2.0.0")
    assert program.submit(**item)["errcode"] == 0


def test_categories_must_exist_and_still_be_offered(platform: Platform, program: Program) -> None:
    path = f"mini_programs/{program.appid}"
    program.committed()
    platform.simulated.control("PUT", path, categories=[[1, 103], [5, 501]])
    assert program.submit()["errcode"] == 85077
    platform.simulated.control("PUT", path, categories=[])
    assert program.submit(item_list=None)["errcode"] == 85008


def test_navigation_wants_its_list(platform: Platform, program: Program) -> None:
    template_id = platform.template(uses_navigation=True)
    program.commit(template_id)
    platform.advance(6)
    assert program.submit()["errcode"] == 85087
    program.commit(template_id, navigateToMiniProgramAppIdList=["wx0123456789abcdef"])
    platform.advance(6)
    assert program.submit()["errcode"] == 0


# --- results ----------------------------------------------------------------------------------


def test_a_passed_audit_is_pushed_and_told_in_two_shapes(program: Program) -> None:
    program.committed("1.0.0")
    audit_id = program.submit()["auditid"]
    for named in (audit_id, str(audit_id)):
        told = program.call("/wxa/get_auditstatus", {"auditid": named})
        assert (told["errcode"], told["status"]) == (0, 2)
        assert not {"reason", "screenshot", "ScreenShot"} & set(told)
    program.decide("pass")
    latest = program.call("/wxa/get_latest_auditstatus")
    assert latest["auditid"] == str(audit_id)
    assert latest["status"] == 0
    assert (latest["user_version"], latest["user_desc"]) == ("1.0.0", "version 1.0.0")
    (push,) = program.pushes("weapp_audit_success")
    assert list(push) == [
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "SuccTime")
    ]
    assert push["ToUserName"] == "gh_" + program.appid[2:14]
    assert push["SuccTime"].isdecimal()


def test_a_refusal_comes_with_reason_and_screenshots(program: Program) -> None:
    program.committed()
    audit_id = program.submit()["auditid"]
    told = program.decide("refuse", reason="1:no<br>", screenshots=2)
    assert told["state"] == "refused"
    (push,) = program.pushes("weapp_audit_fail")
    assert push["Reason"] == "1:no<br>"
    assert push["FailTime"].isdecimal()
    bodies = shots_of(program, push["ScreenShot"])
    assert len(bodies) == 2
    assert bodies[0] != bodies[1]
    assert all(body.startswith(b"\x89PNG\r\n\x1a\n") for body in bodies)
    status = program.call("/wxa/get_auditstatus", {"auditid": audit_id})
    latest = program.call("/wxa/get_latest_auditstatus")
    assert (status["status"], status["reason"]) == (1, "1:no<br>")
    assert status["screenshot"] == latest["ScreenShot"] == push["ScreenShot"]
    assert "ScreenShot" not in status
    assert "screenshot" not in latest
    first = push["ScreenShot"].split("|")[0]
    http, query = program.platform.simulated.http, {"access_token": program.token}
    wish = {"media_id": first}
    kept = http.post("/cgi-bin/material/get_material", params=query, json=wish)
    assert kept.content == bodies[0]


def test_feedback_goes_with_the_next_submission_of_a_refused_app(program: Program) -> None:
    program.committed()
    program.submit()
    program.decide("refuse")
    media_id = program.upload()["mediaid"]
    wrong = {"feedback_info": "f" * 201}, {"feedback_stuff": "|".join([media_id] * 6)}
    for body in wrong:
        assert program.submit(**body)["errcode"] == 40097
    assert program.submit(feedback_stuff="made-up")["errcode"] == 40007
    told = program.submit(feedback_info="we changed it", feedback_stuff=media_id)
    assert told["errcode"] == 0
    assert program.state()["code"]["audit"]["body"]["feedback_info"] == "we changed it"


def test_a_delay_is_pushed_and_the_audit_stays_open(program: Program) -> None:
    program.committed()
    audit_id = program.submit()["auditid"]
    program.decide("delay", reason="please wait")
    (push,) = program.pushes("weapp_audit_delay")
    assert push["Reason"] == "please wait"
    assert push["DelayTime"].isdecimal()
    told = program.call("/wxa/get_auditstatus", {"auditid": audit_id})
    assert (told["status"], told["reason"]) == (4, "please wait")
    program.decide("refuse")
    assert program.call("/wxa/get_auditstatus", {"auditid": audit_id})["status"] == 1


def test_an_audit_of_another_app_is_unknown(platform: Platform, program: Program) -> None:
    program.committed()
    audit_id = program.submit()["auditid"]
    other = platform.new_program("Other")
    for wrong in (audit_id, 1, "x", None, True, 2**70):
        told = other.call("/wxa/get_auditstatus", {"auditid": wrong})
        assert told["errcode"] == 85012
        assert (told["status"], told["reason"], told["screenshot"]) == (0, "", "")


def test_nobody_decides_twice(platform: Platform, program: Program) -> None:
    path = f"/_control/mini_programs/{program.appid}/audit"
    http = platform.simulated.http
    assert http.post(path, json={"decision": "pass"}).status_code == 409
    program.committed()
    program.submit()
    assert http.post(path, json={"decision": "maybe"}).status_code == 400
    assert http.post(path, json={"decision": "refuse", "screenshots": 10}).status_code == 400
    program.decide("pass")
    assert http.post(path, json={"decision": "refuse"}).status_code == 409
    assert program.call("/wxa/get_latest_auditstatus")["status"] == 0


def test_audits_may_pass_by_themselves(platform: Platform, program: Program) -> None:
    settings = {"audit_decision": "pass", "audit_after_seconds": 600}
    platform.simulated.control("PUT", "settings", **settings)
    program.committed()
    program.submit()
    platform.advance(599)
    assert program.call("/wxa/get_latest_auditstatus")["status"] == 2
    platform.advance(2)
    assert program.call("/wxa/get_latest_auditstatus")["status"] == 0
    assert len(program.pushes("weapp_audit_success")) == 1


def test_a_hand_is_faster_than_the_clock(platform: Platform, program: Program) -> None:
    settings = {"audit_decision": "pass", "audit_after_seconds": 600}
    platform.simulated.control("PUT", "settings", **settings)
    program.committed()
    program.submit()
    program.decide("refuse")
    platform.advance(700)
    assert program.call("/wxa/get_latest_auditstatus")["status"] == 1
    assert program.pushes("weapp_audit_success") == []


# --- withdrawing ------------------------------------------------------------------------------


def withdrawn(program: Program) -> int:
    """Submit and withdraw; the errcode of the withdrawal."""
    assert program.submit()["errcode"] == 0
    return program.code("/wxa/undocodeaudit")


def test_withdrawing_is_limited_by_day(platform: Platform, program: Program) -> None:
    platform.simulated.control("PUT", "settings", withdrawals_a_day=2)
    program.committed()
    assert withdrawn(program) == 0
    assert program.call("/wxa/get_latest_auditstatus")["status"] == 3
    assert program.code("/wxa/undocodeaudit") == 85019
    assert withdrawn(program) == 0
    assert withdrawn(program) == 87013
    assert program.call("/wxa/get_latest_auditstatus")["status"] == 2
    platform.advance(86400)
    platform.renew()
    program.renew()
    assert program.code("/wxa/undocodeaudit") == 0
    assert program.pushes("weapp_audit_success") == []


def test_withdrawing_is_limited_by_month(platform: Platform, program: Program) -> None:
    platform.simulated.control("PUT", "settings", withdrawals_a_day=100, withdrawals_a_month=3)
    program.committed()
    assert [withdrawn(program) for _ in range(3)] == [0, 0, 0]
    assert withdrawn(program) == 87013


# --- the pool ---------------------------------------------------------------------------------


def test_one_pool_serves_all_apps(platform: Platform) -> None:
    control = platform.simulated.control
    control("PUT", "settings", audit_quota=2)
    programs = [platform.new_program(name).committed() for name in ("A", "B", "C")]
    assert [one.submit()["errcode"] for one in programs] == [0, 0, 85085]
    quota = programs[2].call("/wxa/queryquota")
    assert quota == {
        "errcode": 0,
        "errmsg": "ok",
        "rest": 0,
        "limit": 2,
        "speedup_rest": 3,
        "speedup_limit": 3,
    }
    assert control("GET", "settings")["audit_used"] == 2
    assert programs[2].state()["code"]["audit"] is None
    programs[0].code("/wxa/undocodeaudit")
    assert programs[0].call("/wxa/queryquota")["rest"] == 0
    control("PUT", "settings", audit_used=1)
    assert programs[2].submit()["errcode"] == 0


def test_the_pool_is_full_again_in_a_new_month(tmp_path: Path) -> None:
    store = Store(tmp_path / "simulator.sqlite")
    clock = Clock(store)
    pool = AuditPool(store, clock)
    store.set_settings({"audit_quota": 3, "speedup_quota": 1})
    for name in ("audit", "audit", "speedup"):
        assert pool.left(name) > 0
        pool.use(name)
    assert (pool.left("audit"), pool.left("speedup")) == (1, 0)
    clock.move(32 * 86400)
    assert (pool.left("audit"), pool.left("speedup")) == (3, 1)
    pool.use("audit")
    assert (pool.left("audit"), pool.limit("audit")) == (2, 3)
    store.close()


def test_a_refused_body_costs_no_quota(program: Program) -> None:
    program.committed()
    assert program.submit(item_list=[])["errcode"] == 85023
    assert program.call("/wxa/queryquota")["rest"] == 100


def test_hurrying_costs_its_own_quota(platform: Platform) -> None:
    platform.simulated.control("PUT", "settings", speedup_quota=1)
    first, second = (platform.new_program(name).committed() for name in ("A", "B"))
    told = {"auditid": first.submit()["auditid"]}
    assert first.code("/wxa/speedupaudit", {"auditid": 1}) == 85012
    assert first.code("/wxa/speedupaudit", told) == 0
    assert first.code("/wxa/speedupaudit", told) == 89404
    assert first.call("/wxa/queryquota")["speedup_rest"] == 0
    assert second.code("/wxa/speedupaudit", {"auditid": second.submit()["auditid"]}) == 89405
    first.decide("pass")
    assert first.code("/wxa/speedupaudit", told) == 89402
