"""A crawler over every operation of the APIs: nothing of one shop answers another's credentials.

Every operation must be listed in RECIPES; a new one that is not listed fails the suite.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from infra.openapi.__main__ import METHODS, documents
from kernel import identifiers
from tenants import context
from tenants.context import Shop
from tenants.models import Account
from tests.isolation.world import World, anonymous, fresh_key, picture
from tests.shop.buying import ADDRESS, POINT, Till
from tests.shop.paying_out import RULES
from wechat import component

PROGRAMME = {
    "is_open": True, "rate_bp": 500, "entry": "apply", "touch": "last", "window_days": 15,
    "hold_days": 7,
}  # fmt: skip
Body = Callable[[dict[str, Any]], Any]
NONE: Body = lambda ids: None  # noqa: E731
EMPTY: Body = lambda ids: {}  # noqa: E731

STOREFRONT: dict[tuple[str, str], Body] = {
    ("post", "/login"): lambda ids: {"appid": "wx" + "0" * 16, "code": "c"},
    ("post", "/logout"): NONE,
    ("get", "/me"): NONE,
    ("patch", "/me"): lambda ids: {"nickname": "x"},
    ("get", "/addresses"): NONE,
    ("post", "/addresses"): lambda ids: ADDRESS,
    ("get", "/addresses/{address_id}"): NONE,
    ("patch", "/addresses/{address_id}"): lambda ids: {"street": "x"},
    ("delete", "/addresses/{address_id}"): NONE,
    ("get", "/home"): NONE,
    ("get", "/theme"): NONE,
    ("get", "/categories"): NONE,
    ("get", "/products"): NONE,
    ("get", "/products/{product_id}"): NONE,
    ("get", "/search"): NONE,
    ("get", "/search/hot-words"): NONE,
    ("get", "/cart"): NONE,
    ("post", "/cart/lines"): lambda ids: {"sku_id": ids["sku_id"], "quantity": 1},
    ("patch", "/cart/lines"): lambda ids: {"selected": True, "sku_ids": [ids["sku_id"]]},
    ("delete", "/cart/lines"): lambda ids: {"sku_ids": [ids["sku_id"]]},
    ("patch", "/cart/lines/{sku_id}"): lambda ids: {"quantity": 3},
    ("post", "/cart/lines/{sku_id}/replace"): lambda ids: {"sku_id": ids["sku_id"]},
    ("get", "/coupons"): NONE,
    ("post", "/coupons/{coupon_id}/claim"): NONE,
    ("get", "/coupons/mine"): NONE,
    ("get", "/pickup-points"): NONE,
    ("post", "/checkout/preview"): lambda ids: {
        "lines": [{"sku_id": ids["sku_id"], "quantity": 1}], "address_id": ids["address_id"],
    },
    ("get", "/orders"): NONE,
    ("post", "/orders"): lambda ids: {
        "lines": [{"sku_id": ids["sku_id"], "quantity": 1}], "address_id": ids["address_id"],
    },
    ("get", "/orders/{order_id}"): NONE,
    ("post", "/orders/{order_id}/pay"): EMPTY,
    ("post", "/orders/{order_id}/refresh"): EMPTY,
    ("post", "/orders/{order_id}/cancel"): EMPTY,
    ("post", "/orders/{order_id}/confirm-receipt"): EMPTY,
    ("get", "/distribution"): NONE,
    ("post", "/distribution/apply"): NONE,
    ("post", "/distribution/visits"): lambda ids: {"code": "nobody"},
    ("get", "/distribution/commissions"): NONE,
    ("get", "/distribution/commissions/{commission_id}/explanation"): NONE,
    ("get", "/aftersales"): NONE,
    ("post", "/aftersales"): lambda ids: {"order_id": ids["order_id"], "reason": "damaged"},
    ("get", "/aftersales/{aftersale_id}"): NONE,
    ("post", "/aftersales/{aftersale_id}/cancel"): NONE,
    ("get", "/notices/templates"): NONE,
    ("get", "/wallet"): NONE,
    ("get", "/wallet/entries"): NONE,
    ("get", "/wallet/quote"): NONE,
    ("get", "/withdrawals"): NONE,
    ("post", "/withdrawals"): lambda ids: {"amount_minor": 1_000},
    ("get", "/withdrawals/{withdrawal_id}"): NONE,
    ("post", "/withdrawals/{withdrawal_id}/refresh"): NONE,
    ("post", "/withdrawals/{withdrawal_id}/cancel"): NONE,
    ("get", "/withdrawals/{withdrawal_id}/explanation"): NONE,
    ("get", "/orders/{order_id}/explanations"): NONE,
}  # fmt: skip
BACKOFFICE: dict[tuple[str, str], Body] = {
    ("get", "/shop"): NONE,
    ("put", "/modules"): lambda ids: {"modules": ["shop"]},
    ("post", "/closing"): EMPTY,
    ("delete", "/closing"): NONE,
    ("put", "/wechat"): lambda ids: {"appid": "wx" + "f" * 16, "sub_mchid": "1999999999"},
    ("get", "/mini-programs"): NONE,
    ("post", "/mini-programs/authorisations"): lambda ids: {"kind": "mini_program"},
    ("get", "/mini-programs/registrations"): NONE,
    ("post", "/mini-programs/registrations"): lambda ids: {"name": "Tea", "code": "9" * 18},
    ("get", "/mini-programs/{program_id}"): NONE,
    ("post", "/mini-programs/{program_id}/configure"): NONE,
    ("get", "/readiness"): NONE,
    ("post", "/readiness/run"): NONE,
    ("post", "/readiness/answers/{check_key}"): lambda ids: {"value": "yes"},
    ("get", "/mini-programs/{program_id}/releases"): NONE,
    ("post", "/mini-programs/{program_id}/releases"): lambda ids: {"goal": "preview"},
    ("get", "/releases/{release_id}"): NONE,
    ("get", "/releases/{release_id}/preview"): NONE,
    ("post", "/releases/{release_id}/retry"): NONE,
    ("post", "/releases/{release_id}/submit"): lambda ids: {"version_desc": "x"},
    ("post", "/releases/{release_id}/withdraw"): NONE,
    ("post", "/releases/{release_id}/release"): NONE,
    ("post", "/releases/{release_id}/grey"): lambda ids: {"percentage": 10},
    ("post", "/releases/{release_id}/end-grey"): NONE,
    ("post", "/releases/{release_id}/roll-back"): NONE,
    ("get", "/staff"): NONE,
    ("post", "/staff"): lambda ids: {"email": "colleague@example.com", "role": "manager"},
    ("patch", "/staff/{member_id}"): lambda ids: {"role": "owner"},
    ("delete", "/staff/{member_id}"): NONE,
    ("get", "/phones"): NONE,
    ("post", "/phones/codes"): NONE,
    ("post", "/phones/link"): lambda ids: {
        "appid": "wx" + "0" * 16, "code": "c", "link_code": "00000000",
    },
    ("post", "/phones/login"): lambda ids: {"appid": "wx" + "0" * 16, "code": "c"},
    ("delete", "/phones/{phone_id}"): NONE,
    ("get", "/today"): NONE,
    ("get", "/home"): NONE,
    ("patch", "/home"): lambda ids: {"announcement": "Hello"},
    ("get", "/products"): NONE,
    ("post", "/products"): lambda ids: {"title": "New tea", "skus": [{"price_minor": 1}]},
    ("get", "/products/{product_id}"): NONE,
    ("patch", "/products/{product_id}"): lambda ids: {"title": "Other tea"},
    ("patch", "/products/{product_id}/prices"): lambda ids: {
        "prices": [{"sku_id": ids["sku_id"], "price_minor": 900}],
    },
    ("post", "/products/{product_id}/publish"): EMPTY,
    ("post", "/products/{product_id}/hide"): EMPTY,
    ("get", "/categories"): NONE,
    ("post", "/categories"): lambda ids: {"name": "New"},
    ("patch", "/categories/{category_id}"): lambda ids: {"name": "Other"},
    ("delete", "/categories/{category_id}"): NONE,
    ("post", "/images"): lambda ids: {"file": picture()},
    ("get", "/images/{image_id}"): NONE,
    ("post", "/images/{image_id}/retry"): EMPTY,
    ("get", "/stock"): NONE,
    ("post", "/stock/{sku_id}/adjust"): lambda ids: {"on_hand": 60, "reason": "counted"},
    ("get", "/imports"): NONE,
    ("post", "/imports"): lambda ids: {"file": picture()},
    ("get", "/imports/{import_id}"): NONE,
    ("get", "/export.csv"): NONE,
    ("get", "/orders"): NONE,
    ("get", "/orders/carriers"): NONE,
    ("get", "/orders/shipping-alarms"): NONE,
    ("get", "/orders/freight"): NONE,
    ("put", "/orders/freight"): lambda ids: {"flat_minor": 100, "free_from_minor": None},
    ("get", "/orders/{order_id}"): NONE,
    ("post", "/orders/{order_id}/parcels"): lambda ids: {
        "carrier_code": "SF", "tracking_number": "SF1234567890",
        "lines": [{"line_id": ids["line_id"], "quantity": 1}],
    },
    ("post", "/orders/{order_id}/ready"): EMPTY,
    ("post", "/orders/{order_id}/hand-over"): lambda ids: {"code": ids["pickup_code"]},
    ("get", "/pickup-points"): NONE,
    ("post", "/pickup-points"): lambda ids: POINT,
    ("put", "/pickup-points/{point_id}"): lambda ids: POINT,
    ("delete", "/pickup-points/{point_id}"): NONE,
    ("post", "/orders/{order_id}/refund"): lambda ids: {"reason": "broken"},
    ("get", "/orders/{order_id}/returns"): NONE,
    ("post", "/orders/{order_id}/returns"): lambda ids: {
        "lines": [{"line_id": ids["line_id"], "quantity": 1}], "reason": "broken",
    },
    ("post", "/orders/{order_id}/returns/{return_id}/approve"): EMPTY,
    ("post", "/orders/{order_id}/returns/{return_id}/decline"): EMPTY,
    ("post", "/orders/{order_id}/shipping-upload/retry"): EMPTY,
    ("get", "/aftersales"): NONE,
    ("get", "/aftersales/{aftersale_id}"): NONE,
    ("post", "/aftersales/{aftersale_id}/agree"): EMPTY,
    ("post", "/aftersales/{aftersale_id}/refuse"): lambda ids: {"answer": "fine"},
    ("get", "/coupons"): NONE,
    ("post", "/coupons"): lambda ids: {
        "title": "New", "kind": "fixed", "amount_minor": 100, "days": 7, "total": 1,
    },
    ("get", "/coupons/{coupon_id}"): NONE,
    ("post", "/coupons/{coupon_id}/stop"): NONE,
    ("get", "/notices"): NONE,
    ("get", "/notices/templates"): NONE,
    ("post", "/notices/set-up"): lambda ids: {"appid": ids["appid"]},
    ("get", "/replies"): NONE,
    ("post", "/replies"): lambda ids: {"occasion": "exact", "keyword": "hi", "text": "Hello"},
    ("patch", "/replies/{rule_id}"): lambda ids: {"is_on": False},
    ("delete", "/replies/{rule_id}"): NONE,
    ("get", "/moderation/checks"): NONE,
    ("get", "/moderation/checks/{check_id}"): NONE,
    ("post", "/moderation/checks/{check_id}/decide"): lambda ids: {"verdict": "refuse"},
    ("get", "/moderation/words"): NONE,
    ("post", "/moderation/words"): lambda ids: {"word": "fake"},
    ("delete", "/moderation/words/{word_id}"): NONE,
    ("get", "/statements"): NONE,
    ("get", "/statements/{day}"): NONE,
    ("get", "/statements/{day}/lines"): NONE,
    ("get", "/ledger/balances"): NONE,
    ("get", "/distribution/programme"): NONE,
    ("put", "/distribution/programme"): lambda ids: PROGRAMME,
    ("get", "/distribution/rates"): NONE,
    ("put", "/distribution/rates/{product_id}"): lambda ids: {"rate_bp": 700},
    ("get", "/distribution/distributors"): NONE,
    ("post", "/distribution/distributors/{distributor_id}/accept"): NONE,
    ("post", "/distribution/distributors/{distributor_id}/refuse"): NONE,
    ("post", "/distribution/distributors/{distributor_id}/pause"): NONE,
    ("get", "/distribution/commissions"): NONE,
    ("get", "/distribution/commissions/{commission_id}/explanation"): NONE,
    ("get", "/withdrawals"): NONE,
    ("get", "/withdrawals/rules"): NONE,
    ("put", "/withdrawals/rules"): lambda ids: RULES,
    ("get", "/withdrawals/transfer-grant"): NONE,
    ("post", "/withdrawals/transfer-grant"): NONE,
    ("get", "/withdrawals/{withdrawal_id}"): NONE,
    ("post", "/withdrawals/{withdrawal_id}/approve"): NONE,
    ("post", "/withdrawals/{withdrawal_id}/reject"): lambda ids: {"answer": "Not now"},
    ("post", "/withdrawals/{withdrawal_id}/paid-by-hand"): lambda ids: {"answer": "In cash"},
    ("post", "/withdrawals/{withdrawal_id}/stop"): NONE,
    ("post", "/withdrawals/{withdrawal_id}/retry"): NONE,
    ("get", "/withdrawals/{withdrawal_id}/explanation"): NONE,
    ("get", "/orders/{order_id}/explanations"): NONE,
    ("get", "/wallets"): NONE,
    ("get", "/wallets/{wallet_id}"): NONE,
    ("get", "/wallets/{wallet_id}/entries"): NONE,
    ("post", "/wallets/{wallet_id}/write-off"): lambda ids: {
        "debt_minor": 100, "reason": "Left us",
    },
    ("get", "/differences"): NONE,
    ("get", "/period"): NONE,
    ("get", "/period/lines"): NONE,
    ("get", "/period.csv"): NONE,
    ("get", "/period.pdf"): NONE,
}  # fmt: skip
RECIPES = {"storefront": STOREFRONT, "backoffice": BACKOFFICE}
PUBLIC = {
    "/login", "/home", "/theme", "/categories", "/products", "/products/{product_id}", "/search",
    "/search/hot-words", "/coupons", "/pickup-points",
}  # fmt: skip
"""Open to everybody in the storefront: what is for sale, and the way to sign in."""
FILES = {"/images", "/imports"}
QUERY = {"/search": "?q=CANARY", "/wallet/quote": "?amount_minor=1000", "/statements/{day}/lines": "?figure=gross", **{
    f"/period{rest}": "?from=2026-11-01&to=2026-11-30&figure=gross"
    for rest in ("", "/lines", ".csv", ".pdf")
}}  # fmt: skip
NOT_OF_A_SHOP = {"/orders/carriers", "/withdrawals/rules", "/withdrawals/transfer-grant"}
"""Lists that are the same everywhere."""
CASES = [(api, *operation) for api, recipes in RECIPES.items() for operation in recipes]


@pytest.fixture
def worlds(
    shop: Shop, other_shop: Shop, settings: Any, monkeypatch: pytest.MonkeyPatch,
    run_jobs: Callable[[], int], tmp_path: Any,
) -> tuple[World, World]:  # fmt: skip
    """Both shops, each with one of everything under its own canary."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(component, "pre_authorization_code", lambda: (identifiers.secret(), 600))
    made = []
    for one, email, canary in (
        (shop, "tea@example.com", "CANARY-AAAAAAAAAAAA"),
        (other_shop, "book@example.com", "CANARY-BBBBBBBBBBBB"),
    ):
        with context.public():
            owner = Account.objects.get(email=email)
        with context.activate(one):
            till = Till(monkeypatch, settings, one)
            made.append(World(till, one, owner, canary, run_jobs))
    return made[0], made[1]


