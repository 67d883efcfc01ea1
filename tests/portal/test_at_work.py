"""An owner runs the shop from the portal's pages: the same verbs, said in sentences."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kernel import clock
from shop.catalog import actions as verbs
from shop.catalog import queries as catalog
from shop.catalog.models import Category, Product
from shop.catalog.queries import Sieve
from shop.inventory import actions as inventory
from shop.inventory.models import Movement
from shop.orders.models import Order
from shop.pickup_points import actions as pickup_points
from shop.pickup_points.models import PickupPoint
from shop.samples import actions as samples
from shop.samples import queries as sample_queries
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Membership, Merchant, MiniProgram, Tenant
from tenants.states import Role
from tests.shop import catalogue
from tests.shop.buying import POINT, Buyer, Till

Read = Callable[..., str]
FILES = Path(__file__).parents[1] / "shop" / "catalog_files"


@pytest.fixture
def place(two_shops: tuple[Shop, Shop], db: None) -> Iterator[Shop]:
    """The first shop; the platform is current, as it is for a page."""
    with context.public():
        yield two_shops[0]


@pytest.fixture
def desk(place: Shop) -> Client:
    """The owner's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Account.objects.get(email="tea@example.com"), "django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def read(desk: Client, place: Shop) -> Read:
    """Open a page of the shop and return its words."""

    def go(page: str = "", status: int = 200, **query: Any) -> str:
        answer = desk.get(f"/shops/{place.public_id}/{page}", query)
        assert answer.status_code == status
        return answer.content.decode()

    return go


@pytest.fixture
def send(desk: Client, place: Shop) -> Callable[..., Any]:
    """Send a form of the shop and follow where it leads."""

    def go(page: str, **fields: Any) -> Any:
        return desk.post(f"/shops/{place.public_id}/{page}", fields, follow=True)

    return go


@pytest.fixture
def order(
    place: Shop, monkeypatch: pytest.MonkeyPatch, settings: Any, run_jobs: Callable[..., int]
) -> Order:
    """A paid order of three cups."""
    with context.activate(place):
        till = Till(monkeypatch, settings, place)
        cup = catalogue.skus(catalogue.product("Cup", price_minor=2_500))[0]
        buyer = Buyer(place, till.appid)
        made = buyer.order({cup.pk: 3}, remark="no bag <please>")
        till.tells(_paid(till, buyer, made))
        run_jobs()
        return Order.objects.get(pk=made.pk)


@pytest.fixture
def fetched(
    place: Shop, monkeypatch: pytest.MonkeyPatch, settings: Any, run_jobs: Callable[..., int]
) -> Order:
    """A paid order whose buyer comes for it."""
    with context.activate(place):
        till = Till(monkeypatch, settings, place)
        cup = catalogue.skus(catalogue.product("Cup", price_minor=2_500))[0]
        buyer = Buyer(place, till.appid)
        made = buyer.collect({cup.pk: 1}, str(pickup_points.add(**POINT).pk))
        till.tells(_paid(till, buyer, made))
        run_jobs()
        return Order.objects.get(pk=made.pk)


def _paid(till: Till, buyer: Buyer, made: Order) -> str:
    number = buyer.prepay(made)
    till.pays(number)
    return number


def test_samples_come_go_and_come_back_with_one_click(
    place: Shop, read: Read, send: Callable[..., Any]
) -> None:
    with context.activate(place):
        assert samples.add_first() == 3
        assert samples.add() == 0
        cards = json.loads(catalog.products(sieve=Sieve(), sort="newest", cursor=None, limit=9))
    assert len({card["image_url"] for card in cards["items"]} - {None}) == 3
    with context.activate(place):
        skus = [catalogue.skus(p) for p in Product.objects.order_by("pk")]
        assert [len(each) for each in skus] == [4, 1, 1]
        assert all(sku.stock.on_hand > 0 for each in skus for sku in each)
    assert "示例商品：明前龙井" in read("products/")
    assert "Remove all samples" in read()

    send("samples/remove/")
    assert "示例商品" not in read("products/")
    with context.activate(place):
        assert set(Product.objects.values_list("state", flat=True)) == {"hidden"}
        assert not Category.objects.filter(is_visible=True).exists()
        assert samples.remove(by="test") == 0
        assert samples.add_first() == 0, "a message heard twice brings nothing back"
    assert "Bring the samples back" in read()

    send("samples/add/")
    with context.activate(place):
        assert sample_queries.are_present()
        assert set(Product.objects.values_list("state", flat=True)) == {"on_sale"}
        assert Category.objects.filter(is_visible=True).count() == 2


