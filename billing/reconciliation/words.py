"""A difference in plain words, for owners and staff, in Chinese and English. Pure.

Every sentence takes the facts of the row; what is not known reads as “—”.
"""

from dataclasses import dataclass
from typing import Any

from billing.reconciliation.states import DifferenceKind, DifferenceState, Repair
from kernel.money import Money

K = DifferenceKind


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """Return it for `zh…` or, for any other language, in English."""
        return self.zh if language.startswith("zh") else self.en

    def filled(self, **facts: object) -> "Sentence":
        """Return it with its blanks filled."""
        return Sentence(self.en.format(**facts), self.zh.format(**facts))


TITLES: dict[str, Sentence] = {
    K.MISSING_HERE: Sentence("Missing in our books", "我方漏记"),
    K.MISSING_THERE: Sentence("Missing in WeChat's bill", "微信账单缺失"),
    K.AMOUNT: Sentence("Another amount", "金额不符"),
    K.FEE: Sentence("Another fee", "手续费不符"),
    K.STATE: Sentence("Another state", "状态不符"),
    K.DUPLICATE: Sentence("Twice in the bill", "账单重复"),
    K.REFUND_UNKNOWN: Sentence("A refund nobody asked for here", "未知退款"),
    K.CUT_OFF: Sentence("Around midnight", "跨日待对"),
}
NOUNS: dict[str, Sentence] = {
    "payment": Sentence("payment", "付款"),
    "refund": Sentence("refund", "退款"),
    "flow": Sentence("movement of funds", "资金变动"),
}
STATES: dict[str, Sentence] = {
    DifferenceState.OPEN: Sentence("open", "待处理"),
    DifferenceState.EXPLAINED: Sentence("explained", "已说明"),
    DifferenceState.FIXED: Sentence("fixed", "已解决"),
    DifferenceState.WRITTEN_OFF: Sentence("written off", "已核销"),
}
REPAIRS: dict[str, Sentence] = {
    Repair.ASK: Sentence("Ask WeChat and take what it says", "向微信查询并入账"),
    Repair.POST: Sentence("Post the difference", "按差额入账"),
    Repair.ASK_OR_POST: Sentence(
        "Ask WeChat; take it out of the books if WeChat knows nothing of it",
        "向微信查询；若微信无此笔则冲账",
    ),
    Repair.NONE: Sentence("Nothing to click: explain it or write it off", "请说明原因或核销"),
}
_WHY: dict[str, Sentence] = {
    "missing_here_known": Sentence(
        "WeChat took {there} for {number}, and our payment still stands at {here_state}: neither"
        " its callback nor our questions came through.",
        "微信已收到 {number} 的 {there}，我方付款仍为“{here_state}”：回调和查询都没有成功。",
    ),
    "missing_here_unknown": Sentence(
        "WeChat took {there} under {number}, which was not ordered here. Another system may use"
        " the same merchant number.",
        "微信以单号 {number} 收到 {there}，但该单号不是在这里下的单，可能有其他系统共用此商户号。",
    ),
    K.MISSING_THERE: Sentence(
        "Our books hold {here} for {number}; no bill of WeChat has it. It was paid on another"
        " merchant number, or never.",
        "我方账上 {number} 有 {here}，微信账单中没有：可能付到了别的商户号，或根本没有支付。",
    ),
    K.AMOUNT: Sentence(
        "For {number} WeChat's bill says {there} ({there_currency}) and our books say {here}.",
        "{number}：微信账单为 {there}（{there_currency}），我方账上为 {here}。",
    ),
    K.FEE: Sentence(
        "For {number} WeChat took a fee of {there}; we reckoned {here}. WeChat's rate for this"
        " shop differs from ours.",
        "{number}：微信收取手续费 {there}，我方按 {here} 计算，说明该商户的实际费率与设置不同。",
    ),
    K.STATE: Sentence(
        "For {number} WeChat says {there_state}, our {noun} stands at {here_state}, and the books"
        " {booked} it.",
        "{number}：微信显示“{there_state}”，我方{noun}为“{here_state}”，账上{booked}。",
    ),
    K.DUPLICATE: Sentence(
        "{number} stands {lines} times in WeChat's bill, under {transactions} numbers of WeChat,"
        " together {there}; our books hold {here}.",
        "{number} 在微信账单中出现 {lines} 次，对应 {transactions} 个微信单号，合计 {there}；"
        "我方账上为 {here}。",
    ),
    K.REFUND_UNKNOWN: Sentence(
        "WeChat gave {there} back under {number}, for the payment {of_number}. It was not asked"
        " for here: somebody refunded in WeChat's own console.",
        "微信以 {number} 退回了 {there}（原付款 {of_number}），但并非在这里发起，"
        "可能有人在微信商户平台直接退款。",
    ),
    K.CUT_OFF: Sentence(
        "{number} over {here} was paid minutes before midnight. The next day's bill should hold"
        " it; if so, this closes by itself.",
        "{number}（{here}）在零点前几分钟支付，应出现在次日账单中，届时自动关闭。",
    ),
    "flow_missing_here": Sentence(
        "WeChat moved {there} (“{business}”, {number}), and nothing in our books says why.",
        "微信账户发生 {there} 的“{business}”（{number}），我方账上没有对应记录。",
    ),
    "flow_missing_there": Sentence(
        "Our books moved {here} for {number} (“{business}”); WeChat's flow of funds has nothing of"
        " it.",
        "我方账上 {number} 有 {here} 的“{business}”，微信资金账单中没有。",
    ),
    "flow_amount": Sentence(
        "For {number} (“{business}”) WeChat moved {there} and our books {here}.",
        "{number}（“{business}”）：微信变动 {there}，我方账上 {here}。",
    ),
}
_BOOKED = {True: Sentence("hold", "已入账"), False: Sentence("lack", "未入账")}
_NOTHING = Sentence("—", "—")


def why(*, kind: str, noun: str, number: str, there: Money | None, here: Money | None,
        facts: dict[str, Any]) -> Sentence:  # fmt: skip
    """Return why a difference is one, with its figures."""
    text = _WHY[_key(kind, noun, facts)]
    values: dict[str, Any] = {
        "number": number,
        "there": there or "—",
        "here": here or "—",
        "there_state": facts.get("there_state") or "—",
        "here_state": facts.get("here_state") or "—",
        "there_currency": facts.get("there_currency") or "—",
        "of_number": facts.get("of_number") or "—",
        "business": facts.get("business") or "—",
        "lines": facts.get("lines", 1),
        "transactions": facts.get("transactions", 1),
    }
    booked, what = _BOOKED[bool(facts.get("is_booked"))], NOUNS.get(noun, _NOTHING)
    return Sentence(
        text.en.format(**values, noun=what.en, booked=booked.en),
        text.zh.format(**values, noun=what.zh, booked=booked.zh),
    )


def _key(kind: str, noun: str, facts: dict[str, Any]) -> str:
    if noun == "flow" and kind != K.CUT_OFF:
        return f"flow_{kind}"
    if kind == K.MISSING_HERE:
        return "missing_here_known" if facts.get("is_known") else "missing_here_unknown"
    return kind
