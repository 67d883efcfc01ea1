"""What every episode begins with: two shops at WeChat, their people and their goods."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from requests.structures import CaseInsensitiveDict

from tenants import actions as tenants
from tenants import context, directory
from tenants.models import Account, Membership, MiniProgram, Tenant
from tenants.states import Role
from tests.shop.catalogue import product, skus
from tests.soak import determinism
from tests.soak.crashes import Doors
from tests.soak.place import PUBLIC_URL, Place
from tests.soak.wire import Heard, Visit, WeChat, path_of
from wechat import component, http
from wechat.credentials import Credentials
from wechat.errors import WeChatTimedOut, WeChatUnreachable

SHOPS = (
    # name, WeChat holds money until receipt, the platform's share by profit sharing
    ("Teahouse", False, True),
    ("Bookshop", True, False),
)
GOODS = (("Tea", 6_999, 40), ("Cup", 1_250, 12), ("Book", 8_801, 25), ("Pin", 3, 300))


@dataclass
class Staged:
    """What a shop is made of before anything happens."""

    public_id: str
    appid: str
    sub_mchid: str
    owner: str
    manager: str
    skus: list[tuple[str, str, int, int]]
    """product, SKU, price, stock."""


class Stage:
    """What every episode of a process begins with."""

    def __init__(self) -> None:
        self.place = Place()  # its schemas have names of their own: their roles are the server's
        determinism.seed_all("stage")
        time = determinism.VirtualTime()
        self.pristine = self.place.files / "pristine"
        self.pristine.mkdir()
        self.doors = Doors()
        time.listeners.append(lambda s: self.place.run(determinism.SET_CLOCK, (s,)))
        time.install()
        wechat = WeChat(self.pristine, self._visited)
        settings.WECHAT = Credentials.read(self.pristine / "credentials.json")
        http._exchange = lambda question, *, deadline: exchange(wechat, question)
        wechat.control(
            "PUT", "settings", refund_delay_seconds=30, shipping_known_after_seconds=5
        )
        wechat.control(
            "PUT",
            "component",
            ticket_url=f"{PUBLIC_URL}/hooks/wechat/component",
            message_url=f"{PUBLIC_URL}/hooks/wechat/apps/$APPID$/events",
        )
        for entry in wechat.due():
            wechat.happen(entry)
        self.shops = [self._open(wechat, *plan) for plan in SHOPS]
        self.begins_at = time.seconds
        wechat.close()
        self.place.run("DELETE FROM dramatiq.queue")
        self.place.keep()

    def _visited(self, visit: Visit) -> Heard:
        answer = Client().post(
            path_of(visit.url), visit.body, content_type="text/xml", headers=visit.headers
        )
        return Heard(answer.status_code, {}, answer.content)

    def _open(self, wechat: WeChat, name: str, is_managed: bool, is_sharing: bool) -> Staged:
        owner = Account.objects.create_user(f"{name.lower()}@example.com", None)
        manager = Account.objects.create_user(f"mei.{name.lower()}@example.com", None)
        tenant = tenants.open_shop(account=owner, name=name)
        tenant = Tenant.objects.get(pk=tenant.pk)
        Membership.objects.create(account=manager, tenant=tenant, role=Role.MANAGER)
        made = wechat.control("POST", "mini_programs", name=name, is_trade_managed=is_managed)
        wechat.control("POST", f"funds/{made['sub_mchid']}", fen=5_000_000, account="BASIC")
        component.adopt_authorization(made["auth_code"])
        tenants.connect_wechat(tenant=tenant, appid=made["appid"], sub_mchid=made["sub_mchid"])
        MiniProgram.objects.update_or_create(appid=made["appid"], defaults={"tenant": tenant})
        if is_sharing:
            tenants.set_sharing(tenant=tenant, is_on=True)
        shop = directory.shop_of(tenant)
        with context.activate(shop):
            goods = []
            for title, price, stock in GOODS:
                (sku,) = skus(product(title, price_minor=price, stock=stock))
                goods.append((str(sku.product_id), str(sku.pk), price, stock))
        return Staged(
            shop.public_id, made["appid"], made["sub_mchid"], owner.email, manager.email, goods
        )


def exchange(wechat: WeChat, question: http.Question, fault: str = "") -> http.Answer:
    """Ask the WeChat of this process; `fault` is what happens on the way."""
    if fault == "unreachable":
        raise WeChatUnreachable(f"{question.call}: no connection")
    if fault == "lost there":
        raise WeChatTimedOut(f"{question.call}: no answer in time")
    parts = urlsplit(question.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {"User-Agent": "xiaopu/1", "Accept": "application/json", **question.headers}
    heard = wechat.exchange(question.method, target, headers, question.body or b"")
    if fault == "lost back" or not heard.status:
        raise WeChatTimedOut(f"{question.call}: no answer in time, or cut off")
    return http.Answer(heard.status, CaseInsensitiveDict(heard.headers), heard.body)
