"""U2, E5: what owners bring from Shopify arrives whole, or each row says why not."""

import dataclasses
import random
from pathlib import Path

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.catalog import shopify
from shop.catalog.shopify import ImageRow, Parsed, ProductRow, VariantRow, parse, slug, write

FILES = Path(__file__).parent / "catalog_files"
APPAREL = (FILES / "shopify-apparel.csv").read_bytes()
HOME = (FILES / "shopify-home-and-garden.csv").read_bytes()

VARIANT = VariantRow(
    line=2,
    sku_code="",
    option_values=(),
    price_minor=100,
    compare_price_minor=None,
    quantity=0,
    barcode="",
    weight_grams=0,
    image_url="",
    requires_shipping=True,
)
PRODUCT = ProductRow(
    handle="tea",
    title="Tea",
    body_html="",
    vendor="",
    product_type="",
    category="",
    tags=(),
    published=True,
    status="active",
    option_names=(),
    variants=(VARIANT,),
    images=(),
)


def parsed(text: str) -> Parsed:
    return parse(text.encode())


def problems(found: Parsed) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.code) for error in found.errors]


def remarks(found: Parsed) -> list[tuple[int, str, str]]:
    return [(warning.line, warning.column, warning.code) for warning in found.warnings]


def the_only(found: Parsed) -> ProductRow:
    assert found.errors == []
    (product,) = found.products
    return product


def by_handle(found: Parsed) -> dict[str, ProductRow]:
    return {product.handle: product for product in found.products}


# --- Shopify's own sample files ------------------------------------------------------------------


def test_the_apparel_file_arrives_whole() -> None:
    found = parse(APPAREL)
    variants = [variant for product in found.products for variant in product.variants]
    assert found.errors == []
    assert found.warnings == []
    assert found.header_generation == 1
    assert len(found.products) == 20
    assert len(variants) == 22
    assert sum(variant.quantity for variant in variants) == 22
    assert sum(variant.price_minor for variant in variants) == 129_500
    assert [variant.compare_price_minor for variant in variants] == [None] * 22
    assert sum(len(product.images) for product in found.products) == 20
    assert {product.vendor for product in found.products} == {"partners-demo"}
    assert all(product.published and product.status == "active" for product in found.products)


def test_a_top_in_three_sizes_is_one_product() -> None:
    top = by_handle(parse(APPAREL))["classic-varsity-top"]
    assert top.title == "Classic Varsity Top"
    assert top.tags == ("women",)
    assert top.option_names == ("Size",)
    assert [(v.line, v.option_values, v.price_minor, v.quantity) for v in top.variants] == [
        (3, ("Small",), 6000, 1),
        (4, ("Medium",), 6000, 1),
        (5, ("Large",), 6000, 1),
    ]
    assert top.images == (
        ImageRow("https://burst.shopifycdn.com/photos/casual-fashion-woman_925x.jpg", 1, ""),
    )


def test_a_title_with_a_default_title_is_a_product_without_specs() -> None:
    shirt = by_handle(parse(APPAREL))["ocean-blue-shirt"]
    assert shirt.option_names == ()
    assert [(v.option_values, v.price_minor) for v in shirt.variants] == [((), 5000)]


def test_the_home_and_garden_file_arrives_whole() -> None:
    found = parse(HOME)
    variants = [variant for product in found.products for variant in product.variants]
    assert found.errors == []
    assert found.warnings == []
    assert found.header_generation == 1
    assert len(found.products) == 20
    assert len(variants) == 21
    assert sum(variant.quantity for variant in variants) == 65
    assert sum(variant.price_minor for variant in variants) == 234_584
    assert sum(variant.compare_price_minor or 0 for variant in variants) == 203_198
    assert sum(len(product.images) for product in found.products) == 21


def test_a_pot_in_two_sizes_keeps_its_text_prices_and_pictures() -> None:
    pot = by_handle(parse(HOME))["clay-plant-pot"]
    assert pot.body_html == "<p>Classic blown clay pot for plants</p>"
    assert (pot.vendor, pot.product_type, pot.tags) == ("Company 123", "Outdoor", ("Pot", "Plants"))
    assert [(v.option_values, v.price_minor, v.quantity) for v in pot.variants] == [
        (("Regular",), 999, 1),
        (("Large",), 1599, 3),
    ]
    assert [(image.position, image.url[-30:]) for image in pot.images] == [
        (1, "single-sprout-in-a-pot_925x.jpg"[-30:]),
        (2, "pot-with-a-single-sprout_925x.jpg"[-30:]),
    ]