def test_a_shelf_on_which_the_owner_put_something_stays_when_the_samples_go(place: Shop) -> None:
    with context.activate(place):
        samples.add()
        shelf = Category.objects.order_by("pk").first()
        assert shelf is not None
        own = catalogue.product("Own tea", category_id=shelf.pk)
        samples.remove(by="test")
        shelf.refresh_from_db()
        own.refresh_from_db()
        assert shelf.is_visible
        assert own.state == "on_sale"


def test_the_checklist_follows_the_facts(place: Shop, read: Read, order: Order) -> None:
    assert read().count('class="done"') == 4  # open, products, WeChat, first paid order
    assert "Ship it" in read()


def test_a_product_is_hidden_and_put_on_sale_again(
    place: Shop, read: Read, send: Callable[..., Any]
) -> None:
    with context.activate(place):
        tea = catalogue.product("Tea <b>", stock=7)
    words = read("products/")
    assert "Tea &lt;b&gt;" in words
    assert "7 in stock" in words
    assert "is hidden" in send(f"products/{tea.pk}/hide/").content.decode()
    with context.activate(place):
        assert Product.objects.get(pk=tea.pk).state == "hidden"
    assert "is on sale" in send(f"products/{tea.pk}/publish/").content.decode()
    assert send(f"products/{tea.pk}/burn/").status_code == 404


def test_a_products_history_tells_who_did_what_and_what_was_before(
    place: Shop, desk: Client, read: Read, send: Callable[..., Any]
) -> None:
    with context.activate(place):
        tea = catalogue.product("Tea <b>", choices={"Size": ["S", "L"]}, stock=7)
        small, large = catalogue.skus(tea)
    page = f"products/{tea.pk}/history/"
    assert "7</strong>" in read(page), "what the verbs of the tests counted"
    send(f"products/{tea.pk}/hide/")
    send(f"products/{tea.pk}/hide/")
    with context.activate(place):
        verbs.reprice(product=tea, version=2, prices={large.pk: 1_250}, by="ann@example.com")
        inventory.adjust(sku_id=small.pk, on_hand=5, reason="broken <2>", by="bob@example.com")
        inventory.set_counts(counts={small.pk: 9}, reference="import 1", by="bob@example.com")
        inventory.adjust(sku_id=large.pk, delta=3, reason="new", by="bob@example.com")
        Movement.objects.create(sku=small, kind="adjust", quantity=-2, reference="old", by="test")
    lines = [" ".join(re.sub("<.*?>", " ", line).split())[20:] for line in
             read(page).split("<ul class=\"rows\">")[1].split("</ul>")[0].split("<li>")[1:]]  # fmt: skip
    assert lines[:6] == [
        "Stock set (S): – → -2 · old (test)",
        "Goods received (L): 7 → 10 · new (bob@example.com)",
        "Stock set by a file (S): 5 → 9 (bob@example.com)",
        "Stock set (S): 7 → 5 · broken &lt;2&gt; (bob@example.com)",
        "Price (L): ¥9.90 → ¥12.50 (ann@example.com)",
        "State: On sale → Hidden (tea@example.com)",
    ]
    chinese = desk.get(f"/shops/{place.public_id}/{page}", headers={"accept-language": "zh-hans"})
    assert "状态: 在售 → <strong>已下架" in chinese.content.decode()
    assert page in read("products/")
    read(f"products/{uuid4()}/history/", status=404)


