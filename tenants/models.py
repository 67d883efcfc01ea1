"""Rows of the public schema that say who rents which shop. `Tenant` stays thin."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django_tenants.models import TenantMixin

from kernel import clock
from tenants.cells import HOME
from tenants.states import (
    PROGRAM_FLOW,
    TENANT_FLOW,
    ProgramKind,
    ProgramState,
    Role,
    TenantState,
)


class AccountManager(BaseUserManager["Account"]):
    """Make accounts by e-mail."""

    def create_user(self, email: str, password: str | None = None, **extra: object) -> "Account":
        """Create an ordinary account; without a password it cannot sign in by one."""
        account = self.model(email=self.normalize_email(email).lower(), **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(
        self, email: str, password: str | None = None, **extra: object
    ) -> "Account":
        """Create a member of the platform's staff who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class Account(AbstractUser):
    """A person who signs in on the platform host: an owner, shop staff, or platform staff."""

    username = None  # type: ignore[assignment]  # people sign in by e-mail
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.email


def first_modules() -> list[str]:
    """Return the parts of the mini-program that a new shop has open."""
    return ["shop", "owner"]


class Tenant(TenantMixin):
    """One shop: its identity, its lifecycle, what of it is open and allowed; nothing else."""

    auto_create_schema = False
    schema_name = models.CharField(  # type: ignore[assignment]  # none while it is being built
        max_length=63, unique=True, null=True, blank=True
    )
    cell = models.CharField(max_length=32, default=HOME, db_default=HOME)
    """The database that its schema lies in (tenants.cells)."""
    moving_to = models.CharField(max_length=32, blank=True, default="", db_default="")
    """While it moves: the cell that it goes to (tenants.archives.moving)."""
    public_id = models.CharField(max_length=16, unique=True)
    """What stands in every address of the shop: opaque, never reused."""
    code = models.CharField(max_length=8, unique=True)
    """Prefix of every number that must be unique beyond the shop (CONTRACT §4.6)."""
    name = models.CharField(max_length=60)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in TenantState], default=TENANT_FLOW.start
    )
    currency = models.CharField(max_length=3, default="CNY")
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    modules = ArrayField(models.CharField(max_length=16), default=first_modules, blank=True)
    """Here and not in the shop's schema, because every request asks. See `tenants.modules`."""
    limits = models.JSONField(default=dict, db_default={}, blank=True)
    """What its plan allows, as `tenants.limits` reads it; empty: everything."""
    plan_modules = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    """The parts that its plan has, as `tenants.modules` reads it; none: all of them."""
    created_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField(null=True, blank=True)
    """While it is closing: until when its owner may take things along, or come back."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=list(TenantState)), name="tenant_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=TenantState.PROVISIONING)
                | models.Q(schema_name__isnull=False),
                name="tenant_has_schema",
            ),
            models.UniqueConstraint(Lower("name"), name="tenant_name_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    def _check_schema_name_is_unique(self) -> None:
        """Any number of shops may wait for a schema; django-tenants compares the names as text."""
        if self.schema_name is not None:
            super()._check_schema_name_is_unique()


class TenantStep(models.Model):
    """One line of a tenant's history. Append only."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.tenant_id} -> {self.state}"


class Membership(models.Model):
    """An account's role in a shop."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(r, r) for r in Role])
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "tenant"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=list(Role)), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} is {self.role} of {self.tenant}"


class Phone(models.Model):
    """A WeChat user of one of the shop's mini-programs who acts there as a member of its staff.

    It goes with the membership: whoever works in the shop no more has no phone in it either.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="phones")
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=64)
    device = models.CharField(max_length=60, blank=True, default="")
    """What the phone calls itself, to tell one from the other in a list."""
    linked_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appid", "openid"], name="phone_of_one_person"),
        ]

    def __str__(self) -> str:
        return self.device or f"phone {self.pk}"


