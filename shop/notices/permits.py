"""The ledger of permits: every change is an entry, and the count is guarded (CONTRACT §7).

WeChat keeps the truth; this ledger is what we know of it, so that we do not ask in vain and the
shop sees whom it can tell. It is never below zero, and no push or attempt counts twice.
"""

from django.db import connection

from kernel import clock
from kernel.identifiers import uuid7
from shop.notices.models import Permit, PermitEntry
from shop.notices.states import Cause
from tenants.inserting import insert_unless_there
from tenants.transactions import verb

_TAKE = """
UPDATE notices_permit SET "left" = "left" - 1
WHERE appid = %(appid)s AND openid = %(openid)s AND template_id = %(template)s AND "left" > 0
RETURNING id"""


@verb
def add(*, appid: str, openid: str, template_id: str, reference: str, cause: Cause) -> bool:
    """Note one permit more; say whether that was news."""
    permit = _held(appid, openid, template_id)
    if not _entered(permit, 1, cause, reference):
        return False
    _set(permit, permit.left + 1)
    return True


@verb
def clear(*, appid: str, openid: str, template_id: str, reference: str, cause: Cause) -> bool:
    """Note that there is none any more; say whether that was news."""
    permit = _held(appid, openid, template_id)
    if not permit.left or not _entered(permit, -permit.left, cause, reference):
        return False
    _set(permit, 0)
    return True


@verb
def take(*, appid: str, openid: str, template_id: str, reference: str) -> bool:
    """Take one permit for an attempt, if there is one."""
    asked = {"appid": appid, "openid": openid, "template": template_id}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        row = cursor.fetchone()
    if row is None:
        return False
    PermitEntry.objects.create(
        permit_id=row[0], change=-1, cause=Cause.SENT, reference=reference
    )
    return True


def _held(appid: str, openid: str, template_id: str) -> Permit:
    """Return the permit's row, locked; make it if it is new."""
    rows = Permit.objects.select_for_update().filter(
        appid=appid, openid=openid, template_id=template_id
    )
    found = rows.first()
    if found is None:
        insert_unless_there(Permit(appid=appid, openid=openid, template_id=template_id))
        found = rows.get()
    return found


def _entered(permit: Permit, change: int, cause: Cause, reference: str) -> bool:
    return insert_unless_there(
        PermitEntry(
            id=uuid7(),
            permit=permit,
            change=change,
            cause=cause,
            reference=reference,
            at=clock.now(),
        )
    )


def _set(permit: Permit, left: int) -> None:
    Permit.objects.filter(pk=permit.pk).update(left=left)
