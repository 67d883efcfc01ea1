"""The story itself: who does what, in which order, and what must be true after each step."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.first_sale import catalogue as catalogues
from infra.first_sale.buyer import Buyer
from infra.first_sale.catalogue import Catalogue
from infra.first_sale.checking import Checker, Difference, eventually
from infra.first_sale.expected import COMMISSION_BP, FEE_BP, Books, Freight, Purchase
from infra.first_sale.owner import Owner
from infra.first_sale.timeline import Tell, Timeline, receipt, statement, yuan
from infra.first_sale.visitors import Browser, MiniProgram
from infra.stage.stage import Stage

SETTINGS = {"WECHAT_FEE_BP": str(FEE_BP), "COMMISSION_BP": str(COMMISSION_BP)}
"""The environment that the story counts on."""
FLAT_FREIGHT = 800
PARCELS = (("ZTO", "ZT2026000000001"), ("SF", "SF2026000000002"))
ZONE = ZoneInfo("Asia/Shanghai")

Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How the story ended: everything was as it must be."""

    shop: str
    seconds: dict[str, float]
    figures: dict[str, int]
    checks_count: int


@dataclass
class Journey:
    """One owner, one customer, one catalogue, on one stage."""

    stage: Stage
    catalogue: Catalogue
    timeline: Timeline
    owner: Owner
    check: Checker
    books: Books = field(default_factory=Books)
    days: list[str] = field(default_factory=list)
    numbers: dict[str, Purchase] = field(default_factory=dict)
    """What was bought under each of WeChat's order numbers."""
    buyer: Buyer = field(init=False)
    sku_ids: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Tell the whole story. Raises Difference at the first thing that is not as it must be."""
        self.timeline.title("开店 · opening the shop")
        self._open()
        self._import()
        self.timeline.title("第一单 · the first sale")
        first, second = self._purchases()
        self._visit(first, second)
        self._sell(first)
        self.timeline.title("第二单，全额退款 · a second sale, refunded in full")
        self._refund(second)
        self.timeline.title("核对 · the last check")
        self._verify()

    # --- opening ------------------------------------------------------------------------------

    def _open(self) -> None:
        step = self.timeline.step
        with step("注册账号 · sign up"):
            self.owner.sign_up()
        with step("开店 · open the shop") as told:
            took = self.owner.open_shop(f"小铺 {self.owner.email.split('@')[0]}")
            told.append(f"{took:.2f} 秒后可用 · stands after {took:.2f} s: {self.owner.shop}")
        with step("清除示例 · remove the samples") as told:
            count = self.owner.remove_samples()
            told.append(f"{count} 件示例商品已移除 · {count} samples are gone")
        with step("连接微信 · connect WeChat") as told:
            made = self.stage.wechat("POST", "mini_programs", {"name": "First Sale"})
            appid, sub_mchid = made["appid"], made["sub_mchid"]
            self.owner.connect_wechat(appid=appid, sub_mchid=sub_mchid)
            told.append(f"{appid}, 子商户 · sub-merchant {sub_mchid}")
        base = self.stage.url
        self.buyer = Buyer(MiniProgram(base), self.check, self.stage.wechat, self.owner.shop, appid)

    def _import(self) -> None:
        step, wanted = self.timeline.step, len(self.catalogue.products)
        name = self.catalogue.path.name
        with step(f"试导入 · dry run of {name}") as told:
            done = self.owner.import_file(self.catalogue.path, dry_run=True)
            self.check.figures("试导入 · dry run", done, _counts(created=wanted))
            self.check.same("试导入后的商品 · products after the dry run", self._on_sale(), 0)
            told.append(f"将新增 {wanted} 件，无错误 · {wanted} to come, no errors")
        with step("导入 · import") as told:
            done = self.owner.import_file(self.catalogue.path)
            self.check.figures("导入 · import", done, _counts(created=wanted))
            self.owner.publish_drafts()
            self.check.same("在售商品 · products on sale", self._on_sale(), wanted)
            count = len(self.catalogue.wares)
            told.append(f"{wanted} 件商品，{count} 个规格 · {wanted} products, {count} SKUs")
        with step("再次导入 · the same file again") as told:
            again = self.owner.import_file(self.catalogue.path)
            counts = _counts(created=0, unchanged=wanted)
            self.check.figures("再次导入 · the second import", again, counts)
            told.append(f"{wanted} 件均无变化 · {wanted} unchanged")
        if self.catalogue.picture_urls:
            with step("图片 · pictures") as told:
                told.append(self._pictures(done["id"]))

    def _on_sale(self) -> int:
        return len(self.owner.products(state="on_sale"))

    def _pictures(self, import_id: str) -> str:
        """Wait until the import says of every picture how it went, or why it will try again."""

        def reported() -> Row | None:
            told = self.owner.read_import(import_id)["pictures"]
            waiting = sum(r["count"] for r in told["reasons"] if r["state"] == "pending")
            return dict(told) if told["pending"] == waiting else None

        told = eventually("图片处理 · the report on the pictures", reported, 120)
        known = told["stored"] + told["failed"] + told["pending"]
        self.check.same("图片总数 · pictures", known, len(self.catalogue.picture_urls))
        missing = ", ".join(f"{r['count']} × {r['detail']}" for r in told["reasons"])
        return f"{told['stored']} 张已保存 · {told['stored']} stored; {missing or '—'}"

    # --- the sales ----------------------------------------------------------------------------

    def _purchases(self) -> tuple[Purchase, Purchase]:
        """Choose what is bought: two SKUs, then a third one. The first order pays for delivery."""
        a, b, c = self.catalogue.choose(3)
        lines = ((a, min(2, a.stock)), (b, 1))
        goods = sum(ware.price_minor * quantity for ware, quantity in lines)
        rule = Freight(FLAT_FREIGHT, goods + 1)
        return Purchase(lines, rule), Purchase(((c, 1),), rule)

    def _visit(self, first: Purchase, second: Purchase) -> None:
        step = self.timeline.step
        with step("设置运费 · set the delivery fee"):
            self.owner.set_freight(first.freight_rule)
        with step("买家登录 · the customer signs in"):
            self.buyer.sign_in("first-customer")
        with step("浏览与搜索 · browse and search") as told:
            count = self.buyer.browse(self.catalogue)
            wares = [ware for ware, _ in (*first.lines, *second.lines)]
            self.sku_ids = [
                self.buyer.find(ware, self.catalogue.products[ware.handle]) for ware in wares
            ]
            told.append(f"{count} 件商品与文件一致 · {count} products are as in the file")
            shelf = self.owner.stock()
            for ware, sku_id in zip(wares, self.sku_ids, strict=True):
                self.check.same(f"{ware.name} 库存 · stock", shelf[sku_id], (ware.stock, 0))

    def _sell(self, bought: Purchase) -> None:
        step, skus = self.timeline.step, self.sku_ids[:2]
        with step("加购、预览、下单 · cart, preview, order") as told:
            self.buyer.fill_cart(bought, skus)
            order = self.buyer.order(bought, {"from_cart": True})
            self._check_shelf(bought, skus, left=0, reserved=1)
            told.append(f"{order['number']}, {yuan(bought.total)}")
        number = self._pay(bought, order["id"], skus)
        with step("发出两个包裹 · ship two parcels"):
            self._ship(order["id"])
        with step("微信收到发货信息 · WeChat knows the parcels"):
            self._wait_for_upload(number)
        with step("确认收货 · confirm receipt"):
            self.check.same("冻结资金 · funds", self._at_wechat(number)["funds"], "frozen")
            done = self.buyer.confirm_receipt(order["id"], number)
            self.check.same("订单状态 · order state", done["state"], "completed")
            self.books.complete(bought)
            self.check.same("冻结资金 · funds", self._at_wechat(number)["funds"], "settled")
        with step("当日结算单 · the day's statement") as told:
            figures = self._check_books()
            told.append(receipt(order["number"], bought, state="completed"))
            told.append(statement(self.days[-1], figures))

    def _refund(self, bought: Purchase) -> None:
        step, skus = self.timeline.step, self.sku_ids[2:]
        with step("下单 · order"):
            (_, quantity), *_ = bought.lines
            lines = [{"sku_id": skus[0], "quantity": quantity}]
            order = self.buyer.order(bought, {"lines": lines})
            self._check_shelf(bought, skus, left=0, reserved=1)
        number = self._pay(bought, order["id"], skus)
        with step("全额退款 · refund in full") as told:
            self.owner.refund(order["id"], "客户改变主意 · changed their mind")
            done = self.buyer.wait_until(order["id"], "refunded")
            self.check.same("已退金额 · refunded", done["refunded_minor"], bought.total)
            self.books.refund(bought)
            self._check_shelf(bought, skus, left=0, reserved=0)
            refunds = self._at_wechat(number)["refunds"]
            self.check.same("微信退款 · refunds at WeChat", len(refunds), 1)
            told.append(receipt(order["number"], bought, state="refunded"))
        with step("当日结算单 · the day's statement") as told:
            told.append(statement(self.days[-1], self._check_books()))

    def _pay(self, bought: Purchase, order_id: str, skus: list[str]) -> str:
        with self.timeline.step("微信支付与回调 · pay in WeChat, callback") as told:
            number = self.buyer.pay(order_id)
            self.buyer.wait_until(order_id, "paid")
            self.numbers[number] = bought
            self.books.pay(bought)
            self._check_shelf(bought, skus, left=-1, reserved=0)
            self._check_books()
            told.append(f"微信订单号 · WeChat's order number {number}")
        return number

    def _ship(self, order_id: str) -> None:
        """Send the first line in one parcel and what is left in another."""
        line = self.owner.order(order_id)["lines"][0]["id"]
        (carrier, number), (other, last) = PARCELS
        part = self.owner.ship(order_id, carrier, number, line)
        self.check.same("部分发货后的状态 · state after one parcel", part["state"], "paid")
        whole = self.owner.ship(order_id, other, last)
        self.check.same("发货后的状态 · state after both", whole["state"], "shipped")
        sent = [(p["carrier_code"], p["tracking_number"]) for p in whole["parcels"]]
        self.check.same("包裹 · parcels", tuple(sent), PARCELS)

    # --- what must be true --------------------------------------------------------------------

    def _check_shelf(self, bought: Purchase, skus: list[str], *, left: int, reserved: int) -> None:
        """Compare the stock: `left` and `reserved` count times what was bought."""
        shelf = self.owner.stock()
        for sku_id, (ware, quantity) in zip(skus, bought.lines, strict=True):
            wanted = (ware.stock + left * quantity, reserved * quantity)
            self.check.same(f"{ware.name} 库存 · stock", shelf[sku_id], wanted)

    def _check_books(self) -> dict[str, int]:
        """Compare statement, the lines behind it, balances and WeChat's own books."""
        today = datetime.now(ZONE).date().isoformat()
        if today not in self.days:
            self.days.append(today)
        figures, wanted = self.owner.statement(self.days), self.books.statement()
        self.check.figures("结算单 · statement", figures, wanted)
        for figure in ("gross", "refunds", "fee", "commission"):
            lines = self.owner.lines_behind(figure, self.days)
            behind = sum(line["amount_minor"] for line in lines)
            self.check.same(f"{figure} 明细 · lines behind it", behind, wanted[f"{figure}_minor"])
        self.check.figures("账户余额 · balance", self.owner.balances(), self.books.balances())
        self._check_wechats_books()
        return figures

    def _check_wechats_books(self) -> None:
        """Compare what WeChat itself says was paid and given back."""
        paid = refunded = 0
        for number, bought in self.numbers.items():
            order = self._at_wechat(number)
            self.check.same(f"{number} 金额 · amount", order["total_fen"], bought.total)
            paid += order["total_fen"]
            refunded += sum(r["refund_fen"] for r in order["refunds"] if r["state"] == "SUCCESS")
            answers = {attempt["status"] for attempt in order["callback_attempts"]}
            self.check.same(f"{number} 回调应答 · answers to callbacks", answers, {204})
        self.check.same("微信收款 · paid at WeChat", paid, self.books.paid)
        self.check.same("微信退款 · refunded at WeChat", refunded, self.books.refunded)

    def _wait_for_upload(self, number: str) -> None:
        def told() -> Row | None:
            shipping = self._at_wechat(number)["shipping"]
            return shipping if shipping and shipping["finish_shipping"] else None

        shipping = eventually("发货信息录入 · the shipping upload", told)
        known = {(p["express_company"], p["tracking_no"]) for p in shipping["shipping_list"]}
        self.check.same("微信所知包裹 · parcels WeChat knows", known, set(PARCELS))

    def _at_wechat(self, number: str) -> Row:
        return dict(self.stage.wechat("GET", f"orders/{number}"))

    def _verify(self) -> None:
        with self.timeline.step("不变量 · verify_invariants") as told:
            done = self.stage.manage("verify_invariants", "--shop", self.owner.shop)
            last = done.stdout.strip().splitlines()[-1]
            if done.returncode or "0 violations" not in last:
                raise Difference(f"不变量被破坏 · invariants are violated:\n{done.stdout}")
            self.check.count += 1
            told.append(last)


def run(stage: Stage, path: Path, tell: Tell, *, email: str) -> Outcome:
    """Play the story with the catalogue in `path` in a new shop of `stage`.

    Raises checking.Difference at the first figure that is not as it must be.
    """
    check = Checker()
    owner = Owner(Browser(stage.url), check, email)
    journey = Journey(stage, catalogues.read(path), Timeline(tell), owner, check)
    journey.run()
    return Outcome(owner.shop, journey.timeline.seconds, journey.books.statement(), check.count)


def _counts(*, created: int, unchanged: int = 0) -> dict[str, int]:
    return {
        "created_count": created,
        "updated_count": 0,
        "unchanged_count": unchanged,
        "error_count": 0,
    }
