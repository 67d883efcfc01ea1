"""Importing files: what arrives, what is refused, and that the same file again changes nothing."""

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.identifiers import uuid7
from shop.catalog import shopify
from shop.catalog.models import Category, Product, Sku
from shop.imports import actions, queries
from shop.imports.models import Import
from shop.imports.schemas import ImportOut
from shop.imports.states import Mode
from shop.inventory import actions as inventory
from shop.inventory.models import Movement, Stock
from shop.media.models import Image
from storage import fetch
from tenants import context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shops_are_known(settings):
    """Whose shop it is is asked once: counts of queries must not depend on the machine's speed."""
    settings.TENANT_CACHE_SECONDS = 600


FILES = Path(__file__).parent / "catalog_files"
HEADER = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty"


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


TEA = csv("tea,Tea,Size,50 g,T-50,12.50,5", "tea,,,100 g,T-100,20,7", "mug,Mug,,,M,8,3")


def run(data: bytes, mode: Mode = Mode.ALL_OR_NOTHING, dry_run: bool = False) -> Import:
    return actions.run(data=data, file_name="a.csv", mode=mode, dry_run=dry_run, by="me@x.fi")


def counts(row: Import) -> tuple[int, int, int]:
    return row.created_count, row.updated_count, row.unchanged_count


def on_hand(code: str) -> int:
    return Stock.objects.get(sku__code=code).on_hand


@pytest.fixture
def office(shop, owner):
    client = Client()
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    def call(method: str, path: str, **more: Any) -> Any:
        return getattr(client, method)(f"/b/{shop.public_id}/v1{path}", **more)

    return call


def test_a_file_becomes_products_skus_and_stock(shop):
    row = run(TEA)
    assert (row.outcome, counts(row), row.sku_count) == ("done", (2, 0, 0), 3)
    tea = Product.objects.get(code="tea")
    assert (tea.title, tea.state, tea.min_price_minor, tea.max_price_minor) == (
        "Tea", "on_sale", 1250, 2000,
    )  # fmt: skip
    skus = Sku.objects.order_by("product__code", "position")
    assert list(skus.values_list("code", "label", "price_minor")) == [
        ("M", "", 800),
        ("T-50", "50 g", 1250),
        ("T-100", "100 g", 2000),
    ]
    assert [on_hand(code) for code in ("M", "T-50", "T-100")] == [3, 5, 7]
    assert set(Movement.objects.values_list("kind", "reference", "by")) == {
        ("import", f"import {row.pk}", "me@x.fi")
    }


def test_two_options_of_one_name_are_refused_before_they_are_one(shop):
    """Taken once, the next file with another value would write one row twice."""
    head = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price"
    rows = "tea,Tea,Size,L,Size,Big,9", "tea,,,S,,Small,8"
    for row in (run(csv(rows[0], header=head)), run(csv(*rows, header=head))):
        assert [(e["line"], e["column"], e["code"]) for e in row.errors] == [
            (2, "Option2 Name", "duplicate_option_name")
        ]
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("name", "products"), [("shopify-apparel.csv", 20), ("shopify-home-and-garden.csv", 20)]
)
def test_real_files_import_and_again_change_nothing(shop, name, products, queued):
    data = (FILES / name).read_bytes()
    parsed = shopify.parse(data)
    assert not parsed.errors
    first = run(data)
    assert counts(first) == (len(parsed.products), 0, 0)
    state = list(Product.objects.order_by("id").values())
    stock = list(Stock.objects.order_by("sku_id").values())
    jobs = len(queued("fetch_image"))
    assert jobs == Image.objects.count() > 0
    again = run(data)
    assert counts(again) == (0, 0, len(parsed.products))
    assert list(Product.objects.order_by("id").values()) == state
    assert list(Stock.objects.order_by("sku_id").values()) == stock
    assert len(queued("fetch_image")) == jobs


def test_a_changed_row_changes_its_product_only(shop):
    run(TEA)
    mug = Product.objects.get(code="mug")
    row = run(TEA.replace(b"12.50", b"13.00"))
    assert counts(row) == (0, 1, 1)
    assert Product.objects.get(code="tea").min_price_minor == 1300
    assert Product.objects.get(code="mug").version == mug.version


def test_sold_goods_are_not_brought_back_by_the_same_file(shop):
    run(TEA)
    sku, order = Sku.objects.get(code="M"), uuid7()
    inventory.reserve(order_id=order, demand={sku.pk: 2}, expires_at=clock.now())
    inventory.consume(order_id=order)
    assert counts(run(TEA)) == (0, 0, 2)
    assert on_hand("M") == 1
    assert counts(run(TEA.replace(b"M,8,3", b"M,8,9"))) == (0, 1, 1)
    assert on_hand("M") == 9


