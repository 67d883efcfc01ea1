"""What customers are told, by which template of WeChat's library, and when they are asked. Pure.

WeChat's library is another one for each category of a mini-program, and its templates have other
lines: each news has titles that fit, and each fact has names by which a line may call it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_LINE = re.compile(r"([^\n:：]*)[:：]\s*\{\{\s*(\w+)\.DATA\s*\}\}")
_LEAST_LINES, _MOST_LINES = 2, 5


class News(StrEnum):
    """What happened."""

    ORDER_PAID = "order_paid"
    ORDER_SHIPPED = "order_shipped"
    REFUNDED = "refunded"


class Moment(StrEnum):
    """When the mini-program may ask for permits: it needs a tap (CONTRACT §7)."""

    PAY = "pay"
    """The tap on “pay”, or right after the payment."""
    REFUND = "refund"
    """The tap that asks for money back."""


ASKED_AT: dict[Moment, tuple[News, ...]] = {
    Moment.PAY: (News.ORDER_PAID, News.ORDER_SHIPPED, News.REFUNDED),
    Moment.REFUND: (News.REFUNDED,),
}
"""At most five templates are asked for at once."""


class Fact(StrEnum):
    """What a line of a notice may say."""

    NUMBER = "number"
    GOODS = "goods"
    AMOUNT = "amount"
    CARRIER = "carrier"
    TRACKING = "tracking"
    REASON = "reason"
    STATUS = "status"
    TIME = "time"
    HINT = "hint"


@dataclass(frozen=True)
class Wording:
    """The names under which a fact goes, in WeChat's library, and the types that can hold it."""

    names: frozenset[str]
    rules: frozenset[str]


def _wording(names: str, rules: str) -> Wording:
    return Wording(frozenset(names.split()), frozenset(rules.split()))


WORDINGS: dict[Fact, Wording] = {
    Fact.NUMBER: _wording("订单编号 订单号 订单号码 单号", "character_string number thing"),
    Fact.GOODS: _wording("商品名称 商品 商品信息 商品详情 订单内容 订单商品", "thing"),
    Fact.AMOUNT: _wording("订单金额 支付金额 付款金额 金额 实付金额 退款金额 退款总额", "amount"),
    Fact.CARRIER: _wording("快递公司 物流公司 快递名称 承运公司", "thing"),
    Fact.TRACKING: _wording("快递单号 物流单号 运单号 运单编号", "character_string thing"),
    Fact.REASON: _wording("退款原因 原因 退款说明", "thing"),
    Fact.STATUS: _wording("支付状态 订单状态 状态 退款状态", "phrase"),
    Fact.TIME: _wording("时间 支付时间 付款时间 发货时间 退款时间 下单时间", "time date"),
    Fact.HINT: _wording("温馨提示 备注 提示 说明 备注信息", "thing"),
}


@dataclass(frozen=True)
class Recipe:
    """How a news is told: titles that fit, the best first, and facts, the most important first."""

    titles: tuple[str, ...]
    facts: tuple[Fact, ...]
    scene: str
    """What WeChat's reviewers read: at most 15 characters."""


F = Fact
RECIPES: dict[News, Recipe] = {
    News.ORDER_PAID: Recipe(
        ("订单支付成功通知", "支付成功通知", "付款成功通知", "下单成功通知"),
        (F.NUMBER, F.GOODS, F.AMOUNT, F.TIME, F.STATUS, F.HINT),
        "付款后告知买家",
    ),
    News.ORDER_SHIPPED: Recipe(
        ("订单发货通知", "发货通知", "商品发货通知", "订单发货提醒"),
        (F.NUMBER, F.GOODS, F.CARRIER, F.TRACKING, F.TIME, F.HINT),
        "发货后告知买家",
    ),
    News.REFUNDED: Recipe(
        ("退款成功通知", "退款通知", "退款到账通知"),
        (F.NUMBER, F.AMOUNT, F.REASON, F.TIME, F.STATUS, F.HINT),
        "退款后告知买家",
    ),
}


@dataclass(frozen=True)
class Line:
    """A line that a template of the library can have."""

    keyword_id: int
    name: str
    rule: str


def chosen_lines(news: News, offered: Sequence[Line]) -> tuple[int, ...]:
    """Return the ids of up to five lines that tell this news; empty if fewer than two do."""
    found: list[int] = []
    for fact in RECIPES[news].facts:
        wording = WORDINGS[fact]
        fits = (
            line.keyword_id
            for line in offered
            if line.name in wording.names and line.rule in wording.rules
        )
        first = next((number for number in fits if number not in found), None)
        if first is not None:
            found.append(first)
    return tuple(found[:_MOST_LINES]) if len(found) >= _LEAST_LINES else ()


def facts_by_key(news: News, content: str) -> Mapping[str, Fact] | None:
    """Return which fact each value of an app's template is; None if one is none of ours."""
    lines = [(name.strip(), key) for name, key in _LINE.findall(content)]
    found = {key: _fact_of(news, name, key.rstrip("0123456789")) for name, key in lines}
    known = {key: fact for key, fact in found.items() if fact is not None}
    return known if known and len(known) == content.count(".DATA") else None


def _fact_of(news: News, name: str, rule: str) -> Fact | None:
    fits = (
        fact
        for fact in RECIPES[news].facts
        if name in WORDINGS[fact].names and rule in WORDINGS[fact].rules
    )
    return next(fits, None)
