"""Why did this go back, why was this taken off: answered from the books, never calculated anew.

The amounts are those of the journals; rates and inputs are what the journals kept in `why` when
they were posted, so that an answer stays true when a rule changes.
"""

from collections.abc import Iterator, Mapping, Sequence

from billing.ledger import queries as books
from billing.ledger.queries import Posting, WalletLine
from billing.ledger.states import Account, JournalKind
from billing.payments.models import Payment
from billing.refunds.models import Refund
from billing.refunds.states import RefundState
from billing.withdrawals.models import Withdrawal
from kernel.explanations import Explanation, Step, added
from kernel.money import Money

_WALLET_INPUTS = frozenset(
    {"base_minor", "rate_bp", "level", "order_number", "number", "fee_minor", "net_minor"}
)
"""What the holder of a wallet may read of a journal's `why`."""
_NO_PARTS: Mapping[str, Sequence[Step]] = {}
_COSTS = (
    ("fee", "微信支付手续费", "WeChat Pay's fee", Account.FEES, Account.WECHAT),
    ("commission", "平台佣金", "Platform's commission", Account.COMMISSION, Account.PLATFORM),
)


def of_payment(
    payment: Payment, *, with_costs: bool, parts: Mapping[str, Sequence[Step]] = _NO_PARTS
) -> list[Explanation]:
    """Return why each refund is as high as it is, the oldest first.

    `parts` are by a refund's key what whoever asked for it knows of what it is made of. With costs
    also what WeChat Pay and the platform took, less what they gave back with refunds.
    """
    rows = Refund.objects.filter(payment=payment, attempt__is_extra=False).order_by("pk")
    refunds = list(rows)
    found = list(_refunds(payment, refunds, parts))
    if with_costs:
        postings = books.postings_under(_numbers(payment, refunds))
        for subject, zh, en, expense, other in _COSTS:
            steps = tuple(_taken(postings, expense, other))
            amount = added(steps, payment.currency)
            found.append(Explanation(subject, zh, en, payment.order_number, amount, steps))
    return found


def withdrawal(row: Withdrawal) -> Explanation:
    """Return why so much of a withdrawal arrives: its amount, less the two parts of the fee."""
    share = min(row.amount.share(row.fee_bp), row.fee)
    fixed = row.fee - share
    steps = [Step("asked", "提现金额", "Taken out of the wallet", row.amount)]
    if share.minor:
        inputs = {"base_minor": row.amount_minor, "rate_bp": row.fee_bp}
        steps.append(_minus("share", "按比例手续费", "Fee by rate", share, inputs))
    if fixed.minor:
        inputs = {"fixed_minor": row.fee_fixed_minor}
        steps.append(_minus("fixed", "固定手续费", "Fixed fee", fixed, inputs))
    return Explanation(
        subject="withdrawal",
        zh="实际到账",
        en="What arrives",
        reference=row.number,
        amount=row.net,
        steps=tuple(steps),
    )


def wallet_step(line: WalletLine, *, zh: str, en: str) -> Step:
    """Return why a wallet moved by so much, in words of the caller's.

    A share of something names its base and its rate; it is rounded half up, or down (`floor`).
    """
    inputs = {name: value for name, value in line.why.items() if name in _WALLET_INPUTS}
    rule, base, rate_bp = line.kind, inputs.get("base_minor"), inputs.get("rate_bp")
    if isinstance(base, int) and isinstance(rate_bp, int) and base >= 0:
        shares = {base * rate_bp // 10_000: "floor", Money(base).share(rate_bp).minor: "share"}
        rule = shares.get(abs(line.amount.minor), rule)
    return Step(rule, zh, en, line.amount, inputs)


def _refunds(
    payment: Payment, refunds: Sequence[Refund], parts: Mapping[str, Sequence[Step]]
) -> Iterator[Explanation]:
    before = Money(0, payment.currency)
    for refund in refunds:
        yield _refund(payment, refund, before, parts.get(refund.key, ()))
        if refund.state != RefundState.CLOSED:
            before += refund.amount


def _refund(
    payment: Payment, refund: Refund, before: Money, parts: Sequence[Step]
) -> Explanation:
    """Derive a refund: by its parts, or as all that was left, or a part that was agreed on."""
    left = payment.amount - before
    if parts and added(parts, payment.currency) == refund.amount:
        steps = list(parts)
    elif refund.amount == left:
        steps = [Step("paid", "已付金额", "Paid", payment.amount)]
        if before.minor:
            steps.append(_minus("refunded_before", "此前已退", "Given back before", before, {}))
    else:
        inputs = {"paid_minor": payment.amount_minor, "refunded_before_minor": before.minor}
        zh, en = "商定的部分金额", "A part of it, as agreed"
        steps = [Step("part", zh, en, refund.amount, inputs)]
    return Explanation(
        subject="refund",
        zh="退款",
        en="Refund",
        reference=refund.out_refund_no,
        amount=refund.amount,
        steps=tuple(steps),
    )


def _numbers(payment: Payment, refunds: Sequence[Refund]) -> list[str]:
    """Return the references under which the books know a payment."""
    attempts = payment.attempts.filter(is_extra=False).values_list("out_trade_no", flat=True)
    return [payment.order_number, *attempts, *(refund.out_refund_no for refund in refunds)]


def _taken(postings: Sequence[Posting], expense: Account, other: Account) -> Iterator[Step]:
    """Yield what went from `other` to `expense`, and what came back.

    The expense is debited when it is taken and credited when it is given back.
    """
    for posting in postings:
        ends = (posting.debit, posting.credit)
        if ends == (expense, other):
            yield _cost(posting, expense, posting.amount)
        elif ends == (other, expense):
            yield _cost(posting, expense, Money(0, posting.amount.currency) - posting.amount)


def _cost(posting: Posting, expense: Account, amount: Money) -> Step:
    why = posting.why
    rate_bp = int(why["fee_bp"] if expense == Account.FEES else why["commission_bp"])
    if posting.kind == JournalKind.REFUND:
        left = int(why["paid_minor"]) - int(why["refunded_before_minor"])
        if expense == Account.FEES:  # WeChat knows nothing of what went back by hand
            left += int(why.get("by_hand_minor", 0))
        inputs: dict[str, int | str] = {
            "rate_bp": rate_bp,
            "before_minor": left,
            "after_minor": left - int(why["refund_minor"]),
            "refund": posting.reference,
        }
        return Step("given_back", "随退款退还", "Given back with a refund", amount, inputs)
    base = int(why["paid_minor"]) - int(why.get("refunded_minor", 0))
    zh, en = "按比例收取", "Share of what was paid"
    return Step("share", zh, en, amount, {"base_minor": base, "rate_bp": rate_bp})


def _minus(rule: str, zh: str, en: str, amount: Money, inputs: Mapping[str, int | str]) -> Step:
    return Step(rule, zh, en, Money(0, amount.currency) - amount, inputs)