def test_a_long_history_goes_on_to_a_further_page(place: Shop, read: Read) -> None:
    with context.activate(place):
        tea = catalogue.product("Tea", stock=None)
        sku = catalogue.skus(tea)[0]
        for n in range(1, 52):
            inventory.adjust(sku_id=sku.pk, on_hand=n, reason=f"count {n}.", by="test")
    page = f"products/{tea.pk}/history/"
    first = read(page)
    assert "count 51." in first
    assert "count 1." not in first
    assert "count 1." in read(page, before=first.split("before=")[1].split('"')[0])
    read(page, status=404, before="broken")


def test_products_without_a_price_are_refused_with_the_reason(
    place: Shop, send: Callable[..., Any]
) -> None:
    with context.activate(place):
        tea = catalogue.product("Tea", price_minor=0, state="draft")
    assert "Set a price first" in send(f"products/{tea.pk}/publish/").content.decode()


def test_the_list_of_products_goes_on_to_a_further_page(place: Shop, read: Read) -> None:
    with context.activate(place):
        for n in range(21):
            catalogue.product(f"Tea {n:02}", stock=None)
    first = read("products/")
    assert "Tea 20" in first
    assert "Tea 00" not in first
    after = first.split("after=")[1].split('"')[0]
    assert "Tea 00" in read("products/", after=after)
    assert read("products/", status=302, after="broken") == ""


def test_a_file_is_tried_out_then_brought_in_and_changes_nothing_the_second_time(
    place: Shop, send: Callable[..., Any]
) -> None:
    data = (FILES / "shopify-home-and-garden.csv").read_bytes()

    def bring(**wish: str) -> str:
        file = SimpleUploadedFile("garden.csv", data, "text/csv")
        return send("products/import/", file=file, **wish).content.decode()

    assert "This was a try-out" in bring(dry_run="on")
    with context.activate(place):
        assert not Product.objects.exists()
    assert "The products are in your shop." in bring(good_rows="on")
    with context.activate(place):
        count = Product.objects.count()
    assert count > 5
    bring(good_rows="on")
    with context.activate(place):
        assert Product.objects.count() == count


def test_a_bad_file_shows_its_rows_and_changes_nothing(
    place: Shop, send: Callable[..., Any]
) -> None:
    data = (
        b"Handle,Title,Option1 Name,Option1 Value,Variant Price\n"
        b"tea,Tea,Title,Default Title,not a price\n"
    )
    file = SimpleUploadedFile("bad.csv", data, "text/csv")
    words = send("products/import/", file=file).content.decode()
    assert "Nothing was changed, because the file has mistakes" in words
    assert "Variant Price" in words
    with context.activate(place):
        assert not Product.objects.exists()
    assert "This field is required" in send("products/import/").content.decode()


def test_an_order_is_shipped_in_two_parcels(
    place: Shop, read: Read, send: Callable[..., Any], order: Order
) -> None:
    page = f"orders/{order.number}/"
    words = read(page)
    assert "¥75.00" in words
    assert "no bag &lt;please&gt;" in words
    with context.activate(place):
        line = order.lines.get()
    field = f"line-{line.pk}"
    told = send(f"{page}ship/", carrier_code="SF", tracking_number="SF1234567", **{field: 2})
    assert "Parcel SF1234567 is noted" in told.content.decode()
    assert "Partly shipped" in read("orders/")
    again = send(f"{page}ship/", carrier_code="SF", tracking_number="SF1234567", **{field: 1})
    assert again.status_code == 422
    assert "is on this order already" in again.content.decode()
    too_many = send(f"{page}ship/", carrier_code="SF", tracking_number="SF7654321", **{field: 2})
    assert "less than or equal to 1" in too_many.content.decode()
    send(f"{page}ship/", carrier_code="ZTO", tracking_number="ZT7654321", **{field: 1})
    with context.activate(place):
        order.refresh_from_db()
        assert (order.state, order.parcels_count) == ("shipped", 2)
    assert "Ship a parcel" not in read(page)