def test_columns_that_are_not_used_are_named() -> None:
    unknown = parse(HOME).unknown_columns
    assert len(unknown) == 22
    assert unknown[:3] == (
        "Variant Inventory Policy",
        "Variant Fulfillment Service",
        "Variant Taxable",
    )
    assert unknown[-3:] == ("Variant Weight Unit", "Variant Tax Code", "Cost per item")


@pytest.mark.parametrize("original", [APPAREL, HOME])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_says_the_same(original: bytes, encoding: str) -> None:
    text = original.decode("utf-8-sig").replace("Company 123", "小铺公司")
    assert parse(text.encode(encoding)) == parse(text.encode())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_both_byte_orders_are_read(encoding: str) -> None:
    data = "\ufeffTitle,Price\n绿茶,12.50\n".encode(encoding)
    product = the_only(parse(data))
    assert (product.title, product.variants[0].price_minor) == ("绿茶", 1250)


def test_tabs_are_read_as_commas_are() -> None:
    product = the_only(parse("Title\tPrice\tTags\n绿茶\t8\ta, b\n".encode("gb18030")))
    assert (product.title, product.tags) == ("绿茶", ("a", "b"))


@pytest.mark.parametrize("original", [APPAREL, HOME])
def test_what_is_exported_and_imported_again_is_unchanged(original: bytes) -> None:
    products = parse(original).products
    again = parse(b"".join(write(products)))
    assert again.products == products
    assert again.errors == []
    assert again.warnings == []
    assert again.unknown_columns == ()
    assert again.header_generation == 2


# --- headers -------------------------------------------------------------------------------------

NEW = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,"
    "Status,SKU,Barcode,Option1 name,Option1 value,Option2 name,Option2 value,Price,"
    "Price / International,Compare-at price,Inventory quantity,Weight value (grams),"
    "Requires shipping,Product image URL,Image position,Image alt text,Variant image URL\n"
)


def test_the_new_generation_of_names_is_understood() -> None:
    found = parsed(
        NEW + 'Tea,green-tea,<p>Good</p>,Hill,Food > Tea,Leaf,"tea, green",FALSE,Draft,'
        "T-1,6901234567892,Size,50 g,Grade,A,9.9,,12,3,50,TRUE,https://a.example/1.jpg,2,front,"
        "https://a.example/v.jpg\n"
        ",green-tea,,,,,,,,T-2,,,100 g,,B,18,,,4,453.59237,FALSE,https://a.example/2.jpg,1,,\n"
        ",green-tea,,,,,,,,,,,,,,,,,,,,https://a.example/3.jpg,3,back,\n"
    )
    assert found.header_generation == 2
    assert found.unknown_columns == ("Price / International",)
    assert the_only(found) == ProductRow(
        handle="green-tea",
        title="Tea",
        body_html="<p>Good</p>",
        vendor="Hill",
        product_type="Leaf",
        category="Food > Tea",
        tags=("tea", "green"),
        published=False,
        status="draft",
        option_names=("Size", "Grade"),
        variants=(
            VariantRow(
                line=2,
                sku_code="T-1",
                option_values=("50 g", "A"),
                price_minor=990,
                compare_price_minor=1200,
                quantity=3,
                barcode="6901234567892",
                weight_grams=50,
                image_url="https://a.example/v.jpg",
                requires_shipping=True,
            ),
            VariantRow(
                line=3,
                sku_code="T-2",
                option_values=("100 g", "B"),
                price_minor=1800,
                compare_price_minor=None,
                quantity=4,
                barcode="",
                weight_grams=454,
                image_url="",
                requires_shipping=False,
            ),
        ),
        images=(
            ImageRow("https://a.example/2.jpg", 1, ""),
            ImageRow("https://a.example/1.jpg", 2, "front"),
            ImageRow("https://a.example/3.jpg", 3, "back"),
        ),
    )


