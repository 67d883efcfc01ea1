"""The platform's roll-up of what differs: told after every change, again until it is known."""

from django.db.models import Q

from billing.reconciliation.models import Difference
from billing.rollups import differences as rollups
from billing.rollups.differences import Told
from tenants import context
from tenants.transactions import verb

PAGE = 500


def tell() -> int:
    """Tell the platform of every difference that changed since it was last told; return how many.

    A change that comes between reading and marking is told again: the mark is for what was read.
    """
    told = 0
    while page := list(Difference.objects.filter(is_told=False).order_by("changed_at")[:PAGE]):
        _tell(page)
        told += len(page)
    return told


@verb
def _tell(page: list[Difference]) -> None:
    shop = context.shop()
    rows = [
        Told(
            tenant_public_id=shop.public_id,
            difference_id=row.pk,
            kind=row.kind,
            bill=row.bill,
            day=row.day,
            noun=row.noun,
            number=row.number,
            order_number=row.order_number,
            there_minor=row.there_minor,
            here_minor=row.here_minor,
            currency=row.currency,
            facts=row.facts,
            state=row.state,
            note=row.note,
            ended_by=row.ended_by,
            found_at=row.found_at,
            changed_at=row.changed_at,
        )
        for row in page
    ]
    with context.public():
        rollups.record(rows)
    for row in page:
        Difference.objects.filter(Q(pk=row.pk) & Q(changed_at=row.changed_at)).update(is_told=True)
