"""What repairs a difference: a question to WeChat, a journal, or nothing."""

from enum import StrEnum

from billing.bills.states import Noun
from billing.ledger.actions import Line
from billing.ledger.states import Account
from billing.payments import actions as payments
from billing.payments.actions import PaymentUnavailable
from billing.payments.models import Attempt
from billing.payments.states import Applied
from billing.reconciliation.models import Difference
from billing.reconciliation.states import DifferenceKind, Repair
from billing.refunds import actions as refunds
from billing.refunds import queries as refund_queries
from billing.refunds.states import RefundState
from kernel.errors import Refusal
from kernel.money import Money
from wechat.errors import WeChatFailure

K = DifferenceKind


class WeChatDoesNotAnswer(Refusal):
    """WeChat did not answer, or not clearly: try again."""

    status = 503
    en = "WeChat Pay does not answer at the moment. Please try again shortly."
    zh = "微信支付暂时没有响应，请稍后再试。"


class Answer(StrEnum):
    """What came of asking WeChat."""

    NOT_ASKED = "not_asked"
    SETTLED = "settled"
    """Its word was taken, or had been taken meanwhile: both sides agree now."""
    UNKNOWN = "unknown"
    """It has no such payment or refund, or says that it was never paid."""
    OTHERWISE = "otherwise"
    """It says what does not fit, or what the books say as well; a person must look."""


def of(difference: Difference) -> Repair:
    """Return what one click on a difference would do."""
    kind, noun = difference.kind, difference.noun
    if kind == K.CUT_OFF:
        return Repair.NONE
    if noun == Noun.FLOW:
        return Repair.POST
    if kind == K.MISSING_HERE:
        return Repair.ASK if difference.facts.get("is_known") else Repair.POST
    if kind == K.MISSING_THERE:
        return Repair.ASK_OR_POST
    if kind == K.STATE:
        return Repair.ASK
    if kind == K.AMOUNT and difference.facts.get("there_currency") != difference.currency:
        return Repair.NONE
    if kind == K.DUPLICATE and difference.facts.get("transactions") == 1:
        return Repair.NONE  # the bill's own mistake: the money came once
    return Repair.POST


def ask(difference: Difference) -> Answer:
    """Ask WeChat, where that may help. Outside transactions. Raises WeChatDoesNotAnswer."""
    if of(difference) not in {Repair.ASK, Repair.ASK_OR_POST}:
        return Answer.NOT_ASKED
    try:
        if difference.noun == Noun.PAYMENT:
            return _ask_payment(difference)
        return _ask_refund(difference)
    except (PaymentUnavailable, WeChatFailure) as failure:
        raise WeChatDoesNotAnswer from failure


def lines(difference: Difference, answer: Answer) -> list[Line]:
    """Return the transfers that make the books say what WeChat says; none, when none would."""
    how = of(difference)
    if how not in {Repair.POST, Repair.ASK_OR_POST} or answer == Answer.OTHERWISE:
        return []
    if difference.kind == K.FEE:
        return _moved(difference, Account.FEES, is_cost=True)
    return _moved(difference, Account.DIFFERENCES, is_cost=difference.noun == Noun.REFUND)


def _moved(difference: Difference, other: Account, *, is_cost: bool) -> list[Line]:
    """Move the surplus of WeChat's side over ours: `is_cost` says that it leaves WeChat."""
    surplus = (difference.there_minor or 0) - (difference.here_minor or 0)
    amount = Money(abs(surplus), difference.currency)
    if not amount.minor:
        return []
    leaves = is_cost == (surplus > 0)
    pair = (other, Account.WECHAT) if leaves else (Account.WECHAT, other)
    return [Line(*pair, amount)]


def _ask_payment(difference: Difference) -> Answer:
    attempt = (
        Attempt.objects.select_related("payment").filter(out_trade_no=difference.number).first()
    )
    if attempt is None:
        return Answer.UNKNOWN
    done = payments.ask_again(attempt=attempt)
    if difference.kind == K.MISSING_HERE:
        taken = done not in {Applied.NOT_PAID, Applied.MISMATCHED, Applied.UNKNOWN}
        return Answer.SETTLED if taken else Answer.OTHERWISE
    return Answer.UNKNOWN if done == Applied.NOT_PAID else Answer.OTHERWISE


def _ask_refund(difference: Difference) -> Answer:
    refund = refund_queries.find_refund(difference.number)
    if refund is None or not refunds.ask_again(refund=refund):
        return Answer.UNKNOWN
    refund.refresh_from_db(fields=["state"])
    wanted = difference.facts.get("there_state") == "SUCCESS"
    if difference.kind == K.STATE and wanted == (refund.state == RefundState.SUCCEEDED):
        return Answer.SETTLED
    return Answer.OTHERWISE
