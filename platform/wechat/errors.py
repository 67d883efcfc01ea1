"""How a call to WeChat can fail, and what each of WeChat's codes means for the caller."""

import re
from typing import ClassVar

_RID = re.compile(r"\brid: ?([0-9a-f]+(?:-[0-9a-f]+)*)")


class WeChatFailure(Exception):
    """A call to WeChat did not do what was asked.

    `retryable`: the same call, with the same numbers, may succeed later.
    `outcome_unknown`: WeChat may have done it all the same; ask before doing anything else, and
    never repeat under a new number (CONTRACT §4.8).
    `code` is WeChat's own word or number as text, `rid` the request id to quote to WeChat.
    """

    retryable: ClassVar[bool] = False
    outcome_unknown: ClassVar[bool] = False

    def __init__(self, message: str, *, code: str = "", rid: str = "", status: int = 0) -> None:
        self.message, self.code, self.status = message, code, status
        self.rid = rid or rid_in(message)
        super().__init__(f"{code}: {message}" if code else message)


class WeChatNotConfigured(WeChatFailure):
    """No credentials were given: settings.WECHAT is None."""


class WeChatUnreachable(WeChatFailure):
    """The request never reached WeChat: refused, no route, name unknown, or the breaker is open."""

    retryable = True


class WeChatTimedOut(WeChatUnreachable):
    """The request went out, but no whole answer came back in time."""

    outcome_unknown = True


class BadAnswer(WeChatFailure):
    """The answer is not what the contract promises: HTML, half a body, a missing field."""

    retryable = True
    outcome_unknown = True


class BadResponseSignature(BadAnswer):
    """The answer of WeChat Pay is not signed by a key we know, or not now (CONTRACT §4.2)."""


class AnswerUnclear(BadAnswer):
    """An error of WeChat's own making, or a code nobody told us about (CONTRACT §4.8)."""


class WeChatBusy(WeChatFailure):
    """WeChat is busy or our quota for now is spent; nothing was done. Back off."""

    retryable = True


class TokenNotAccepted(WeChatFailure):
    """The access token is malformed, expired or replaced: refresh it once, then try once more."""

    retryable = True


class TicketNotAccepted(WeChatFailure):
    """The component's ticket is missing or expired: the next push brings one, within 10 minutes."""

    retryable = True


class PaymentNotYetKnown(WeChatFailure):
    """Shipping was told before WeChat's order side heard of the payment (CONTRACT §5.2)."""

    retryable = True


class WeChatRefused(WeChatFailure):
    """A business no that repeating does not change; `code` says which."""


class OrderNotExist(WeChatRefused):
    """WeChat Pay knows no order, refund, sharing, transfer or application under this number."""


class OrderPaid(WeChatRefused):
    """The order cannot be closed: the buyer has paid. Query it and follow the paid path."""


class BalanceNotEnough(WeChatRefused):
    """The account that should pay holds too little: a refund's, a sharing's or a transfer's."""


class LimitReached(WeChatRefused):
    """A rule of WeChat Pay forbids it now: a sum per day, a ratio, a number of times."""


class BillNotReady(WeChatFailure):
    """There is no bill of this day: it is not made yet (10:00 of the next day), or never will be.

    A day without a trade has no bill. So after `bills.ready_at(day)` this means an empty day.
    """

    retryable = True


class HashMismatch(BadAnswer):
    """The bill that was downloaded is not the one WeChat Pay promised: ask for it anew."""


class LoginCodeNotAccepted(WeChatRefused):
    """The one-time code is wrong, expired, of another app, or used before."""


class DetectionNotFinished(WeChatFailure):
    """The code detection that a commit starts still runs (61039): ask again in a minute."""

    retryable = True


class LocationUndeclared(WeChatRefused):
    """The code uses an interface to private data that was not declared or not granted (61040).

    Apply for it, or submit with `privacy_api_not_use` when the code never calls it.
    """


class AuditQuotaSpent(WeChatRefused):
    """The month's pool of audits, one for all shops, is used up (85085)."""


