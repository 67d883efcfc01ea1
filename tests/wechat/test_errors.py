"""What each of WeChat's codes means for the caller: the table of CONTRACT §0.3 and §4.8."""

import pytest

from wechat import api, errors
from wechat.errors import failure_for, pay_failure_for

TABLE = [
    # errcode, kind, retryable
    (-1, errors.WeChatBusy, True),
    (40001, errors.TokenNotAccepted, True),
    (40014, errors.TokenNotAccepted, True),
    (42001, errors.TokenNotAccepted, True),
    (42006, errors.TokenNotAccepted, True),
    (40013, errors.OperatorMustAct, False),
    (40125, errors.OperatorMustAct, False),
    (40003, errors.WeChatRefused, False),
    (40029, errors.LoginCodeNotAccepted, False),
    (40163, errors.LoginCodeNotAccepted, False),
    (40091, errors.TicketNotAccepted, True),
    (61005, errors.TicketNotAccepted, True),
    (61006, errors.TicketNotAccepted, True),
    (40097, errors.WeChatRefused, False),
    (47001, errors.WeChatRefused, False),
    (44002, errors.WeChatRefused, False),
    (43002, errors.WeChatRefused, False),
    (40164, errors.OperatorMustAct, False),
    (45035, errors.OperatorMustAct, False),
    (61004, errors.OperatorMustAct, False),
    (41030, errors.PageNotReleased, False),
    (45009, errors.WeChatBusy, True),
    (45011, errors.WeChatBusy, True),
    (48006, errors.WeChatRefused, False),
    (48001, errors.PermissionNotGranted, False),
    (61007, errors.PermissionNotGranted, False),
    (50001, errors.PermissionNotGranted, False),
    (61003, errors.AuthorizationLost, False),
    (61023, errors.AuthorizationLost, False),
    (87009, errors.WeChatRefused, False),
]
"""The global codes (CONTRACT §0.3)."""

FAMILIES = [
    # shipping
    (44990, errors.WeChatBusy, True),
    (10060001, errors.PaymentNotYetKnown, True),
    (10060002, errors.AlreadyShipped, False),
    (10060003, errors.AlreadyShipped, False),
    (10060012, errors.WeChatBusy, True),
    (10060030, errors.AlreadyReminded, False),
    # content, messages, codes
    (61010, errors.OpenidNotRecent, False),
    (40037, errors.MessageTemplateUnknown, False),
    (43101, errors.NoPermitLeft, False),
    (43108, errors.ConcurrentSends, True),
    (45015, errors.OutOfWindow, False),
    (45026, errors.MessageTemplatesFull, False),
    (45047, errors.OutOfWindow, False),
    (45168, errors.ValueRefused, False),
    (47003, errors.ValueRefused, False),
    (40165, errors.PageNotReleased, False),
    (40169, errors.SceneRefused, False),
    # domains
    (85015, errors.DomainRefused, False),
    (85016, errors.DomainRefused, False),
    (85017, errors.DomainsUnchanged, False),
    (85018, errors.DomainNotOfPlatform, False),
    (89019, errors.DomainsUnchanged, False),
    (89020, errors.DomainNotOfPlatform, False),
    (89021, errors.DomainNotOfPlatform, False),
    (89029, errors.DomainRefused, False),
    (89231, errors.DomainRefused, False),
    # drafts, templates and ext.json
    (85013, errors.ExtRefused, False),
    (85014, errors.TemplateUnknown, False),
    (85043, errors.ExtRefused, False),
    (85044, errors.ExtRefused, False),
    (85045, errors.ExtRefused, False),
    (85046, errors.ExtRefused, False),
    (85047, errors.ExtRefused, False),
    (85048, errors.ExtRefused, False),
    (85064, errors.TemplateUnknown, False),
    (85065, errors.TemplateLibraryFull, False),
    # submitting for audit
    (61039, errors.DetectionNotFinished, True),
    (61040, errors.LocationUndeclared, False),
    (85006, errors.SubmissionRefused, False),
    (85007, errors.SubmissionRefused, False),
    (85008, errors.SubmissionRefused, False),
    (85009, errors.AlreadyInAudit, False),
    (85010, errors.SubmissionRefused, False),
    (85011, errors.SubmissionRefused, False),
    (85012, errors.AuditUnknown, False),
    (85058, errors.AuditUnknown, False),
    (85023, errors.SubmissionRefused, False),
    (85051, errors.SubmissionRefused, False),
    (85077, errors.SubmissionRefused, False),
    (85085, errors.AuditQuotaSpent, False),
    (85086, errors.NothingCommitted, False),
    (85087, errors.SubmissionRefused, False),
    (85091, errors.SubmissionRefused, False),
    (85092, errors.SubmissionRefused, False),
    (85093, errors.SubmissionRefused, False),
    (85094, errors.SubmissionRefused, False),
    (86000, errors.SubmissionForbidden, False),
    (86001, errors.NothingCommitted, False),
    (86002, errors.ProfileIncomplete, False),
    (86007, errors.SubmissionForbidden, False),
    (86008, errors.SubmissionForbidden, False),
    (86009, errors.SubmissionForbidden, False),
    (86010, errors.SubmissionForbidden, False),
    (87006, errors.SubmissionForbidden, False),
    (87013, errors.WithdrawLimit, False),
    # releasing
    (85019, errors.NothingToRelease, False),
    (85020, errors.NothingToRelease, False),
    (85052, errors.AlreadyReleased, False),
    (85079, errors.GreyRefused, False),
    (85080, errors.GreyRefused, False),
    (85081, errors.GreyRefused, False),
    (85082, errors.GreyRefused, False),
    (87011, errors.CannotRollBack, False),
    (87012, errors.CannotRollBack, False),
]
"""The codes of single families of calls (CONTRACT §3.5 and after)."""


