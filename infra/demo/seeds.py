"""The demo's shops, made by the same verbs as anybody's: `python -m infra.demo.seeds DATA URL`.

Run again it completes what is missing and changes nothing else, so that what somebody did in the
demo stays. `shops.json` in DATA tells what was made.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from billing.plans import actions as plans  # noqa: E402  # models exist only now
from billing.plans import library as library_of_plans  # noqa: E402
from infra.demo import secrets, template, wechat  # noqa: E402  # models exist only now
from infra.demo.shops import FILE, SHOPS, DemoShop  # noqa: E402
from shop.catalog import actions as catalog  # noqa: E402
from shop.catalog.models import Product  # noqa: E402
from shop.catalog.wanted import WantedImage  # noqa: E402
from shop.home import actions as home  # noqa: E402
from shop.home import queries as fronts  # noqa: E402
from shop.home.actions import WantedBanner  # noqa: E402
from shop.imports import actions as imports  # noqa: E402
from shop.imports.states import Mode, Outcome  # noqa: E402
from shop.media import actions as media  # noqa: E402
from tenants import actions, context, directory, provisioning, queries  # noqa: E402
from tenants.models import Account, Merchant, MiniProgram, Tenant  # noqa: E402
from tenants.releases import library  # noqa: E402
from tenants.states import Role, TenantState  # noqa: E402


def main(data: Path, simulator_url: str) -> None:
    """Make what is missing; leave a record for the summary and for the next time."""
    record = data / FILE
    before = {s["key"]: s for s in json.loads(record.read_text())} if record.exists() else {}
    kept = secrets.load(data)
    _template(simulator_url)
    _plans()
    shops = []
    for wanted in SHOPS:
        password = str(getattr(kept, f"{wanted.key}_password"))
        tenant = _shop(wanted, _account(wanted.email, password))
        plans.start_trial(tenant=tenant, by=wanted.email)
        appid = _mini_program(wanted, tenant, simulator_url)
        is_stocked = before.get(wanted.key, {}).get("public_id") == tenant.public_id
        if not is_stocked:
            _import(wanted, tenant)
            _dress(wanted, tenant)
        shops.append(_told(wanted, tenant, appid))
    record.write_text(json.dumps(shops, ensure_ascii=False, indent=1))


def _template(simulator_url: str) -> None:
    """Offer the mini-program's code to owners: without a template they have nothing to release."""
    package = template.package()
    library.register_template(
        version=package["user_version"],
        wx_template_id=wechat.make_template(simulator_url, package),
        order_path=template.ORDER_PATH,
    )


def _plans() -> None:
    """Offer two plans; new shops try the first."""
    for code, zh, en, month, year, limits in (
        ("start", "起步版", "Start", 9_900, 99_000,
         {"staff": 5, "products": 500, "storage_bytes": 2 * 10**9, "orders_per_month": 3_000,
          "messages_per_month": 10_000}),
        ("grow", "成长版", "Grow", 29_900, 299_000, {"staff": 30, "storage_bytes": 20 * 10**9}),
    ):  # fmt: skip
        plan = library_of_plans.offer_plan(
            code=code, name_zh=zh, name_en=en, is_default=code == "start"
        )
        library_of_plans.add_version(
            plan=plan, month_minor=month, year_minor=year, limits=limits, by="demo"
        )


def _account(email: str, password: str) -> Account:
    account = Account.objects.filter(email=email).first()
    if account is None:
        return Account.objects.create_user(email, password)
    if not account.check_password(password):
        account.set_password(password)
        account.save(update_fields=["password"])
    return account


def _shop(wanted: DemoShop, account: Account) -> Tenant:
    """Return the account's shop of this name, opened now if need be."""
    for membership in queries.memberships_of(account):
        if membership.role == Role.OWNER and membership.tenant.name == wanted.name:
            return _moved_in(membership.tenant)
    return _moved_in(actions.open_shop(account=account, name=wanted.name))


def _moved_in(tenant: Tenant) -> Tenant:
    """See to it that the shop has its schema, without waiting for the worker."""
    if tenant.state == TenantState.PROVISIONING:
        provisioning.refill_spares(1)
        actions.move_in(tenant=tenant)
        tenant.refresh_from_db()
    return tenant


def _mini_program(wanted: DemoShop, tenant: Tenant, simulator_url: str) -> str:
    """Connect a mini-program of the simulator unless it knows the shop's already."""
    program = MiniProgram.objects.filter(tenant=tenant).order_by("-pk").first()
    has_merchant = Merchant.objects.filter(tenant=tenant).exists()
    if program and has_merchant and wechat.knows(simulator_url, program.appid):
        return program.appid
    appid, sub_mchid = wechat.make_mini_program(simulator_url, wanted.name)
    actions.connect_wechat(tenant=tenant, appid=appid, sub_mchid=sub_mchid)
    return appid


def _import(wanted: DemoShop, tenant: Tenant) -> None:
    with context.activate(directory.shop_of(tenant)):
        done = imports.run(
            data=wanted.wares.read_bytes(),
            file_name=wanted.wares.name,
            mode=Mode.ALL_OR_NOTHING,
            dry_run=False,
            by=wanted.email,
        )
    if done.outcome != Outcome.DONE:
        raise SystemExit(f"{wanted.wares.name}: {done.errors}")


def _dress(wanted: DemoShop, tenant: Tenant) -> None:
    """Give each ware its picture and the shop its look."""
    with context.activate(directory.shop_of(tenant)):
        products = list(Product.objects.filter(vendor__gt="").order_by("pk"))
        for number, product in enumerate(products):
            image = WantedImage(_upload(wanted.picture(number)))
            catalog.edit(
                product=product,
                version=product.version,
                changes={"images": (image,)},
                by=wanted.email,
            )
        banners = [
            WantedBanner(_upload(wanted.banner(number)), title, products[number].pk)
            for number, title in enumerate(wanted.banners)
        ]
        home.decorate(
            version=fronts.front().version,
            banners=banners,
            logo_id=_upload(wanted.logo()),
            **wanted.look,
        )


def _upload(picture: bytes) -> UUID:
    return media.upload(data=picture).pk


def _told(wanted: DemoShop, tenant: Tenant, appid: str) -> dict[str, Any]:
    return {
        "key": wanted.key,
        "name": wanted.name,
        "email": wanted.email,
        "public_id": tenant.public_id,
        "appid": appid,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
