"""What WeChat lent us for a while: the component's ticket, one token row per app, spent codes."""

from django.db import models


class ComponentTicket(models.Model):
    """The newest ticket of the component. It lives 12 hours and comes every 10 minutes (§3.2)."""

    appid = models.CharField(max_length=64, primary_key=True)
    sealed_ticket = models.TextField()
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ticket of {self.appid} from {self.issued_at:%Y-%m-%d %H:%M}"


class AccessToken(models.Model):
    """The token to call WeChat with for one app, and, for a shop's app, how to renew it."""

    class Kind(models.TextChoices):
        COMPONENT = "component"
        AUTHORIZER = "authorizer"
        OWN = "own"

    appid = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    sealed_token = models.TextField()
    expires_at = models.DateTimeField()
    sealed_refresh_token = models.TextField(blank=True, default="")
    renewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["component", "authorizer", "own"]),
                name="wechat_access_token_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} token of {self.appid} until {self.expires_at:%Y-%m-%d %H:%M}"


class AdoptedCode(models.Model):
    """A one-use authorisation code that we have traded, by its SHA-256, and what it brought.

    Redirect and push bring the same code; the later one is answered from here (§3.3, 7).
    """

    digest = models.CharField(max_length=64, primary_key=True)
    appid = models.CharField(max_length=64)
    permission_set_ids = models.JSONField(default=list)
    adopted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"authorisation of {self.appid} at {self.adopted_at:%Y-%m-%d %H:%M}"
