"""Questions about the samples of a shop."""

from uuid import UUID

from django.db.models import QuerySet

from shop.samples.models import SampleItem


def are_present() -> bool:
    """Say whether samples are in the shop."""
    return SampleItem.objects.filter(removed_at=None).exists()


def were_added() -> bool:
    """Say whether samples were ever put into the shop."""
    return SampleItem.objects.exists()


def product_ids() -> list[UUID]:
    """Return every sample product, removed ones too."""
    return list(_products().values_list("item_id", flat=True))


def removed_product_ids() -> list[UUID]:
    """Return the sample products that the owner took away; they stay hidden for old orders."""
    return list(_products().exclude(removed_at=None).values_list("item_id", flat=True))


def _products() -> QuerySet[SampleItem]:
    return SampleItem.objects.filter(kind=SampleItem.PRODUCT).order_by("pk")