def call(
    client: Client,
    api: str,
    method: str,
    path: str,
    shop: Shop,
    ids: dict[str, Any],
    **headers: str,
) -> Any:
    """Call one operation with these ids in its path and body."""
    address = path.format(**{k: str(v) for k, v in ids.items()}) + QUERY.get(path, "")
    base = f"/{'s' if api == 'storefront' else 'b'}/{shop.public_id}/v1"
    body = RECIPES[api][method, path]({k: str(v) for k, v in ids.items()})
    sent = {"headers": {**fresh_key(), **headers}}
    if method == "get":
        return client.get(base + address, **sent)
    if path in FILES:
        return client.post(base + address, body, **sent)
    content = "" if body is None else json.dumps(body)
    return getattr(client, method)(base + address, content, content_type="application/json", **sent)


def text(response: Any) -> str:
    """Return the whole answer, streamed or not, headers included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace") + str(dict(response.headers))


def client_of(world: World, api: str) -> Client:
    return world.buyer._client if api == "storefront" else world.desk._client


def print_of(shop: Shop) -> dict[str, str]:
    """Return a fingerprint of every table of a shop."""
    found = {}
    with context.activate(shop), connection.cursor() as cursor:
        for model in apps.get_models():
            if apps.get_app_config(model._meta.app_label).name in settings.TENANT_APPS:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"
                    f' FROM "{model._meta.db_table}" t'
                )
                found[model._meta.db_table] = cursor.fetchone()[0]
    return found


@pytest.fixture
def undone(db: None) -> Callable[[], Any]:
    """A block whose changes are undone at its end, so that the next call finds the same world."""

    class Undone:
        def __enter__(self) -> None:
            self._atomic = transaction.atomic()
            self._atomic._from_testcase = True  # verbs inside are their own transactions
            self._atomic.__enter__()

        def __exit__(self, *error: object) -> None:
            transaction.set_rollback(True)
            self._atomic.__exit__(*error)

    return Undone


def operations() -> Iterator[tuple[str, str, str]]:
    for api, prefix in (("storefront", "/s/{shop}/v1"), ("backoffice", "/b/{shop}/v1")):
        for path, methods in documents()[api]["paths"].items():
            for method in METHODS & set(methods):
                yield api, method, path.removeprefix(prefix)


def test_every_operation_is_listed_and_nothing_else() -> None:
    assert set(operations()) == set(CASES)


def test_the_owner_and_the_buyer_themselves_are_answered(
    worlds: tuple[World, World], undone: Callable[[], Any]
) -> None:
    """The recipes are alive: without this the crawler could pass by asking nonsense."""
    ours = worlds[0]
    refused = {}
    for api, method, path in CASES:
        ids = dict(ours.ids)
        if path.endswith(("/pay", "/cancel")):
            ids["order_id"] = ids["unpaid_id"]
        if path.endswith(("/ready", "/hand-over")):
            ids["order_id"] = ids["fetched_id"]
        with undone():
            response = call(client_of(ours, api), api, method, path, ours.shop, ids)
            if (
                response.status_code in {400, 401, 403, 404, 405, 422}
                or response.status_code >= 500
            ):
                refused[api, method, path] = (response.status_code, response.content[:300])
    expected = {
        ("storefront", "post", "/login"),
        ("backoffice", "post", "/phones/link"),
        ("backoffice", "post", "/phones/login"),
        ("backoffice", "post", "/imports"),
    }
    assert set(refused) <= expected, refused


def test_credentials_of_one_shop_open_no_door_of_another(
    worlds: tuple[World, World], undone: Callable[[], Any]
) -> None:
    ours, theirs = worlds
    before = print_of(ours.shop)
    for api, method, path in CASES:
        if api == "storefront" and path in PUBLIC:
            continue
        for name, client in (("theirs", client_of(theirs, api)), ("nobody", anonymous())):
            with undone():
                response = call(client, api, method, path, ours.shop, ours.ids)
                said = f"{name} {api} {method} {path}: {response.status_code}"
                assert response.status_code in {401, 403, 404}, said
                assert ours.canary not in text(response), said
                assert print_of(ours.shop) == before, said


def test_ids_of_one_shop_mean_nothing_in_another(
    worlds: tuple[World, World], undone: Callable[[], Any]
) -> None:
    ours, theirs = worlds
    before = print_of(ours.shop)
    day = {"day": theirs.ids["day"]}  # a date is nobody's id
    for api, method, path in CASES:
        with undone():
            client = client_of(theirs, api)
            response = call(client, api, method, path, theirs.shop, {**ours.ids, **day})
            said = f"{api} {method} {path}: {response.status_code} {text(response)[:200]}"
            assert response.status_code < 500, said
            assert ours.canary not in text(response), said
            if "_id}" in path:
                assert response.status_code in {404, 409, 422}, said
            assert print_of(ours.shop) == before, said


def test_a_token_of_one_shop_is_unknown_in_another(worlds: tuple[World, World]) -> None:
    ours, theirs = worlds
    headers = {"Authorization": f"Bearer {ours.token}"}
    assert Client(headers=headers).get(f"/s/{ours.shop.public_id}/v1/me").status_code == 200
    response = Client(headers=headers).get(f"/s/{theirs.shop.public_id}/v1/me")
    assert (response.status_code, response.json()["code"]) == (401, "sign_in_needed")


def test_a_session_is_no_way_around_csrf(worlds: tuple[World, World]) -> None:
    ours = worlds[0]
    client = Client(enforce_csrf_checks=True)
    client.cookies = ours.desk._client.cookies
    response = client.post(
        f"/b/{ours.shop.public_id}/v1/categories", "{}", content_type="application/json"
    )
    assert response.status_code == 403
