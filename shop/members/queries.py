"""Questions about members. Ownership is part of every one of them."""

import hashlib
from uuid import UUID

from django.db.models import QuerySet

from kernel import clock
from shop.members.models import Address, Member, Token


def digest(secret: str) -> bytes:
    """Return what is stored of a bearer token. Plain SHA-256: the secret has 256 bits."""
    return hashlib.sha256(secret.encode()).digest()


def find_token(secret: str) -> Token | None:
    """Return a token that has not expired, with its member, by one query."""
    rows = Token.objects.select_related("member")
    return rows.filter(hash=digest(secret), expires_at__gt=clock.now()).first()


def addresses_of(member: Member) -> QuerySet[Address]:
    """Return a member's addresses: the default one first, then the newest."""
    return Address.objects.filter(member=member).order_by("-is_default", "-id")


def find_address(member: Member, address_id: UUID) -> Address | None:
    """Return one of the member's own addresses."""
    return Address.objects.filter(member=member, pk=address_id).first()