def test_headers_may_be_written_in_any_case_and_spacing() -> None:
    found = parsed("  tITLE ,VARIANT  price,extra\nTea,1,x\n")
    assert the_only(found).variants[0].price_minor == 100
    assert found.header_generation == 1
    assert found.unknown_columns == ("extra",)


def test_of_two_equal_columns_the_first_counts() -> None:
    found = parsed("Title,Price,Variant Price\nTea,1,2\n")
    assert the_only(found).variants[0].price_minor == 100
    assert remarks(found) == [(1, "Variant Price", "duplicate_column")]


def test_a_title_alone_makes_an_unpublished_draft() -> None:
    found = parse("Title\n龙井 绿茶\n\nGreen Tea\n".encode())
    assert [(p.handle, p.title, p.status, p.published) for p in found.products] == [
        ("龙井-绿茶", "龙井 绿茶", "draft", False),
        ("green-tea", "Green Tea", "draft", False),
    ]
    assert found.products[0].variants == (dataclasses.replace(VARIANT, price_minor=0),)
    assert [variant.line for p in found.products for variant in p.variants] == [2, 4]
    assert found.errors == []
    assert remarks(found) == [(1, "Price", "no_price_column")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_title_column"),
        (b"\n\n", "no_title_column"),
        (b"Handle,Price\na,1\n", "no_title_column"),
        (b"\xff\xfe\x00", "not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
        (b"PK\x03\x04\x14\x00\x06\x00", "not_text"),
        (b"Title\nT\x00ea\n", "not_text"),
        (b"Title\n" + b"x" * shopify.MAX_BYTES, "file_too_large"),
        (b"Title\n" + b"x\n" * 100_001, "too_many_rows"),
    ],
)
def test_what_is_no_product_file_is_refused_whole(data: bytes, code: str) -> None:
    found = parse(data)
    assert problems(found) == [(1, "", code)]
    assert found.products == []


# --- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "minor"),
    [("9.99", 999), ("50", 5000), ("0", 0), ("0.05", 5), ("7.1", 710), ("9.9900", 999)],
)
def test_a_price_is_exact(written: str, minor: int) -> None:
    assert the_only(parsed(f"Title,Price\nTea,{written}\n")).variants[0].price_minor == minor


@pytest.mark.parametrize(
    "written",
    [
        "9.999",
        "-1",
        "abc",
        "1e5",
        "NaN",
        "¥9",
        "9.",
        ".5",
        "+1",
        "0x10",
        "١",
        '"1,000"',
        "1 000",
        "9" * 16,
        "10000000000.01",
    ],
)
def test_what_is_no_price_is_a_row_error(written: str) -> None:
    found = parsed(f"Title,Price\nTea,{written}\nCup,1\n")
    assert problems(found) == [(2, "Price", "bad_price")]
    assert [product.title for product in found.products] == ["Cup"]
    shown = written.strip('"')
    assert found.errors[0].en == f"“{shown}” is not a price."
    assert found.errors[0].zh == f"“{shown}”不是有效的价格。"


@pytest.mark.parametrize(
    ("exponent", "written", "minor"), [(0, "1200", 1200), (0, "12.00", 12), (3, "1.234", 1234)]
)
def test_minor_units_are_the_currencys(exponent: int, written: str, minor: int) -> None:
    found = parse(f"Title,Price\nTea,{written}\n".encode(), currency_exponent=exponent)
    assert the_only(found).variants[0].price_minor == minor
    again = parse(
        b"".join(write(found.products, currency_exponent=exponent)), currency_exponent=exponent
    )
    assert again.products == found.products


def test_yen_have_no_digits_to_lose() -> None:
    found = parse(b"Title,Price\nTea,12.5\n", currency_exponent=0)
    assert problems(found) == [(2, "Price", "bad_price")]


