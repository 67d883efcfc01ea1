"""Who buys: members, their bearer tokens, and where their parcels go."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7
from shop.members.states import MEMBER_FLOW, MemberState
from shop.moderation.states import StandingState


class Member(models.Model):
    """A buyer, as one mini-program of this shop knows them. WeChat's session key is never kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=64)
    unionid = models.CharField(max_length=64, blank=True, default="")
    nickname = models.CharField(max_length=32, blank=True, default="")
    """What others may see: the last one that passed its check."""
    pending_nickname = models.CharField(max_length=32, blank=True, default="")
    """What the member asked for and nobody sees: it is checked, or was refused."""
    nickname_standing = models.CharField(max_length=16, default=StandingState.PASSED)
    """How the nickname stands that was asked for last."""
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in MemberState], default=MEMBER_FLOW.start
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "members_member"
        constraints = [
            models.UniqueConstraint(fields=["openid", "appid"], name="member_openid_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=list(MemberState)), name="member_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or str(self.pk)


class Token(models.Model):
    """Proof that a member signed in: the SHA-256 of a 256-bit secret that only they hold."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hash = models.BinaryField(max_length=32)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "members_token"
        constraints = [models.UniqueConstraint(fields=["hash"], name="member_token_once")]

    def __str__(self) -> str:
        return f"token of {self.member_id} until {self.expires_at}"


class Address(models.Model):
    """Where a member wants parcels."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="addresses")
    recipient = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="CN")
    province = models.CharField(max_length=60)
    city = models.CharField(max_length=60)
    district = models.CharField(max_length=60, blank=True, default="")
    street = models.CharField(max_length=200)
    postcode = models.CharField(max_length=12, blank=True, default="")
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "members_address"
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(is_default=True),
                name="member_address_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.city}"