@pytest.mark.parametrize(("errcode", "kind", "retryable"), TABLE + FAMILIES)
def test_every_errcode_has_its_kind(errcode, kind, retryable):
    failure = failure_for(errcode, "said rid: 6543-ab-12")
    assert type(failure) is kind
    assert (failure.code, failure.retryable, failure.outcome_unknown) == (
        str(errcode),
        retryable,
        False,
    )


def test_the_table_holds_nothing_more():
    assert errors.ERRCODES.keys() == {errcode for errcode, _, _ in TABLE + FAMILIES}


def test_an_unlisted_errcode_is_a_plain_no():
    failure = failure_for(99999, "something new")
    assert type(failure) is errors.WeChatRefused
    assert failure.code == "99999"


def test_the_request_id_is_found_in_the_message():
    failure = failure_for(40029, "invalid code, rid: 61e0a1b2-0abc1234-5f6e7d8c")
    assert failure.rid == "61e0a1b2-0abc1234-5f6e7d8c"
    assert failure_for(40029, "invalid code").rid == ""


PAY = [
    # status, code, kind, retryable, outcome unknown
    (400, "PARAM_ERROR", errors.WeChatRefused, False, False),
    (400, "ORDER_CLOSED", errors.WeChatRefused, False, False),
    (403, "NOT_ENOUGH", errors.BalanceNotEnough, False, False),
    (403, "RULE_LIMIT", errors.LimitReached, False, False),
    (403, "NO_AUTH", errors.WeChatRefused, False, False),
    (400, "NO_STATEMENT_EXIST", errors.BillNotReady, True, False),
    (400, "STATEMENT_CREATING", errors.BillNotReady, True, False),
    (404, "NOT_FOUND", errors.OrderNotExist, False, False),
    (403, "OUT_TRADE_NO_USED", errors.WeChatRefused, False, False),
    (400, "ORDERPAID", errors.OrderPaid, False, False),
    (404, "ORDER_NOT_EXIST", errors.OrderNotExist, False, False),
    (404, "RESOURCE_NOT_EXISTS", errors.OrderNotExist, False, False),
    (401, "SIGN_ERROR", errors.OperatorMustAct, False, False),
    (429, "FREQUENCY_LIMITED", errors.WeChatBusy, True, False),
    (429, "RATELIMIT_EXCEED", errors.WeChatBusy, True, False),
    (429, "RATELIMIT_EXCEEDED", errors.WeChatBusy, True, False),
    (429, "", errors.WeChatBusy, True, False),
    (500, "SYSTEM_ERROR", errors.AnswerUnclear, True, True),
    (500, "PARAM_ERROR", errors.AnswerUnclear, True, True),
    (502, "", errors.AnswerUnclear, True, True),
    (400, "NEVER_HEARD_OF", errors.AnswerUnclear, True, True),
    (302, "", errors.AnswerUnclear, True, True),
]


@pytest.mark.parametrize(("status", "code", "kind", "retryable", "outcome_unknown"), PAY)
def test_every_pay_answer_has_its_kind(status, code, kind, retryable, outcome_unknown):
    failure = pay_failure_for(status=status, code=code, message="said", rid="R1")
    assert type(failure) is kind
    assert (failure.retryable, failure.outcome_unknown) == (retryable, outcome_unknown)
    assert (failure.code, failure.status, failure.rid) == (code or str(status), status, "R1")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"errcode": "40029", "errmsg": "invalid code"}, errors.LoginCodeNotAccepted),
        ({"errcode": 40029, "errmsg": "invalid code"}, errors.LoginCodeNotAccepted),
        ({"errcode": "42001"}, errors.TokenNotAccepted),
        ({"errcode": "often"}, errors.BadAnswer),
        ({"errcode": None}, errors.BadAnswer),
        ([], errors.BadAnswer),
        ("ok", errors.BadAnswer),
    ],
)
def test_an_errcode_may_be_a_text(answer, kind, stub):
    stub.says_json(answer)
    with pytest.raises(errors.WeChatFailure) as caught:
        api.post("/x", call="test.x", query={}, content={})
    assert type(caught.value) is kind
    assert len(stub.asked) == 1


@pytest.mark.parametrize("answer", [{"openid": "o"}, {"errcode": 0}, {"errcode": "0"}])
def test_a_success_may_omit_the_errcode(answer, stub):
    stub.says_json(answer)
    assert api.post("/x", call="test.x", query={}, content={}) == answer