HEAD = (
    "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Compare At Price,"
    "Variant Inventory Qty,Variant Grams,Published,Status,Image Src,Image Position,Tags\n"
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,A,,,,,,,,,,,\n", [(2, "Variant Price", "missing_price")]),
        ("a,A,,,1,x,,,,,,,\n", [(2, "Variant Compare At Price", "bad_price")]),
        ("a,A,,,1,,1.5,,,,,,\n", [(2, "Variant Inventory Qty", "bad_quantity")]),
        ("a,A,,,1,,many,,,,,,\n", [(2, "Variant Inventory Qty", "bad_quantity")]),
        ("a,A,,,1,,1000000001,,,,,,\n", [(2, "Variant Inventory Qty", "bad_quantity")]),
        ("a,A,,,1,,,-5,,,,,\n", [(2, "Variant Grams", "bad_weight")]),
        ("a,A,,,1,,,,perhaps,,,,\n", [(2, "Published", "bad_choice")]),
        ("a,A,,,1,,,,,hidden,,,\n", [(2, "Status", "bad_choice")]),
        ("a,A,,,1,,,,,,https://a.b/c.jpg,first,\n", [(2, "Image Position", "bad_quantity")]),
        ("a,,,,1,,,,,,,,\n", [(2, "Title", "missing_title")]),
        ("a,A,Size,,1,,,,,,,,\n", [(2, "Option1 Value", "missing_option_value")]),
        ("a,A,,Large,1,,,,,,,,\n", [(2, "Option1 Value", "option_without_name")]),
        (
            "a,A,Size,L,1,,,,,,,,\na,,,L,2,,,,,,,,\n",
            [(3, "Option1 Value", "duplicate_options")],
        ),
        (
            "a,A,Title,Default Title,1,,,,,,,,\na,,,,2,,,,,,,,\n",
            [(3, "Option1 Value", "duplicate_options")],
        ),
        ("a,A,Size,L,1,,,,,,,,\na,B,,M,2,,,,,,,,\n", [(3, "Title", "title_differs")]),
        (f"a,{'x' * 256},,,1,,,,,,,,\n", [(2, "Title", "too_long")]),
        (f"a,A,,,1,,,,,,,,{'t' * 5001}\n", [(2, "Tags", "too_long")]),
        ("a,A,,,1,,,,,,,,,oops\n", [(2, "", "too_many_cells")]),
        (",,,,1,,,,,,,,\n", [(2, "Handle", "no_product")]),
        ("a,A,Size,L,x,,y,,,,,,\na,,,M,1,,,,,,,,\n\na,,,N,,,,,,,,,\n",
         [(2, "Variant Price", "bad_price"), (2, "Variant Inventory Qty", "bad_quantity"),
          (5, "Variant Price", "missing_price")]),
    ],
)  # fmt: skip
def test_a_bad_row_costs_its_product_and_no_other(
    rows: str, expected: list[tuple[int, str, str]]
) -> None:
    found = parsed(HEAD + rows + "good,Good,,,1,,,,,,,,\n")
    assert problems(found) == expected
    assert [product.handle for product in found.products] == ["good"]
    assert all(error.en and error.zh and error.en != error.zh for error in found.errors)


def test_two_titles_that_give_one_handle_are_told_apart_by_an_error() -> None:
    found = parsed("Title,Price\nGreen Tea,1\ngreen tea!,2\n")
    assert (3, "Title", "title_differs") in problems(found)
    assert found.products == []


def test_a_row_number_is_the_spreadsheets_even_after_a_cell_of_many_lines() -> None:
    found = parsed('Title,Description,Price\nTea,"one\ntwo\nthree",1\nCup,,x\n')
    assert problems(found) == [(3, "Price", "bad_price")]


def test_a_file_that_cannot_be_read_on_gives_no_half_products() -> None:
    found = parsed("Title,Price\nTea,1\n" + "x" * 140_000 + ",1\n")
    assert problems(found) == [(3, "", "unreadable_row")]
    assert found.products == []


def test_oversold_goods_are_imported_as_none_left() -> None:
    found = parsed("Title,Price,Inventory quantity\nTea,1,-3\n")
    assert the_only(found).variants[0].quantity == 0
    assert remarks(found) == [(2, "Inventory quantity", "negative_quantity")]
    assert found.warnings[0].en == "“-3” in stock was taken as 0."
    assert found.warnings[0].zh == "库存“-3”按 0 处理。"