def test_what_orders_hold_survives_a_file_that_says_less(shop):
    run(TEA)
    sku = Sku.objects.get(code="M")
    inventory.reserve(order_id=uuid7(), demand={sku.pk: 3}, expires_at=clock.now())
    row = run(TEA.replace(b"M,8,3", b"M,8,1"))
    assert [w["code"] for w in row.warnings] == ["stock_is_promised"]
    assert row.warnings[0]["line"] == 4
    assert on_hand("M") == 3


BAD = csv("tea,Tea,,,T,12.505,5", "mug,Mug,,,M,8,3")


def test_one_bad_row_and_nothing_is_imported(shop):
    row = run(BAD)
    assert (row.outcome, counts(row), row.error_count) == ("refused", (0, 0, 0), 1)
    assert row.errors[0]["line"] == 2
    assert row.errors[0]["column"] == "Variant Price"
    assert row.errors[0]["code"] == "bad_price"
    assert not Product.objects.exists()
    assert not Stock.objects.exists()


def test_good_rows_can_go_without_the_bad(shop):
    row = run(BAD, Mode.GOOD_ROWS)
    assert (row.outcome, counts(row), row.error_count) == ("done", (1, 0, 0), 1)
    assert [p.code for p in Product.objects.all()] == ["mug"]


def test_a_file_of_nothing_good_is_refused_in_both_modes(shop):
    for mode in Mode:
        assert run(b"\x00\x01", mode).outcome == "refused"
        assert run(csv("tea,Tea,,,T,x,5"), mode).outcome == "refused"
    assert not Product.objects.exists()


def test_a_dry_run_tells_all_and_changes_nothing(shop, queued):
    data = csv("tea,Tea,50 g,a,12,5,http://x.test/a.jpg",
               header="Handle,Title,Type,Variant SKU,Variant Price,Variant Inventory Qty,Image Src")  # fmt: skip
    row = run(data, dry_run=True)
    assert (row.outcome, counts(row)) == ("previewed", (1, 0, 0))
    for model in (Product, Sku, Stock, Image, Category):
        assert not model.objects.exists()
    assert queued("fetch_image") == []
    assert counts(run(data)) == (1, 0, 0)
    assert counts(run(data, dry_run=True)) == (0, 0, 1)


def test_two_imports_never_run_at_once_in_a_shop(shop, other_shop):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        key = f"import into {shop.schema_name}"
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        with pytest.raises(actions.ImportRunning):
            run(TEA)
        with context.activate(other_shop):
            assert run(TEA).outcome == "done"
    assert not Product.objects.exists()
    assert run(TEA).outcome == "done"


def test_categories_come_from_the_file(shop):
    header = "Handle,Title,Type,Variant Price,Product Category"
    run(csv("a,A,shirt,1,Clothing > Tops > Shirts", "b,B,mug,1,", "c,C,,1,", header=header))
    names = {
        p.code: p.category and (p.category.parent and p.category.parent.name, p.category.name)
        for p in Product.objects.select_related("category__parent")
    }
    assert names == {"a": ("Clothing", "Tops"), "b": (None, "mug"), "c": None}
    run(csv("a,A,shirt,1,Clothing > Tops > Shirts", header=header))
    assert Category.objects.count() == 3


def test_states_follow_the_file_and_the_free_stay_drafts(shop):
    header = "Handle,Title,Variant Price,Published,Status"
    row = run(
        csv("a,A,1,true,active", "b,B,1,false,active", "c,C,1,true,draft", "d,D,1,true,archived",
            "e,E,0,true,active", header=header)
    )  # fmt: skip
    assert dict(Product.objects.values_list("code", "state")) == {
        "a": "on_sale", "b": "hidden", "c": "draft", "d": "hidden", "e": "draft",
    }  # fmt: skip
    assert [(w["line"], w["code"]) for w in row.warnings] == [(6, "free_product")]


def test_too_many_variants_are_an_error_not_a_crash(shop):
    lines = [
        f"tea,{'Tea' if not i else ''},{'Size' if not i else ''},{i},,1,1" for i in range(1001)
    ]
    row = run(csv(*lines))
    assert [e["code"] for e in row.errors] == ["too_many_variants"]
    assert not Product.objects.exists()


