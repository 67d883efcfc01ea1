"""Questions about members. Ownership is part of every one of them."""

import hashlib
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from kernel import clock
from shop.members.models import Address, Member, Token
from shop.moderation import queries as moderation
from shop.moderation.states import StandingState

NICKNAME = "member_nickname"
"""What moderation calls a nickname; its subject is the member."""

_TOKEN = [field.attname for field in Token._meta.concrete_fields]
_MEMBER = [field.attname for field in Member._meta.concrete_fields]
_FIND_TOKEN = f"""
SELECT {", ".join(f"t.{name}" for name in _TOKEN)}, {", ".join(f"m.{name}" for name in _MEMBER)}
FROM members_token t JOIN members_member m ON m.id = t.member_id
WHERE t.hash = %s AND t.expires_at > %s"""


def digest(secret: str) -> bytes:
    """Return what is stored of a bearer token. Plain SHA-256: the secret has 256 bits."""
    return hashlib.sha256(secret.encode()).digest()


def find_token(secret: str) -> Token | None:
    """Return a token that has not expired, with its member, by one query.

    Plain SQL, because every request of a member begins with it: building the query costs the ORM
    more than PostgreSQL needs to answer it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIND_TOKEN, [digest(secret), clock.now()])
        row = cursor.fetchone()
    if row is None:
        return None
    token = Token.from_db(connection.alias, _TOKEN, row[: len(_TOKEN)])
    token.member = Member.from_db(connection.alias, _MEMBER, row[len(_TOKEN) :])
    return token


def addresses_of(member: Member) -> QuerySet[Address]:
    """Return a member's addresses: the default one first, then the newest."""
    return Address.objects.filter(member=member).order_by("-is_default", "-id")


def find_address(member: Member, address_id: UUID) -> Address | None:
    """Return one of the member's own addresses."""
    return Address.objects.filter(member=member, pk=address_id).first()


def why_nickname_waits(member: Member, language: str) -> str:
    """Return why the nickname asked for is not shown, in Chinese (`zh…`) or English; else empty."""
    if member.nickname_standing == StandingState.PASSED:
        return ""
    standing = moderation.standing_of(NICKNAME, member.pk)
    return standing.sentence(language) if standing else ""