@pytest.mark.parametrize(
    "url",
    ["ftp://a.b/c.jpg", "javascript:alert(1)", "c.jpg", "http://a b/c", "https://a/" + "x" * 2100],
)
def test_a_bad_picture_address_costs_the_picture_only(url: str) -> None:
    found = parsed(f"Title,Price,Product image URL,Variant image URL\nTea,1,{url},{url}\n")
    product = the_only(found)
    assert (product.images, product.variants[0].image_url) == ((), "")
    assert {remark[2] for remark in remarks(found)} == {"bad_image_url"}
    assert len(found.warnings) == 2


def test_pictures_without_a_place_follow_in_order_and_repeat_not() -> None:
    rows = "a,A,,,1,,,,,,https://a.b/1,,\na,,,,,,,,,,https://a.b/2,,\na,,,,,,,,,,https://a.b/1,,\n"
    product = the_only(parsed(HEAD + rows))
    assert product.images == (ImageRow("https://a.b/1", 1, ""), ImageRow("https://a.b/2", 2, ""))
    assert len(product.variants) == 1


def test_blank_handles_continue_the_product_above_and_scattered_rows_find_theirs() -> None:
    rows = "a,A,Size,L,1,,,,,,,,\n,,,M,2,,,,,,,,\nb,B,,,3,,,,,,,,\nA,,,S,4,,,,,,,,\n"
    found = parsed(HEAD + rows)
    assert found.errors == []
    values = {p.handle: [v.option_values for v in p.variants] for p in found.products}
    assert values == {"a": [("L",), ("M",), ("S",)], "b": [()]}


def test_a_barcode_a_spreadsheet_has_rounded_is_left_out() -> None:
    found = parsed("Title,Price,Barcode\nTea,1,6.90123E+12\nCup,1,'0690123\n")
    assert [product.variants[0].barcode for product in found.products] == ["", "0690123"]
    assert remarks(found) == [(2, "Barcode", "barcode_rounded")]


def test_a_sku_used_twice_is_remarked() -> None:
    found = parsed("Title,Price,SKU\nTea,1,X\nCup,1,X\nPot,1,\nPan,1,\n")
    assert len(found.products) == 4
    assert remarks(found) == [(3, "SKU", "duplicate_sku")]


def test_scripts_in_a_description_are_cleaned_away() -> None:
    body = "<p onclick=x()>Hi</p><script>alert(1)</script><a href='javascript:x()'>go</a>"
    product = the_only(parsed(f'Title,Price,Description\nTea,1,"{body}"\n'))
    assert product.body_html == '<p>Hi</p><a rel="noopener noreferrer">go</a>'


@pytest.mark.parametrize(
    ("written", "published"),
    [("", True), ("TRUE", True), ("是", True), ("false", False), ("0", False)],
)
def test_published_is_read_in_every_common_spelling(written: str, published: bool) -> None:
    product = the_only(parsed(f"Title,Price,Published\nTea,1,{written}\n"))
    assert product.published is published