class AlreadyInAudit(WeChatRefused):
    """A version of this mini-program is in audit (85009): wait for it, or withdraw it."""


class AuditUnknown(WeChatRefused):
    """WeChat knows no such audit of this mini-program (85012)."""


class NothingCommitted(WeChatRefused):
    """No code was committed that could be submitted or asked about (85086, 86001)."""


class ProfileIncomplete(WeChatRefused):
    """The mini-program lacks its name, picture or introduction (86002)."""


class SubmissionRefused(WeChatRefused):
    """A value of the submission is not as WeChat wants it; `code` says which."""


class SubmissionForbidden(WeChatRefused):
    """WeChat lets this mini-program, or us, submit nothing now (86007 to 86010, 87006)."""


class WithdrawLimit(WeChatRefused):
    """The audits withdrawn today or this month are at their limit (87013)."""


class TemplateUnknown(WeChatRefused):
    """No draft or template has this number (85014, 85064)."""


class TemplateLibraryFull(WeChatRefused):
    """The library holds no more templates: delete one (85065)."""


class ExtRefused(WeChatRefused):
    """ext.json, or the code it was merged into, is not as WeChat wants it (85013, 85043-85048)."""


class NothingToRelease(WeChatRefused):
    """No version of this mini-program has passed its audit (85019, 85020)."""


class AlreadyReleased(WeChatRefused):
    """The version that passed its audit is released already (85052)."""


class CannotRollBack(WeChatRefused):
    """There is no version to go back to, or a grey release is on (87011, 87012)."""


class GreyRefused(WeChatRefused):
    """A grey release cannot be started or changed so (85079 to 85082)."""


class DomainRefused(WeChatRefused):
    """WeChat does not take these domains for this mini-program; `code` says why."""


class DomainsUnchanged(DomainRefused):
    """Nothing was changed: the mini-program has these domains already (85017, 89019).

    85017 is also said of domains that the platform itself does not have.
    """


class DomainNotOfPlatform(DomainRefused):
    """The platform must have the domain before a mini-program can (85018, 89020, 89021)."""


class OpenidNotRecent(WeChatRefused):
    """The customer did not use the mini-program within two hours: their words cannot be checked.

    Hold them until they come back, or check them under another openid (61010).
    """


class NoPermitLeft(WeChatRefused):
    """The customer gave no permit for this message, took it back, or it is spent (43101)."""


class ConcurrentSends(WeChatFailure):
    """Another message to the same customer is under way (43108): send one after the other."""

    retryable = True


class ValueRefused(WeChatRefused):
    """A value of a message breaks the rule of its type, or holds a banned word (47003, 45168)."""


class MessageTemplateUnknown(WeChatRefused):
    """The mini-program has no such message template (40037): choose it anew."""


class MessageTemplatesFull(WeChatRefused):
    """The mini-program can hold no more message templates (45026): delete one."""


class OutOfWindow(WeChatRefused):
    """The customer wrote nothing in 48 hours, or was answered often enough (45015, 45047)."""


class SceneRefused(WeChatRefused):
    """The scene of a code is too long or holds a sign that it cannot (40169)."""


class PageNotReleased(WeChatRefused):
    """The released version of the mini-program has no such page (41030, 40165)."""


class AlreadyShipped(WeChatRefused):
    """The order was told as wholly shipped, and told anew once: no more (10060002, 10060003)."""


class AlreadyReminded(WeChatRefused):
    """The buyer was asked to confirm this order before (10060030)."""


class AuthorizationLost(WeChatRefused):
    """The shop's owner took the authorisation back: mark the shop unauthorised."""


class PermissionNotGranted(WeChatRefused):
    """The owner did not grant the permission set of this API: ask to authorise again."""


class OperatorMustAct(WeChatRefused):
    """Our configuration is refused (appid, secret, IP list, request signature): page someone."""


