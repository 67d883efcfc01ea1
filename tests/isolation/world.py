"""One shop with one of everything, every text of it marked with a canary."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from billing.wallets import actions as wallets
from kernel import clock, identifiers
from kernel.money import Money
from shop.distribution import actions as distribution
from shop.distribution.amounts import Rule
from shop.distribution.models import Commission
from shop.members import actions as members
from shop.moderation.models import Check
from shop.orders.models import Order
from storage import files
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Membership, MiniProgram, Phone
from tenants.programs.models import Setting
from tenants.releases.models import Release, Template
from tests.shop.buying import ADDRESS, Buyer, Desk, Till
from tests.shop.catalogue import product, skus


class World:
    """What is in a shop, by the names that the API's paths and bodies use."""

    def __init__(
        self, till: Till, shop: Shop, owner: Account, canary: str, run_jobs: Callable[[], int]
    ) -> None:
        self.shop, self.till, self.canary, self._run_jobs = shop, till, canary, run_jobs
        with context.activate(shop):
            self.buyer = Buyer(shop, till.appid, openid=f"openid-{canary}")
            self.desk = Desk(shop, owner)
            self.token = members.sign_in(appid=till.appid, openid=f"openid-{canary}").token
            self._fill(owner)

    def _fill(self, owner: Account) -> None:
        made = product(f"Tea {self.canary}", stock=50)
        category = self.desk.post("/categories", {"name": f"{self.canary[-20:]}"}).json()
        self.desk.send("patch", f"/products/{made.pk}", {"category_id": category["id"]})
        (sku,) = skus(made)
        address = self.buyer.post("/addresses", {**ADDRESS, "street": f"Road {self.canary}"}).json()
        self.buyer.patch("/me", {"nickname": self.canary[-20:]})
        self.buyer.add(sku.pk, 2)
        commission = self._recommended(sku.pk)
        order = self._paid_order(sku.pk, address["id"])
        (line,) = order.lines.all()
        shipped = self.desk.ship(
            order, lines=[{"line_id": str(line.pk), "quantity": 1}], number=f"SF{self.canary[-12:]}"
        )
        assert shipped.status_code == 200, shipped.content
        part = {"lines": [{"line_id": str(line.pk), "amount_minor": 1}], "reason": self.canary}
        given = self.desk.post(
            f"/orders/{order.pk}/returns", part, **{"Idempotency-Key": f"part-{self.canary}"}
        )
        assert given.status_code == 201, given.content
        unpaid = self.buyer.order({sku.pk: 1}, address_id=address["id"], remark=self.canary)
        point = self.desk.offer_pickup(name=f"Shop {self.canary}")
        fetched = self._paid(self.buyer, self.buyer.collect({sku.pk: 1}, point, remark=self.canary))
        run = self._import()
        with context.public():
            member = Membership.objects.get(account=owner, tenant_id=self.shop.id)
            phone = Phone.objects.create(
                membership=member, appid=self.till.appid, openid=self.canary, device=self.canary
            )
        self.ids: dict[str, Any] = {
            "product_id": made.pk, "category_id": category["id"], "sku_id": sku.pk,
            "address_id": address["id"], "order_id": order.pk, "unpaid_id": unpaid.pk,
            "point_id": point, "fetched_id": fetched.pk, "pickup_code": fetched.pickup_code,
            "return_id": given.json()["id"],
            "line_id": line.pk, "import_id": run["id"], "member_id": member.pk, "phone_id": phone.pk,
            "rule_id": self._rule(), "appid": self.till.appid, "check_id": self._held(), "word_id": self._word(),
            "image_id": self._image(), "day": clock.now().date().isoformat(),
            "check_key": "filing", "commission_id": commission.pk,
            "distributor_id": commission.distributor_id,
            "aftersale_id": self._asked(sku.pk, address["id"]),
            "coupon_id": self._coupon(),
            "wallet_id": self.buyer.member.pk, "withdrawal_id": self._withdrawn(),
        }  # fmt: skip
        with context.public():
            self.ids |= self._release()

    def _paid_order(self, sku_id: UUID, address_id: str) -> Order:
        return self._paid(
            self.buyer, self.buyer.order({sku_id: 3}, address_id=address_id, remark=self.canary)
        )

    def _paid(self, buyer: Buyer, order: Order) -> Order:
        number = buyer.prepay(order)
        self.till.pays(number)
        self.till.tells(number)
        self._run_jobs()
        order.refresh_from_db()
        assert order.state == "paid"
        return order

    def _recommended(self, sku_id: UUID) -> Commission:
        """What the buyer gets of an order of somebody who came through the buyer's link."""
        rule = Rule(is_open=True, rate_bp=1_000, entry="everyone")
        distribution.set_rules(rule=rule, by=self.canary)
        mine = distribution.apply(member=self.buyer.member)
        friend = Buyer(self.shop, self.till.appid, openid=f"friend-{self.canary}")
        distribution.visit(member=friend.member, code=mine.code)
        return Commission.objects.get(order=self._paid(friend, friend.order({sku_id: 1})))

    def _release(self) -> dict[str, Any]:
        """A release of the shop's mini-program that rests at its preview."""
        program = MiniProgram.objects.get(appid=self.till.appid)
        MiniProgram.objects.filter(pk=program.pk).update(
            state="authorised", nick_name=f"App {self.canary}"
        )
        Setting.objects.bulk_create(
            Setting(mini_program=program, part=part, state="applied")
            for part in ("domains", "privacy")
        )
        template, _ = Template.objects.get_or_create(version="1.0.0", wx_template_id=1)
        key = files.put(
            prefix=f"{self.shop.public_id}/releases",
            name="preview.png",
            data=b"\x89PNG" + self.canary.encode(),
            content_type="image/png",
        )
        release = Release.objects.create(
            mini_program=program, template=template, ext={"v": "1.0.0"}, ext_hash="x",
            state="committed", detected_at=clock.now(), preview_key=key, by="owner@example.com",
        )  # fmt: skip
        return {"program_id": program.pk, "release_id": release.pk}

    def _import(self) -> Any:
        file = SimpleUploadedFile(
            "c.csv", f"Title,Variant Price\nImport {self.canary},1\n".encode()
        )
        answer = self.desk._client.post(f"/b/{self.shop.public_id}/v1/imports", {"file": file})
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()

    def _asked(self, sku_id: UUID, address_id: str) -> str:
        """A request for the money of a paid order."""
        order = self._paid_order(sku_id, address_id)
        body = {"order_id": str(order.pk), "reason": "damaged", "description": self.canary}
        answer = self.buyer.post("/aftersales", body, **fresh_key())
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def _withdrawn(self) -> str:
        """A withdrawal that waits for the shop's yes."""
        wallets.credit(
            holder=self.buyer.member.pk, amount=Money(9_000), reference="line-1",
            why={"note": self.canary},
        )  # fmt: skip
        answer = self.buyer.post("/withdrawals", {"amount_minor": 5_000}, **fresh_key())
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def _held(self) -> UUID:
        """The check of the buyer's nickname; WeChat cannot be asked here, so it is held."""
        return Check.objects.get(author_id=self.buyer.member.pk).pk

    def _rule(self) -> str:
        rule = {"occasion": "followed", "text": f"Welcome {self.canary}"}
        return str(self.desk.post("/replies", rule).json()["id"])

    def _coupon(self) -> str:
        """A coupon, of which the buyer has one."""
        terms = {"title": self.canary, "kind": "fixed", "amount_minor": 100, "least_minor": 10**9,
                 "days": 7, "total": 50, "per_member": 50}  # fmt: skip
        coupon_id = str(self.desk.post("/coupons", terms).json()["id"])
        claimed = self.buyer.post(f"/coupons/{coupon_id}/claim", **fresh_key())
        assert claimed.status_code == 201, claimed.content
        return coupon_id

    def _word(self) -> str:
        return str(self.desk.post("/moderation/words", {"word": f"x{self.canary}"}).json()["id"])

    def _image(self) -> str:
        answer = self.desk._client.post(f"/b/{self.shop.public_id}/v1/images", {"file": picture()})
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])


def picture() -> SimpleUploadedFile:
    """A small PNG."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return SimpleUploadedFile("p.png", out.getvalue(), content_type="image/png")


def anonymous() -> Client:
    return Client(headers={"Accept-Language": "en"})


def fresh_key() -> dict[str, str]:
    return {"Idempotency-Key": identifiers.opaque(20)}
