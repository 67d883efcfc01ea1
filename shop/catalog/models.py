"""What is for sale: categories, products, their specs, and the SKUs that are bought."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.catalog.states import PRODUCT_FLOW, ProductState, SkuState
from shop.media.models import Image


class Category(models.Model):
    """A shelf, at most two levels deep."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField(default=0)
    is_visible = models.BooleanField(default=True)

    class Meta:
        db_table = "catalog_category"
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], nulls_distinct=False, name="category_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What a buyer looks at. Prices here are derived from its SKUs in the same transaction."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=255)
    """The handle: stable, unique, how imports recognise a product."""
    title = models.CharField(max_length=255)
    subtitle = models.CharField(max_length=255, blank=True, default="")
    description_html = models.TextField(blank=True, default="")
    """Cleaned by nh3 before it is stored."""
    vendor = models.CharField(max_length=255, blank=True, default="")
    product_type = models.CharField(max_length=255, blank=True, default="")
    tags = ArrayField(models.TextField(), default=list, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="products",
        db_index=False,
    )  # fmt: skip
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in ProductState], default=PRODUCT_FLOW.start
    )
    min_price_minor = models.BigIntegerField(default=0)
    max_price_minor = models.BigIntegerField(default=0)
    search_text = models.TextField(default="")
    search = SearchVectorField(default="")
    """Bigrams of `search_text`; both written by `catalog.searching` only."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "catalog_product"
        constraints = [
            models.UniqueConstraint(fields=["code"], name="product_code_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(ProductState)), name="product_state_known"
            ),
            models.CheckConstraint(
                condition=Q(min_price_minor__gte=0)
                & Q(max_price_minor__gte=models.F("min_price_minor")),
                name="product_prices_ordered",
            ),
        ]
        indexes = [
            models.Index(fields=["category", "id"], name="product_category"),
            models.Index(
                fields=["min_price_minor", "id"],
                condition=Q(state=ProductState.ON_SALE),
                name="product_price_on_sale",
            ),
            GinIndex(fields=["search"], name="product_search"),
        ]

    def __str__(self) -> str:
        return self.title


class ProductStep(models.Model):
    """One act that put a product on sale or off, or changed its prices. Append only, by grant.

    `before` and `after` hold only what differs: `state`, and `prices` in minor units by SKU id. A
    SKU that came or went stands on one side only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    before = models.JSONField()
    after = models.JSONField()
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "catalog_productstep"
        indexes = [models.Index(fields=["product", "id"], name="product_step_by_one")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.before} became {self.after}"


class Spec(models.Model):
    """One way in which a product's SKUs differ: size, colour."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="specs", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)

    class Meta:
        db_table = "catalog_spec"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="spec_position_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SpecValue(models.Model):
    """One choice of a spec: L, red."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    spec = models.ForeignKey(Spec, on_delete=models.CASCADE, related_name="values", db_index=False)
    position = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=255)

    class Meta:
        db_table = "catalog_specvalue"
        constraints = [
            models.UniqueConstraint(
                fields=["spec", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="spec_value_position_once",
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Sku(models.Model):
    """What is bought: one value of each spec, a price, a stock. Retired, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="skus", db_index=False
    )
    code = models.CharField(max_length=255, blank=True, default="")
    spec_value_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    """Sorted; empty for a product without specs, and for a retired SKU whose values are gone."""
    spec_key = models.CharField(max_length=32)
    """Digest of the values' words in the specs' order: what makes a SKU the same SKU again."""
    label = models.TextField(blank=True, default="")
    price_minor = models.BigIntegerField()
    compare_price_minor = models.BigIntegerField(null=True, blank=True)
    barcode = models.CharField(max_length=255, blank=True, default="")
    weight_grams = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in SkuState], default=SkuState.ACTIVE
    )
    imported_quantity = models.PositiveIntegerField(null=True, blank=True)
    """What the last import said was in stock: the same number again does not undo sales."""

    class Meta:
        db_table = "catalog_sku"
        constraints = [
            models.UniqueConstraint(fields=["product", "spec_key"], name="sku_values_once"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="sku_price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_price_minor__isnull=True) | Q(compare_price_minor__gte=0),
                name="sku_compare_price_not_negative",
            ),
            models.CheckConstraint(condition=Q(state__in=list(SkuState)), name="sku_state_known"),
        ]

    def __str__(self) -> str:
        return self.code or self.label or str(self.pk)


class ProductImage(models.Model):
    """A picture of a product, or of one of its SKUs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="images", db_index=False
    )
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(
        Sku, on_delete=models.CASCADE, null=True, blank=True, related_name="images", db_index=False
    )
    position = models.PositiveIntegerField()
    alt = models.CharField(max_length=512, blank=True, default="")

    class Meta:
        db_table = "catalog_productimage"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "image", "sku"],
                nulls_distinct=False,
                name="product_image_once",
            ),
        ]
        indexes = [models.Index(fields=["product", "position"], name="product_image_order")]

    def __str__(self) -> str:
        return f"picture {self.position} of {self.product_id}"