# --- handles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "handle"),
    [
        ("Ocean Blue Shirt", "ocean-blue-shirt"),
        ("西湖龙井（明前）", "西湖龙井-明前"),
        ("Ｔｅａ　１", "tea-1"),
        ("Kahvi & Pää", "kahvi-pää"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_handle_comes_from_its_title(title: str, handle: str) -> None:
    assert slug(title) == handle


def test_a_title_without_letters_has_a_stable_handle_of_its_own() -> None:
    assert slug("!!!").startswith("p-")
    assert slug("!!!") == slug("!!!")
    assert slug("!!!") != slug("???")


@given(st.text(min_size=1, max_size=120))
def test_a_handle_is_its_own_handle(title: str) -> None:
    assert slug(slug(title)) == slug(title)
    assert slug(title)


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''@x", "'quoted'", '=HYPERLINK("http://x")']
)
def test_no_cell_runs_as_a_formula_and_none_is_changed(title: str) -> None:
    product = dataclasses.replace(PRODUCT, title=title, vendor=title, tags=(title,))
    data = b"".join(write([product]))
    for cell in data.decode("utf-8-sig").split("\r\n")[1].split(","):
        assert not cell.strip('"').startswith(("=", "+", "-", "@", "\t", "\r"))
    assert parse(data).products == [product]


def test_what_is_written_is_utf8_with_a_mark_and_the_new_names() -> None:
    pieces = list(write([PRODUCT]))
    assert len(pieces) == 2
    assert pieces[0].startswith(b"\xef\xbb\xbfTitle,URL handle,Description,Vendor,Product category")
    assert pieces[1] == (
        b"Tea,tea,,,,,,true,active,,,Title,Default Title,,,,,1.00,,shopify,0,0,true,,,,\r\n"
    )


def test_no_products_still_make_a_file() -> None:
    data = b"".join(write([]))
    assert parse(data) == Parsed()


def plain(longest: int = 20) -> st.SearchStrategy[str]:
    """Text as a cell can hold it: no control characters, no space at either end."""
    letters = st.characters(exclude_categories=["Cc", "Cs"])
    special = st.sampled_from(list("=+-@',\"<>&;小铺"))
    return st.text(letters | special, max_size=longest).map(lambda text: text.strip())


names = plain().filter(bool)
urls = st.integers(0, 10**6).map(lambda n: f"https://a.example/{n}.jpg")
money = st.integers(0, 10**12)


@st.composite
def variants(draw: st.DrawFn, values: tuple[str, ...]) -> VariantRow:
    return VariantRow(
        line=draw(st.integers(2, 99)),
        sku_code=draw(plain()),
        option_values=values,
        price_minor=draw(money),
        compare_price_minor=draw(st.none() | money),
        quantity=draw(st.integers(0, 10**9)),
        barcode=draw(st.from_regex(r"[0-9A-Z-]{0,14}", fullmatch=True)),
        weight_grams=draw(st.integers(0, 10**8)),
        image_url=draw(st.just("") | urls),
        requires_shipping=draw(st.booleans()),
    )


@st.composite
def products(draw: st.DrawFn) -> ProductRow:
    options = tuple(draw(st.lists(names, max_size=3)))
    if options:
        row = st.tuples(*[names for _ in options])
        combinations = draw(st.lists(row, min_size=1, max_size=4, unique=True))
    else:
        combinations = [()]
    addresses = draw(st.lists(urls, max_size=5, unique=True))
    positions = sorted(draw(st.integers(1, 9)) for _ in addresses)
    return ProductRow(
        handle=slug(draw(names)),
        title=draw(names),
        body_html=nh3.clean(draw(plain(60))).strip(),
        vendor=draw(plain()),
        product_type=draw(plain()),
        category=draw(plain()),
        tags=tuple(
            draw(st.lists(names.filter(lambda tag: "," not in tag), max_size=3, unique=True))
        ),
        published=draw(st.booleans()),
        status=draw(st.sampled_from(shopify.STATUSES)),
        option_names=options,
        variants=tuple(draw(variants(values)) for values in combinations),
        images=tuple(
            ImageRow(url, position, draw(plain()))
            for url, position in zip(addresses, positions, strict=True)
        ),
    )


@settings(max_examples=60)
@given(st.lists(products(), max_size=4, unique_by=lambda product: product.handle))
def test_export_then_import_is_the_identity(written: list[ProductRow]) -> None:
    again = parse(b"".join(write(written)))
    assert again.errors == []
    assert again.products == written


@settings(max_examples=200)
@given(
    st.binary(max_size=400)
    | st.text(max_size=400).map(lambda t: ("Title,Price\n" + t).encode("utf-8", "ignore"))
)
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    found = parse(data)
    assert all(error.line >= 1 and error.en and error.zh for error in found.errors)


def test_ten_thousand_rows_are_read() -> None:
    dice = random.Random(3)
    rows = [
        f"p{n // 4},{f'商品 {n // 4}' if n % 4 == 0 else ''},规格,第{n % 4}款,{dice.randint(1, 999)}.50,,"
        f"{n % 7},10,,,https://a.example/{n}.jpg,,\n"
        for n in range(10_000)
    ]
    found = parse((HEAD + "".join(rows)).encode("gb18030"))
    assert found.errors == []
    assert len(found.products) == 2500
    assert sum(len(product.variants) for product in found.products) == 10_000
    assert sum(len(product.images) for product in found.products) == 10_000