ERRCODES: dict[int, type[WeChatFailure]] = {
    -1: WeChatBusy,
    40001: TokenNotAccepted,
    40014: TokenNotAccepted,
    42001: TokenNotAccepted,
    42006: TokenNotAccepted,
    40013: OperatorMustAct,
    40125: OperatorMustAct,
    40003: WeChatRefused,
    40029: LoginCodeNotAccepted,
    40163: LoginCodeNotAccepted,
    40091: TicketNotAccepted,
    61005: TicketNotAccepted,
    61006: TicketNotAccepted,
    40097: WeChatRefused,
    47001: WeChatRefused,
    44002: WeChatRefused,
    43002: WeChatRefused,
    40164: OperatorMustAct,
    45035: OperatorMustAct,
    61004: OperatorMustAct,
    41030: PageNotReleased,
    45009: WeChatBusy,
    45011: WeChatBusy,
    48006: WeChatRefused,
    48001: PermissionNotGranted,
    61007: PermissionNotGranted,
    50001: PermissionNotGranted,
    61003: AuthorizationLost,
    61023: AuthorizationLost,
    87009: WeChatRefused,
    # Domains (§3.5).
    85015: DomainRefused,  # the account is no mini-program
    85016: DomainRefused,  # too many domains
    85017: DomainsUnchanged,  # nothing new, or not a domain of the platform
    85018: DomainNotOfPlatform,  # not a domain of the platform
    89019: DomainsUnchanged,  # the pages' domains are these already
    89020: DomainNotOfPlatform,  # the platform has no domains for pages
    89021: DomainNotOfPlatform,  # not among the platform's domains for pages
    89029: DomainRefused,  # too many domains for pages
    89231: DomainRefused,  # a personal mini-program shows no web pages
    # Drafts, templates and ext.json (§3.6).
    85013: ExtRefused,  # the configuration is not valid
    85014: TemplateUnknown,  # no template has this number
    85043: ExtRefused,  # the template is broken
    85044: ExtRefused,  # the package is too large
    85045: ExtRefused,  # ext.json names a page that is not there
    85046: ExtRefused,  # tabBar lacks a path
    85047: ExtRefused,  # pages is empty
    85048: ExtRefused,  # ext.json cannot be parsed
    85064: TemplateUnknown,  # no draft or template has this number
    85065: TemplateLibraryFull,
    # Submitting for audit (§3.6).
    61039: DetectionNotFinished,
    61040: LocationUndeclared,
    85006: SubmissionRefused,  # a tag
    85007: SubmissionRefused,  # a page's path
    85008: SubmissionRefused,  # a category
    85009: AlreadyInAudit,
    85010: SubmissionRefused,  # an empty entry of item_list
    85011: SubmissionRefused,  # a title
    85012: AuditUnknown,
    85058: AuditUnknown,  # nothing was ever submitted
    85023: SubmissionRefused,  # not one to five entries
    85051: SubmissionRefused,  # version_desc or preview_info is too long
    85077: SubmissionRefused,  # a category that WeChat has withdrawn
    85085: AuditQuotaSpent,
    85086: NothingCommitted,
    85087: SubmissionRefused,  # jumps to mini-programs that ext.json does not list
    85091: SubmissionRefused,  # the mini-program cannot be found by search
    85092: SubmissionRefused,  # preview_info is malformed
    85093: SubmissionRefused,  # preview_info holds too many pictures or films
    85094: SubmissionRefused,  # ugc_declare says nothing of how content is checked
    86000: SubmissionForbidden,  # not called for a mini-program by its platform
    86001: NothingCommitted,
    86002: ProfileIncomplete,
    86007: SubmissionForbidden,  # this mini-program may not submit
    86008: SubmissionForbidden,  # the platform was banned from submitting
    86009: SubmissionForbidden,  # the platform may submit no new mini-program
    86010: SubmissionForbidden,  # the platform may submit no new version
    87006: SubmissionForbidden,  # a mini-game
    87013: WithdrawLimit,
    # Releasing (§3.6).
    85019: NothingToRelease,  # no version was in audit
    85020: NothingToRelease,  # the version has not passed
    85052: AlreadyReleased,
    85079: GreyRefused,  # nothing is released yet
    85080: GreyRefused,  # the version has not passed
    85081: GreyRefused,  # not a share from 1 to 100
    85082: GreyRefused,  # the share must grow
    87011: CannotRollBack,  # a grey release is on
    87012: CannotRollBack,  # nothing before it, or rolled back already
    # Content safety (§6).
    61010: OpenidNotRecent,
    # Messages (§7, §9).
    40037: MessageTemplateUnknown,
    43101: NoPermitLeft,
    43108: ConcurrentSends,
    45015: OutOfWindow,
    45026: MessageTemplatesFull,
    45047: OutOfWindow,
    45168: ValueRefused,
    47003: ValueRefused,
    # Codes (§8).
    40165: PageNotReleased,  # of a link
    40169: SceneRefused,
    # Shipping (§5.2).
    44990: WeChatBusy,
    10060001: PaymentNotYetKnown,
    10060002: AlreadyShipped,
    10060003: AlreadyShipped,
    10060012: WeChatBusy,
    10060030: AlreadyReminded,
}
"""The global codes of api.weixin.qq.com (CONTRACT §0.3), then those of single families of calls.

A code that is not here is a plain `WeChatRefused`; its number is in `code` all the same."""

