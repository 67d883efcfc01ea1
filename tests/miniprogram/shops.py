"""Two shops that look different, made over HTTP as their owners would."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from infra.demo.shops import DemoShop
from infra.first_sale import journey
from infra.first_sale.checking import Checker, eventually
from infra.first_sale.owner import Owner
from infra.first_sale.visitors import Browser
from infra.stage.stage import Stage

CATALOGUE = Path(journey.__file__).with_name("catalogue.csv")
DRAGON_WELL = "明前龙井 Early Dragon Well"
"""50 g in pouch or tin, 125 g in a pouch only."""
JASMINE = "茉莉银针 Jasmine Silver Needle"
"""No specs, one piece left."""
GAIWAN = "白瓷盖碗 Porcelain Gaiwan"
"""Two colours, one of them sold out."""


@dataclass
class OpenShop:
    """A shop with goods, a colour, and an owner who is signed in."""

    owner: Owner
    appid: str
    name: str
    colour: str

    @property
    def id(self) -> str:
        return self.owner.shop

    def product(self, title: str) -> dict[str, Any]:
        """Return one of its products as staff see it."""
        [found] = [p for p in self.owner.products() if p["title"] == title]
        return dict(self.owner.browser.get(f"{self.owner.api}/products/{found['id']}"))

    def decorate(self, **look: Any) -> None:
        """Change how the shop looks."""
        version = self.owner.browser.get(f"{self.owner.api}/home")["version"]
        headers = {"If-Match": f'"{version}"'}
        self.owner.browser.ask("PATCH", f"{self.owner.api}/home", json=look, headers=headers)

    def open_parts(self, *modules: str) -> None:
        """Open exactly these parts of the mini-program; wait until every process knows."""
        path = f"{self.owner.api}/modules"
        self.owner.browser.send("PUT", path, {"modules": list(modules)})
        theme = f"/s/{self.id}/v1/theme"
        knows = lambda: self.owner.browser.get(theme)["modules"] == list(modules)  # noqa: E731
        eventually("小程序模块 · the shop's parts", knows)

    def let_recommend(self, **rules: Any) -> None:
        """Let customers recommend the shop, for a tenth of what their friends buy."""
        wish = {"is_open": True, "rate_bp": 1_000, "entry": "everyone", "touch": "last",
                "window_days": 15, "hold_days": 7, **rules}  # fmt: skip
        self.owner.browser.send("PUT", f"{self.owner.api}/distribution/programme", wish)

    def let_withdraw(self) -> None:
        """Let members take money out of their wallets for a small fee; WeChat may transfer it."""
        rules = {"is_open": True, "minimum_minor": 100, "fee_bp": 100, "fee_fixed_minor": 10,
                 "daily_minor": 200_000, "daily_count": 9, "second_approval_from_minor": None}  # fmt: skip
        self.owner.browser.send("PUT", f"{self.owner.api}/withdrawals/rules", rules)
        self.owner.browser.send("POST", f"{self.owner.api}/withdrawals/transfer-grant")

    def answer_withdrawal(self, withdrawal_id: str, verb: str, **words: str) -> None:
        """Say yes or no to a withdrawal."""
        path = f"{self.owner.api}/withdrawals/{withdrawal_id}/{verb}"
        self.owner.browser.send("POST", path, words or None)

    def give_out(self, title: str, **terms: Any) -> str:
        """Give out a hundred coupons of a fixed amount for a week; return the coupon's id."""
        wish = {"title": title, "kind": "fixed", "days": 7, "total": 100, **terms}
        answer = self.owner.browser.ask(
            "POST", f"{self.owner.api}/coupons", wanted=201, json=wish
        )
        return str(answer.json()["id"])

    def stop_coupons(self, *coupon_ids: str) -> None:
        """Give them out no more."""
        for coupon_id in coupon_ids:
            self.owner.browser.send("POST", f"{self.owner.api}/coupons/{coupon_id}/stop", {})

    def upload(self, colour: str, size: tuple[int, int] = (1000, 1000)) -> str:
        """Upload a picture of one colour; return its id."""
        out = BytesIO()
        Image.new("RGB", size, colour).save(out, "PNG")
        return self.upload_png(out.getvalue())

    def upload_png(self, content: bytes) -> str:
        """Upload a picture; return its id."""
        files = {"file": ("p.png", content, "image/png")}
        answer = self.owner.browser.ask("POST", f"{self.owner.api}/images", wanted=201, files=files)
        return str(answer.json()["id"])

    def give_pictures(self, title: str, *colours: str) -> None:
        """Put pictures of these colours on a product."""
        self.show(title, *(self.upload(colour) for colour in colours))

    def show(self, title: str, *image_ids: str) -> None:
        """Put uploaded pictures on a product."""
        found = self.product(title)
        images = [{"image_id": image_id} for image_id in image_ids]
        self.owner.browser.ask(
            "PATCH",
            f"{self.owner.api}/products/{found['id']}",
            json={"images": images},
            headers={"If-Match": f'"{found["version"]}"'},
        )


def open_shop(
    stage: Stage, name: str, colour: str, *, wares: Path = CATALOGUE, email: str = ""
) -> OpenShop:
    """Open a shop with the catalogue, connected to the simulated WeChat, in this colour."""
    owner = Owner(Browser(stage.url), Checker(), email or f"{name.lower()}@example.com")
    owner.sign_up()
    owner.open_shop(name)
    owner.remove_samples()
    made = stage.wechat("POST", "mini_programs", {"name": name})
    owner.connect_wechat(appid=made["appid"], sub_mchid=made["sub_mchid"])
    owner.import_file(wares)
    owner.publish_drafts()
    shop = OpenShop(owner, made["appid"], name, colour)
    shop.decorate(brand_colour=colour, announcement=f"{name} 欢迎您")
    return shop


def open_demo_shop(stage: Stage, wanted: DemoShop) -> OpenShop:
    """Open one of the demo's shops, with its drawn pictures, as its owner would."""
    colour, announcement = wanted.look["brand_colour"], wanted.look["announcement"]
    shop = open_shop(stage, wanted.name, colour, wares=wanted.wares, email=wanted.email)
    products = sorted(shop.owner.products(state="on_sale"), key=lambda product: str(product["id"]))
    for number, product in enumerate(products):
        numbers = (number, number + 1) if number == 0 else (number,)
        shop.show(product["title"], *(shop.upload_png(wanted.picture(n)) for n in numbers))
    banners = [
        {"image_id": shop.upload_png(wanted.banner(number)), "title": title,
         "product_id": products[number]["id"]}
        for number, title in enumerate(wanted.banners)
    ]  # fmt: skip
    shop.decorate(
        announcement=announcement,
        banners=banners,
        logo_id=shop.upload_png(wanted.logo()),
        chosen_product_ids=[product["id"] for product in products[2:4]],
    )
    return shop
