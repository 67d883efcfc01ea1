"""The plans that the platform offers. A verb is one transaction."""

from collections.abc import Collection, Mapping

from django.db.models import Max

from billing.plans.models import Plan, PlanVersion
from tenants.limits import Limit
from tenants.modules import Module
from tenants.transactions import verb


@verb
def offer_plan(
    *, code: str, name_zh: str, name_en: str, is_default: bool = False, is_offered: bool = True
) -> Plan:
    """Name a plan, or rename it. With `is_default` new shops try this one from now on."""
    if is_default:
        Plan.objects.exclude(code=code).filter(is_default=True).update(is_default=False)
    plan, _ = Plan.objects.update_or_create(
        code=code,
        defaults={
            "name_zh": name_zh,
            "name_en": name_en,
            "is_default": is_default,
            "is_offered": is_offered,
        },
    )
    return plan


@verb
def add_version(
    *,
    plan: Plan,
    month_minor: int,
    year_minor: int,
    limits: Mapping[str, int],
    by: str,
    currency: str = "CNY",
    trial_days: int = 14,
    modules: Collection[str] | None = None,
) -> PlanVersion:
    """Sell the plan at this price, with these limits and parts, from now on.

    Who has it keeps theirs; `modules` None: all parts. The very same again is the version that
    there is. Raises ValueError for unknown limits and parts.
    """
    wanted = {str(Limit(name)): int(most) for name, most in limits.items()}
    if any(most < 0 for most in wanted.values()):
        raise ValueError("limits are not negative")
    Plan.objects.select_for_update().get(pk=plan.pk)
    latest = plan.versions.order_by("-number").first()
    columns = {
        "currency": currency,
        "month_minor": month_minor,
        "year_minor": year_minor,
        "trial_days": trial_days,
        "limits": wanted,
        "modules": None if modules is None else _parts(modules),
    }
    if latest and all(getattr(latest, name) == value for name, value in columns.items()):
        return latest
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return PlanVersion.objects.create(plan=plan, number=number, created_by=by, **columns)


def _parts(names: Collection[str]) -> list[str]:
    chosen = {Module(name) for name in names}
    return [str(module) for module in Module if module in chosen]