def test_a_refund_asks_whether_it_is_meant_and_then_gives_everything_back(
    place: Shop, read: Read, send: Callable[..., Any], order: Order, run_jobs: Callable[..., int]
) -> None:
    page = f"orders/{order.number}/refund/"
    assert "¥75.00 go back to the customer" in read(page)
    unmeant = send(page, reason="broken", seen="paid-0")
    assert unmeant.status_code == 422
    stale = send(page, reason="broken", seen="paid-1", is_meant="on")
    assert "changed meanwhile" in stale.content.decode()
    with context.activate(place):
        order.refresh_from_db()
        assert order.refund_requested_at is None

    assert "on its way" in send(page, reason="broken", seen="paid-0", is_meant="on").content.decode()
    run_jobs(ahead=60)
    with context.activate(place):
        order.refresh_from_db()
        assert (order.state, order.refunded_minor) == ("refunded", 7_500)
    twice = send(page, reason="broken", seen="refunded-0", is_meant="on")
    assert "there is nothing to refund" in twice.content.decode()


def test_a_part_goes_back_by_pieces_or_by_money(
    place: Shop, read: Read, send: Callable[..., Any], order: Order, run_jobs: Callable[..., int]
) -> None:
    page = f"orders/{order.number}/refund/part/"
    assert "pieces, of 3" in read(page)
    with context.activate(place):
        line = order.lines.get()
    asked = {"reason": "broken", "seen": "paid-0", "key": str(uuid4())}
    nothing = send(page, **asked, **{f"line-{line.pk}": "0"})
    assert "Please choose what goes back." in nothing.content.decode()
    too_much = send(page, **asked, **{f"line-{line.pk}": "1", f"money-{line.pk}": "75.01"})
    assert "3 pieces and 75.00 CNY" in too_much.content.decode()
    for _ in range(2):  # the same form sent twice is one refund
        given = send(page, **asked, **{f"line-{line.pk}": "1", f"money-{line.pk}": "20.50"})
        assert "20.50 CNY are on their way back." in given.content.decode()
    run_jobs(ahead=60)
    shown = read(f"orders/{order.number}/")
    assert "1 refunded, ¥20.50" in shown
    assert "refund of 20.50 CNY requested: broken" in shown
    with context.activate(place):
        order.refresh_from_db()
        assert (order.state, order.refunded_minor) == ("paid", 2_050)


def test_a_refund_above_the_limit_waits_for_a_second_person_on_the_page(
    place: Shop, read: Read, send: Callable[..., Any], order: Order, settings: Any
) -> None:
    settings.REFUND_TWO_PERSON_MINOR = 7_499
    page = f"orders/{order.number}/refund/"
    told = send(page, reason="broken", seen="paid-0", is_meant="on").content.decode()
    assert "75.00 CNY wait for a second person" in told
    assert "tea@example.com wants to give back ¥75.00 (broken)" in told
    assert ">Agree<" not in told  # who asked is not asked again
    with context.activate(place):
        row = order.returns.get()
    mine = send(f"{page}{row.pk}/approve/").content.decode()
    assert "You asked for this one." in mine
    assert "Done." in send(f"{page}{row.pk}/decline/").content.decode()
    assert "wants to give back" not in read(f"orders/{order.number}/")


@pytest.mark.parametrize("state", ["suspended", "closing"])
def test_money_goes_back_in_parts_and_by_a_second_yes_in_a_shop_that_takes_no_orders(
    place: Shop, read: Read, send: Callable[..., Any], order: Order, settings: Any, state: str
) -> None:
    settings.REFUND_TWO_PERSON_MINOR = 5_000
    Tenant.objects.filter(pk=place.id).update(state=state)
    page = f"orders/{order.number}/refund/"
    with context.activate(place):
        line = order.lines.get()
    asked = {"reason": "broken", "seen": "paid-0", "key": str(uuid4()), f"line-{line.pk}": "1"}
    assert "25.00 CNY are on their way back." in send(f"{page}part/", **asked).content.decode()
    told = send(page, reason="broken", seen="paid-0", is_meant="on").content.decode()
    assert "50.00 CNY wait for a second person" in told
    with context.activate(place):
        row = order.returns.get(state="waiting")
    assert "Done." in send(f"{page}{row.pk}/decline/").content.decode()


