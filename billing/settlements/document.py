"""A period's statement as a PDF that can be printed and filed."""

from collections.abc import Sequence

from billing.settlements.models import Statement
from billing.settlements.paper import WIDTH, Paper
from billing.settlements.periods import Period, plain
from kernel import clock

_LEFT, _RIGHT, _BOTTOM, _STEP = 50, WIDTH - 50, 780, 20
_WORDS = {
    "title": ("结算单", "Statement"),
    "period": ("账期", "Period"),
    "made": ("制表时间", "Made"),
    "gross": ("顾客实付", "Paid by customers"),
    "refunds": ("退款", "Given back"),
    "fee": ("微信支付手续费", "WeChat Pay's fee"),
    "commission": ("平台佣金", "Platform's commission"),
    "distribution": ("推广佣金", "Recommendations"),
    "net": ("净额", "Yours"),
    "payout": ("期间已提现到银行", "Paid out to the bank meanwhile"),
    "orders": ("订单数", "Orders"),
    "refunds_count": ("退款数", "Refunds"),
    "day": ("日期", "Day"),
    "open": ("账期尚未关闭，数字仍可能变化。", "The period is not closed yet: figures may change."),
    "traced": (
        "每个数字都可在商家后台逐笔查看，或导出 CSV。",
        "Every figure opens to its lines in the portal, or in the CSV.",
    ),
    "page": ("第 {n} 页，共 {all} 页", "Page {n} of {all}"),
    "none": ("账期内没有资金变动。", "No money moved in this period."),
}
_COLUMNS = (("gross", 175), ("refunds", 240), ("fee", 315), ("commission", 395),
            ("distribution", 470), ("net", _RIGHT))  # fmt: skip


def drawn(period: Period, days: Sequence[Statement], *, shop: str, language: str) -> bytes:
    """Return the PDF: the sums on the first page, then a line for each day on which money moved."""
    paper = _Statement(period, shop, is_chinese=language.startswith("zh"))
    paper.summary()
    paper.days(days)
    return paper.finished()


class _Statement:
    """The statement on its way down the page: `y` is where the next line goes."""

    def __init__(self, period: Period, shop: str, *, is_chinese: bool) -> None:
        self.period, self.shop, self.is_chinese = period, shop, is_chinese
        self.paper = Paper(f"{self.word('title')} {shop} {period.first} – {period.last}")
        self.y = 0

    def word(self, name: str) -> str:
        return _WORDS[name][0 if self.is_chinese else 1]

    def summary(self) -> None:
        self.paper.page()
        self.paper.text(_LEFT, 70, self.shop[:40], size=18)
        self.paper.text(_LEFT, 96, self.word("title"), size=13, grey=0.35)
        period, now = self.period, clock.now()
        self.paper.text(_RIGHT, 70, f"{period.first} – {period.last}", size=11, is_right=True)
        made = f"{self.word('made')} {now:%Y-%m-%d %H:%M} UTC"
        self.paper.text(_RIGHT, 96, made, size=9, grey=0.45, is_right=True)
        self.y = 140
        rows = [
            ("gross", period.gross_minor),
            ("refunds", -period.refunds_minor),
            ("fee", -period.fee_minor),
            ("commission", -period.commission_minor),
            ("distribution", -period.distribution_minor),
        ]
        for name, minor in rows:
            self._sum(name, minor)
        self.paper.line(_LEFT, self.y - 12, _RIGHT, grey=0.3)
        self.y += 4
        self._sum("net", period.net_minor, size=13)
        self.y += 8
        self._sum("payout", period.payout_minor, grey=0.35)
        counts = f"{self.word('orders')} {period.orders_count} · "
        counts += f"{self.word('refunds_count')} {period.refunds_count}"
        self.paper.text(_LEFT, self.y, counts, grey=0.35)
        self.y += 18
        self.paper.text(_LEFT, self.y, self.word("traced"), size=9, grey=0.45)
        if not period.is_closed:
            self.y += 16
            self.paper.text(_LEFT, self.y, self.word("open"), size=9, grey=0.45)
        self.y += 40

    def days(self, days: Sequence[Statement]) -> None:
        if not days:
            self.paper.text(_LEFT, self.y, self.word("none"))
            return
        self._head()
        for day in days:
            if self.y > _BOTTOM:
                self.paper.page()
                self.y = 70
                self._head()
            self.paper.text(_LEFT, self.y, f"{day.day}", size=9)
            for name, x in _COLUMNS:
                sign = 1 if name in {"gross", "net"} else -1
                self._money(x, sign * getattr(day, f"{name}_minor"), size=9)
            self.y += _STEP - 4

    def finished(self) -> bytes:
        count = self.paper.pages_count
        for n in range(count):
            words = self.word("page").format(n=n + 1, all=count)
            self.paper.text(_RIGHT, 815, words, size=8, grey=0.45, is_right=True, page=n)
        return self.paper.written()

    def _head(self) -> None:
        self.paper.text(_LEFT, self.y, self.word("day"), size=8, grey=0.45)
        for name, x in _COLUMNS:
            self.paper.text(x, self.y, self.word(name), size=8, grey=0.45, is_right=True)
        self.paper.line(_LEFT, self.y + 6, _RIGHT)
        self.y += _STEP

    def _sum(self, name: str, minor: int, *, size: float = 11, grey: float = 0) -> None:
        self.paper.text(_LEFT, self.y, self.word(name), size=size, grey=grey)
        self._money(_RIGHT, minor, size=size, grey=grey)
        self.y += _STEP

    def _money(self, x: float, minor: int, *, size: float, grey: float = 0) -> None:
        words = plain(minor, self.period.currency)
        if size > 9:
            words = f"{words} {self.period.currency}"
        self.paper.text(x, self.y, words, size=size, grey=grey, is_right=True)
