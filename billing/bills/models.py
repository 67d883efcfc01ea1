"""WeChat's bills: the files as they came, and their lines. Public: a file holds many shops."""

from django.db import models
from django.db.models import Q

from billing.bills.states import FILE_FLOW, BillKind, FileState, Noun
from kernel import clock
from kernel.identifiers import uuid7


class BillFile(models.Model):
    """One day's bill. The raw file is kept for ever; WeChat itself forgets it after 3 months."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in BillKind])
    day = models.DateField()
    """In Beijing."""
    sub_mchid = models.CharField(max_length=32, default="", blank=True)
    """Whose funds; empty for the trades of all shops."""
    direct_mchid = models.CharField(max_length=32, default="", db_default="", blank=True)
    """The shop's own merchant whose bill it is, and that alone; empty for the platform's."""
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in FileState], default=FILE_FLOW.start
    )
    tries_count = models.IntegerField(default=0)
    problem = models.CharField(max_length=200, default="", blank=True)
    """Why the latest try brought nothing."""
    key = models.CharField(max_length=300, default="", blank=True)
    """Where the packed file lies in storage."""
    sha256 = models.CharField(max_length=64, default="", blank=True)
    """Of the text as WeChat wrote it; proved again whenever the file is read."""
    size_bytes = models.BigIntegerField(default=0)
    lines_count = models.IntegerField(default=0)
    unplaced_count = models.IntegerField(default=0)
    """Lines of merchants that are no shop's here."""
    wanted_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(default=clock.now)
    """When it was last asked for, or taken up again."""
    kept_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "day", "sub_mchid", "direct_mchid"], name="bill_of_merchant_once"
            ),
            models.CheckConstraint(condition=Q(state__in=list(FileState)), name="bill_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(BillKind)), name="bill_kind_known"),
        ]
        indexes = [models.Index(fields=["-day", "kind"], name="bill_latest")]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.kind, f"{self.day}", self.mchid]))

    @property
    def mchid(self) -> str:
        """Return the number of the one merchant whose bill it is; empty for many."""
        return self.sub_mchid or self.direct_mchid


class BillLine(models.Model):
    """A line of a bill as the shops compare it; the file has every column. Amounts in fen."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(BillFile, on_delete=models.CASCADE, db_index=False)
    place = models.IntegerField()
    """The line in the file, from 1."""
    tenant_public_id = models.CharField(max_length=16, default="", blank=True)
    day = models.DateField()
    noun = models.CharField(max_length=8, choices=[(n, n) for n in Noun])
    number = models.CharField(max_length=64)
    """Our own: of the payment, of the refund, or of what moved the funds."""
    wechat_number = models.CharField(max_length=64)
    """WeChat's: of the transaction, of the refund, or of the movement."""
    of_number = models.CharField(max_length=64, default="", blank=True)
    """Of a refund: the number of the payment. Of a movement: WeChat's number of its cause."""
    amount_fen = models.BigIntegerField()
    """What was paid or goes back; of a movement with its sign, as the account sees it."""
    fee_millifen = models.BigIntegerField(default=0)
    """WeChat's fee in thousandths of a fen, for it rounds only the sum. Below zero: given back."""
    state = models.CharField(max_length=32, default="", blank=True)
    """Of a refund, when the bill was made. Of a movement: the name of the business."""
    currency = models.CharField(max_length=3, default="CNY")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "place"], name="bill_line_once"),
        ]
        indexes = [
            models.Index(fields=["tenant_public_id", "day", "id"], name="bill_lines_of_shop"),
            models.Index(fields=["day"], name="bill_lines_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.number} {self.amount_fen}"