def test_orders_are_found_by_number_and_by_state(
    read: Read, order: Order
) -> None:
    assert order.number in read("orders/", q=order.number)
    assert order.number in read("orders/", state="paid")
    assert "No order fits." in read("orders/", state="shipped")
    read("orders/", status=404, state="lost")
    read("orders/0000000000/", status=404)


def test_the_history_is_said_in_the_readers_language(
    desk: Client, place: Shop, order: Order
) -> None:
    page = desk.get(
        f"/shops/{place.public_id}/orders/{order.number}/", headers={"accept-language": "zh-CN"}
    ).content.decode()
    assert "已付款" in page
    assert "payment arrived" not in page


def test_the_list_of_orders_asks_as_often_for_many_as_for_one(
    desk: Client, place: Shop, order: Order, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        desk.get(f"/shops/{place.public_id}/orders/")


def test_todays_statement_leads_from_the_figures_to_the_lines(
    place: Shop, read: Read, order: Order
) -> None:
    words = read("statements/")
    assert "Today so far" in words
    assert "¥75.00" in words
    assert "−¥0.45" in words
    with context.activate(place):
        from billing.ledger import queries as books

        day = books.day_of(clock.now()).isoformat()
    lines = read(f"statements/{day}/")
    assert order.number in lines
    assert "Paid by customers" in read(f"statements/{day}/", figure="gross")
    read("statements/yesterday/", status=404)
    read(f"statements/{day}/", status=404, figure="luck")


def test_wechat_is_connected_and_wrong_numbers_are_said_next_to_their_fields(
    place: Shop, send: Callable[..., Any], two_shops: tuple[Shop, Shop]
) -> None:
    wrong = send("wechat/", appid="abc", sub_mchid="12x").content.decode()
    assert "An AppID begins with wx" in wrong
    assert "A merchant number has 6 to 32 digits." in wrong
    assert not MiniProgram.objects.filter(tenant_id=place.id).exists()

    Merchant.objects.create(tenant_id=two_shops[1].id, sub_mchid="1600000009", notify_token="t9")
    taken = send("wechat/", appid="wx1234567890", sub_mchid="1600000009").content.decode()
    assert "already connected to a shop" in taken
    assert not MiniProgram.objects.filter(appid="wx1234567890").exists()

    done = send("wechat/", appid="wx1234567890", sub_mchid="1600000001")
    assert "WeChat is connected." in done.content.decode()
    assert Merchant.objects.get(tenant_id=place.id).sub_mchid == "1600000001"


def test_without_a_simulator_there_is_no_simulated_mini_program(
    send: Callable[..., Any], read: Read, settings: Any
) -> None:
    settings.WECHAT = None
    assert "Simulation" not in read("wechat/")
    assert send("wechat/simulated/").status_code == 404


def test_staff_are_added_changed_and_removed_and_the_history_tells(
    place: Shop, read: Read, send: Callable[..., Any]
) -> None:
    told = send("staff/add/", email="New@Example.com", role="fulfilment").content.decode()
    assert "new@example.com was added and got a mail" in told
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    assert "/accounts/password/reset/key/" in message.body
    member = Membership.objects.get(account__email="new@example.com")
    assert (member.role, member.account.has_usable_password()) == ("fulfilment", False)
    again = send("staff/add/", email="new@example.com", role="manager").content.decode()
    assert "already works in this shop" in again

    send(f"staff/{member.pk}/role/", role="manager")
    member.refresh_from_db()
    assert member.role == "manager"
    send(f"staff/{member.pk}/remove/")
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert Account.objects.filter(email="new@example.com").exists()
    reasons = Tenant.objects.get(pk=place.id).steps.order_by("pk").values_list("reason", flat=True)
    assert list(reasons)[-3:] == [
        "new@example.com joined as fulfilment",
        "new@example.com: fulfilment became manager",
        "new@example.com left as manager",
    ]
    words = read("staff/")
    for line in ("new@example.com joined as: Fulfilment", "new@example.com: Fulfilment → Manager",
                 "new@example.com left as: Manager"):  # fmt: skip
        assert f"{line} <span class=\"help\">(tea@example.com)</span>" in words
    desk = Client(headers={"accept-language": "zh-hans"})
    desk.force_login(
        Account.objects.get(email="tea@example.com"), "django.contrib.auth.backends.ModelBackend"
    )
    page = desk.get(f"/shops/{place.public_id}/staff/").content.decode()
    assert "new@example.com：发货员 → 店长" in page


def test_the_last_owner_stays(place: Shop, send: Callable[..., Any]) -> None:
    owner = Membership.objects.get(tenant_id=place.id)
    for page, fields in ((f"staff/{owner.pk}/remove/", {}),
                         (f"staff/{owner.pk}/role/", {"role": "manager"})):  # fmt: skip
        assert "is the last owner" in send(page, **fields).content.decode()
    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_members_of_another_shop_cannot_be_touched(
    send: Callable[..., Any], two_shops: tuple[Shop, Shop]
) -> None:
    other = Membership.objects.get(tenant_id=two_shops[1].id)
    told = send(f"staff/{other.pk}/remove/").content.decode()
    assert "does not work in this shop" in told
    assert Membership.objects.filter(pk=other.pk).exists()


def test_the_owner_keeps_pickup_points_by_forms(
    place: Shop, read: Read, send: Callable[..., Any]
) -> None:
    assert "Add a pick-up point" in read("pickup/")
    wrong = send("pickup/", **{**POINT, "phone": "call"})
    assert (wrong.status_code, "Digits, please" in wrong.content.decode()) == (422, True)
    assert "西湖店 was added." in send("pickup/", **POINT, is_active="on").content.decode()
    with context.activate(place):
        made = PickupPoint.objects.get()
        assert {name: getattr(made, name) for name in POINT} == POINT
        assert made.is_active
    page = f"pickup/{made.pk}/"
    assert 'value="西湖店"' in read(page)
    saved = send(page, **{**POINT, "hours": "周末"}).content.decode()
    assert "周末" in saved
    assert "Not offered" in saved
    assert send(page, **{**POINT, "name": ""}).status_code == 422
    assert "西湖店 was removed." in send(f"{page}remove/").content.decode()
    read(page, status=404)


def test_an_order_is_made_ready_and_handed_over_at_the_desk(
    place: Shop, read: Read, send: Callable[..., Any], fetched: Order
) -> None:
    page = f"orders/{fetched.number}/"
    shown = read(page)
    for words in ("Customer fetches it", "西湖店", "取货人", "To prepare for pick-up"):
        assert words in shown
    assert "Ship a parcel" not in shown
    assert fetched.pickup_code not in shown.replace(fetched.number, "")
    assert fetched.number in read("orders/", state="pickup")
    ready = send(f"{page}ready/").content.decode()
    assert "It is ready. The customer is told." in ready
    assert "Ready for pick-up" in read("orders/")
    wrong = f"{(int(fetched.pickup_code) + 1) % 10**6:06d}"
    assert "9 tries are left" in send(f"{page}hand-over/", code=wrong).content.decode()
    digits = f"{fetched.pickup_code[:3]} {fetched.pickup_code[3:]}"
    done = send(f"{page}hand-over/", code=digits).content.decode()
    assert "Handed over. WeChat is being told." in done
    assert "Picked up" in done
    assert fetched.number not in read("orders/", state="pickup")