def test_pictures_that_cannot_be_had_are_reported_with_their_reason(
    shop, office, run_jobs, monkeypatch
):
    def nobody(*_: Any, **__: Any) -> list[Any]:
        raise OSError("no such host")

    monkeypatch.setattr(fetch.socket, "getaddrinfo", nobody)
    header = "Handle,Title,Variant Price,Image Src"
    row = run(
        csv("a,A,1,https://a.example/1.jpg", "b,B,1,http://127.0.0.1:8000/2.jpg", header=header)
    )
    path = f"/imports/{row.pk}"
    assert office("get", path).json()["pictures"]["pending"] == 2
    run_jobs(ahead=0)
    now = office("get", path).json()["pictures"]
    assert (now["pending"], now["failed"]) == (1, 1)
    run_jobs(ahead=1_000)
    body = office("get", path, headers={"Accept-Language": "en"}).json()
    shown = ImportOut.model_validate(body).pictures
    assert (shown.pending, shown.stored, shown.failed) == (0, 0, 2)
    assert {(r.code, r.detail, r.count) for r in shown.reasons} == {
        ("cannot_be_reached", "The picture's server cannot be reached.", 1),
        ("port_not_allowed", "Only ports 80 and 443 are allowed.", 1),
    }
    assert {f.source_url for f in shown.failures} == {
        "https://a.example/1.jpg",
        "http://127.0.0.1:8000/2.jpg",
    }
    assert Image.objects.get(failure_code="cannot_be_reached").attempt_count == 3
    assert Image.objects.get(failure_code="port_not_allowed").attempt_count == 1


def test_an_export_imports_as_it_was(shop, office):
    run((FILES / "shopify-apparel.csv").read_bytes())
    run(TEA)
    header = "Handle,Title,Variant Price,Published,Status"
    run(csv("b,=1+1,1,false,active", "c,C,1,true,draft", header=header))
    uploaded = Image.objects.order_by("id")[:1].get()
    uploaded.source_url, uploaded.state = "", "stored"
    uploaded.medium_key, uploaded.large_key = "t/x/400.webp", "t/x/800.webp"
    uploaded.save()
    before = list(queries.product_rows(shop))
    answer = office("get", "/export.csv")
    assert answer.streaming
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"'=1+1" in data
    row = run(data)
    assert (row.error_count, row.created_count, row.updated_count) == (0, 0, 0)
    assert row.unchanged_count == Product.objects.count()
    assert list(queries.product_rows(shop)) == before


def test_the_door_takes_a_file_and_tells_in_the_callers_language(shop, office):
    def send(language: str, **form: str) -> Any:
        file = SimpleUploadedFile("teas.csv", BAD, "text/csv")
        return office(
            "post", "/imports", data={"file": file, **form}, headers={"Accept-Language": language}
        )

    answer = send("zh-CN")
    assert answer.status_code == 201
    body = ImportOut.model_validate(answer.json())
    assert (body.outcome, body.file_name) == ("refused", "teas.csv")
    assert [(e.line, e.detail) for e in body.errors] == [(2, "“12.505”不是有效的价格。")]
    assert send("en").json()["errors"][0]["detail"] == "“12.505” is not a price."
    assert send("en", mode="good_rows", dry_run="true").json()["outcome"] == "previewed"
    assert send("en", mode="good_rows").json()["created_count"] == 1
    assert send("en", mode="some").status_code == 422
    assert office("post", "/imports", data={}).status_code == 422
    listed = office("get", "/imports?limit=2").json()
    assert [item["outcome"] for item in listed["items"]] == ["done", "previewed"]
    rest = office("get", f"/imports?cursor={listed['next']}").json()
    assert [item["outcome"] for item in rest["items"]] == ["refused", "refused"]
    assert office("get", f"/imports/{uuid7()}").status_code == 404


def test_the_list_costs_the_same_for_1_and_30(shop, office, django_assert_num_queries):
    run(TEA)
    office("get", "/imports")
    for _ in range(2):
        with django_assert_num_queries(4):
            assert office("get", "/imports?limit=100").status_code == 200
        for _ in range(29):
            Import.objects.create(file_name="x", by="x", mode="good_rows", outcome="done")


def test_ten_thousand_rows_import_in_a_bounded_number_of_statements(shop):
    lines = []
    for i in range(2_500):
        picture = f"https://pictures.example/{i}.jpg"
        lines.append(f"p{i},Product 产品 {i},Size,S,SKU-{i}-0,{i % 90 + 1}.50,5,{picture}")
        lines += [f"p{i},,,{size},SKU-{i}-{size},9.90,5," for size in ("M", "L", "XL")]
    data = csv(*lines, header=f"{HEADER},Image Src")
    with CaptureQueriesContext(connection) as first:
        row = run(data)
    assert (counts(row), row.sku_count) == ((2_500, 0, 0), 10_000)
    queued = sum("INSERT INTO dramatiq.queue" in q["sql"] for q in first.captured_queries)
    assert queued == 2_500  # a picture each
    assert len(first) - queued < 400
    with CaptureQueriesContext(connection) as again:
        assert counts(run(data)) == (0, 0, 2_500)
    assert len(again) < 150
    assert Stock.objects.count() == 10_000
