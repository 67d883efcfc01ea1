"""What the platform's staff did. Append only: the database login may neither change nor delete."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock


class AuditEntry(models.Model):
    """One act of one member of the platform's staff."""

    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.CharField(_("who"), max_length=254)
    action = models.CharField(_("what"), max_length=40)
    object_kind = models.CharField(_("kind"), max_length=80)
    object_id = models.CharField(_("number"), max_length=80)
    object_label = models.CharField(_("object"), max_length=200)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    ip = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["-at"], name="auditentry_at"),
            models.Index(fields=["object_kind", "object_id"], name="auditentry_object"),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.action} {self.object_label}"