PAY_CODES: dict[str, type[WeChatFailure]] = {
    "PARAM_ERROR": WeChatRefused,
    "INVALID_REQUEST": WeChatRefused,
    "APPID_MCHID_NOT_MATCH": WeChatRefused,
    "MCH_NOT_EXISTS": WeChatRefused,
    "ORDER_CLOSED": WeChatRefused,
    "NO_AUTH": WeChatRefused,
    "NOT_ENOUGH": BalanceNotEnough,
    "RULE_LIMIT": LimitReached,
    "NO_STATEMENT_EXIST": BillNotReady,
    "STATEMENT_CREATING": BillNotReady,
    "OUT_TRADE_NO_USED": WeChatRefused,
    "USER_ACCOUNT_ABNORMAL": WeChatRefused,
    "SIGN_ERROR": OperatorMustAct,
    "ORDERPAID": OrderPaid,
    "ORDER_PAID": OrderPaid,
    "ORDER_NOT_EXIST": OrderNotExist,
    "ORDERNOTEXIST": OrderNotExist,
    "RESOURCE_NOT_EXISTS": OrderNotExist,
    "NOT_FOUND": OrderNotExist,
    "FREQUENCY_LIMITED": WeChatBusy,
    "RATELIMIT_EXCEED": WeChatBusy,
    "RATELIMIT_EXCEEDED": WeChatBusy,
    "SYSTEM_ERROR": AnswerUnclear,
}
"""The words of WeChat Pay v3 (CONTRACT §4.8), and the spellings without underscore that its older
pages still show for the two we branch on. NOT_FOUND is the transfers' word, STATEMENT_CREATING the
bills'. A word not listed leaves the outcome unknown."""


def failure_for(errcode: int, errmsg: str) -> WeChatFailure:
    """Name the failure behind an `errcode` of api.weixin.qq.com; unlisted ones are a plain no."""
    return ERRCODES.get(errcode, WeChatRefused)(errmsg, code=str(errcode))


def pay_failure_for(*, status: int, code: str, message: str, rid: str) -> WeChatFailure:
    """Name the failure behind an HTTP status and code of WeChat Pay; the message never decides.

    A 5xx is unclear whatever its word says; a 429 without a known word is busy.
    """
    kind = PAY_CODES.get(code, WeChatBusy if status == 429 else AnswerUnclear)
    if status >= 500:
        kind = AnswerUnclear
    return kind(message, code=code or str(status), rid=rid, status=status)


def rid_in(errmsg: str) -> str:
    """Find the request id WeChat appends to its `errmsg`, or return an empty string (§0.2)."""
    found = _RID.search(errmsg)
    return found.group(1) if found else ""
