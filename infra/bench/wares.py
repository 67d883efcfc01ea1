"""The shop that is measured, made by the platform's own verbs inside its environment.

`python -m infra.bench.wares shop PRODUCTS SIMULATOR_URL` and `... more SHOPS` print one JSON line.
Titles are Chinese and Latin words from a fixed list, so every run holds the same goods.
"""

import json
import sys
from itertools import islice, product
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402  # models exist only now

from infra.demo import wechat  # noqa: E402
from shop.catalog import actions as catalog  # noqa: E402
from shop.catalog.models import Sku  # noqa: E402
from shop.catalog.states import ProductState  # noqa: E402
from shop.catalog.wanted import WantedImage, WantedProduct, WantedSku  # noqa: E402
from shop.inventory import actions as inventory  # noqa: E402
from shop.media.models import Image  # noqa: E402
from shop.media.states import ImageState  # noqa: E402
from tenants import actions, context, directory, provisioning  # noqa: E402
from tenants.models import Account, Tenant  # noqa: E402

CATEGORIES = 30
PLENTY = 100_000_000
TEAS = ("红茶", "绿茶", "乌龙", "普洱", "白茶", "花茶", "黑茶", "茉莉", "龙井", "毛峰")
KINDS = ("礼盒", "散装", "袋泡", "茶饼", "罐装", "试饮", "珍藏", "早春", "高山", "陈年")
LATIN = ("Mist", "Cloud", "Amber", "Jade", "Pearl", "River", "Stone", "Dawn", "Cedar", "Lotus")
SIZES = ("100 克", "250 克", "500 克")
_PRAISE = "手工采摘，低温烘焙，香气清雅，回味甘甜。Picked by hand, slowly dried. "
DESCRIPTION = f"<p>{_PRAISE * 12}</p>"


def make_shop(products: int, simulator_url: str, name: str = "Bench") -> dict[str, Any]:
    """Open a shop with its mini-program and fill it; return what the load must know.

    The titles of its products end in its name.
    """
    shop = open_shop(name)
    appid, sub_mchid = wechat.make_mini_program(simulator_url, name)
    tenant = Tenant.objects.get(pk=shop.id)
    actions.connect_wechat(tenant=tenant, appid=appid, sub_mchid=sub_mchid)
    titles = [f"{title} {name}" for title in _titles(products)]
    with context.activate(shop), transaction.atomic():
        paths = [(f"分类 {n:02d}",) for n in range(CATEGORIES)]
        shelves = catalog.category_ids(paths=paths)
        categories = [shelves[path] for path in paths]  # the samples' may stand there already
        pictures = Image.objects.bulk_create(_picture(n) for n in range(products))
        wanted = [
            _product(n, title, categories[n % CATEGORIES], pictures[n])
            for n, title in enumerate(titles)
        ]
        made = catalog.save_many(wanted=wanted, by="bench").created
        skus = list(Sku.objects.filter(product__in=made).values_list("pk", flat=True))
        inventory.set_counts(counts=dict.fromkeys(skus, PLENTY), reference="bench", by="bench")
    return {
        "public_id": shop.public_id,
        "schema": shop.schema_name,
        "appid": appid,
        "categories": [str(key) for key in categories],
        "products": [str(key) for key in made],
        "skus": [str(key) for key in skus],
        "words": [word for word in (*TEAS, *KINDS, *LATIN) if any(word in t for t in titles)],
    }


def open_shop(name: str) -> context.Shop:
    """Open one more shop for a new owner, without waiting for the worker."""
    provisioning.refill_spares(1)
    email = f"{name.lower().replace(' ', '-')}@example.com"
    account = Account.objects.create_user(email, None)
    return directory.shop_of(actions.open_shop(account=account, name=name))


def open_more(count: int) -> list[str]:
    """Open shops beside the one that is measured; return their schemas."""
    return [open_shop(f"Neighbour {number}").schema_name for number in range(count)]


def _titles(count: int) -> list[str]:
    names = islice(product(KINDS, LATIN, TEAS), count)
    return [f"{latin} {tea}{kind} {n:04d}" for n, (kind, latin, tea) in enumerate(names)]


def _picture(number: int) -> Image:
    key = f"bench/{number:04d}"
    return Image(
        state=ImageState.STORED, width=800, height=800, sha256=f"{number:064x}",
        small_key=f"{key}-s.webp", medium_key=f"{key}-m.webp", large_key=f"{key}-l.webp",
    )  # fmt: skip


def _product(number: int, title: str, category: Any, picture: Image) -> WantedProduct:
    return WantedProduct(
        code=f"bench-{number:04d}",
        title=title,
        description_html=DESCRIPTION,
        category_id=category,
        state=ProductState.ON_SALE,
        spec_names=("规格",),
        skus=tuple(
            WantedSku((size,), code=f"B{number:04d}-{place}", price_minor=1_000 + number + place)
            for place, size in enumerate(SIZES)
        ),
        images=(WantedImage(picture.pk, alt=title),),
    )


if __name__ == "__main__":
    command, count = sys.argv[1], int(sys.argv[2])
    told: object = make_shop(count, sys.argv[3]) if command == "shop" else open_more(count)
    print(json.dumps(told))
