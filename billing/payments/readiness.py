"""What payments know for the readiness doctor (settings.READINESS_FACTS). Inside a shop."""

from billing.payments.models import Attempt
from tenants import context, directory


def facts(appid: str) -> dict[str, object]:
    """Say whether WeChat Pay took an order for this app under the shop's present merchant."""
    payee = directory.payee_of(context.shop())
    if payee is None:
        return {"was_prepaid": False}
    taken = Attempt.objects.filter(
        appid=appid,
        sub_mchid=payee.sub_mchid,
        direct_mchid=payee.direct_mchid,
        prepaid_at__isnull=False,
    )
    return {"was_prepaid": taken.exists()}