class PhoneToken(models.Model):
    """Proof, for half an hour, that a linked phone is there: the SHA-256 of a 256-bit secret."""

    phone = models.ForeignKey(Phone, on_delete=models.CASCADE, related_name="tokens")
    hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.phone_id} until {self.expires_at}"


class LinkCode(models.Model):
    """Eight digits that link one phone to a membership, once. Keyed hash: they could be guessed."""

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="link_code"
    )
    hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"code of {self.membership_id} until {self.expires_at}"


class WrongCode(models.Model):
    """Somebody entered a code that links nothing. Kept as long as it counts against guessing."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="wrong_codes")
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"wrong code at {self.at}"


class MiniProgram(models.Model):
    """A WeChat app of a shop: a mini-program, or an official account. A shop may have several.

    Names and the like are what WeChat told last (`api_get_authorizer_info`, CONTRACT §3.3, 6).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="mini_programs")
    appid = models.CharField(max_length=32, unique=True)
    kind = models.CharField(
        max_length=16, choices=[(k, k) for k in ProgramKind], default=ProgramKind.MINI_PROGRAM
    )
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in ProgramState], default=PROGRAM_FLOW.start
    )
    nick_name = models.CharField(max_length=100, blank=True, default="")
    user_name = models.CharField(max_length=64, blank=True, default="")
    """WeChat's own name for it (gh_…): what its pushes call it."""
    principal_name = models.CharField(max_length=200, blank=True, default="")
    """The company or person that WeChat knows as its owner."""
    head_image_url = models.CharField(max_length=500, blank=True, default="")
    introduction = models.CharField(max_length=500, blank=True, default="")
    is_verified = models.BooleanField(default=False)
    permission_set_ids = models.JSONField(default=list, blank=True)
    authorised_at = models.DateTimeField(null=True, blank=True)
    unauthorised_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=list(ProgramKind)), name="mini_program_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(ProgramState)), name="mini_program_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.appid


class Merchant(models.Model):
    """The sub-merchant under which a shop is paid, and the secret path of its callbacks."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="merchant")
    sub_mchid = models.CharField(max_length=32, unique=True)
    notify_token = models.CharField(max_length=64, unique=True)
    """The path of pay callbacks; WeChat allows no query in a notify_url (CONTRACT §4.5)."""
    is_sharing = models.BooleanField(default=False)
    """The owner lets the platform take its commission by profit sharing (CONTRACT §4.11)."""
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.sub_mchid


class DirectMerchant(models.Model):
    """A shop's own merchant number at WeChat Pay, with the keys that speak for it (CONTRACT §4.6).

    A row stays when it is used no more: what was paid to it is refunded by its keys.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="direct_merchants")
    mchid = models.CharField(max_length=32, unique=True)
    notify_token = models.CharField(max_length=64, unique=True)
    """The path of its pay callbacks, so that each is proved by the keys of its merchant."""
    is_used = models.BooleanField(default=False)
    """The shop's next payments go to it, not to the shop's sub-merchant."""
    serial_no = models.CharField(max_length=40)
    sealed_private_key = models.TextField()
    sealed_apiv3_key = models.TextField()
    wechatpay_public_key_id = models.CharField(max_length=64)
    wechatpay_public_key_pem = models.TextField()
    is_apiv3_key_proved = models.BooleanField(default=False)
    """WeChat sealed something that this key opened. Until then only a callback can tell."""
    proved_at = models.DateTimeField(default=clock.now)
    """When WeChat last answered a call that these keys signed, as they were entered."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_used=True), name="direct_merchant_one_used"
            )
        ]

    def __str__(self) -> str:
        return self.mchid


class SchemaVersion(models.Model):
    """The version of one schema, written in the transaction that brought it there."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    version = models.CharField(max_length=20)
    """See `tenants.versions`."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["version"], name="schemaversion_version")]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.version}"


class SpareSchema(models.Model):
    """A schema that is built and waits for a shop."""

    schema_name = models.CharField(max_length=63, unique=True)
    cell = models.CharField(max_length=32, default=HOME, db_default=HOME)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.schema_name
