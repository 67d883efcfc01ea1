"""The parts of a mini-program that a shop has open; what is off answers nobody."""

from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction

from kernel.errors import Refusal
from tenants import context, directory
from tenants.membership import note
from tenants.models import Tenant


class Module(StrEnum):
    """A part of the mini-program: one subpackage of the template, and the operations it needs."""

    SHOP = "shop"
    MARKET = "market"
    CASHBACK = "cashback"
    OWNER = "owner"


BUILT = (Module.SHOP, Module.OWNER)
"""Those that the template has pages for. The others are names that nobody can turn on yet."""


class ModuleOff(Refusal):
    """The shop does not have this part open."""

    status = 403
    en = "This shop does not offer this."
    zh = "本店没有开通这个功能。"


class ModuleNotBuilt(Refusal):
    """The part has a name and no pages yet."""

    en = "“{module}” is not available yet."
    zh = "“{module}”尚未提供。"


class ModuleNotInPlan(Refusal):
    """The shop's plan does not have this part."""

    status = 403
    en = "The plan does not have “{module}”. A larger plan does."
    zh = "当前套餐不含“{module}”，升级套餐后可开通。"


def demand(module: Module) -> None:
    """Let the current shop's visitor go on to this part, or raise ModuleOff."""
    if module not in context.shop().modules:
        raise ModuleOff


def choose(*, tenant: Tenant, modules: Sequence[Module], by: str) -> list[Module]:
    """Open exactly these parts; other processes notice within TENANT_CACHE_SECONDS.

    Return them in their usual order. The change is a line of the shop's history. What is open
    stays open under a smaller plan; once closed it needs the plan again. Raises ModuleNotBuilt,
    ModuleNotInPlan.
    """
    chosen = [module for module in Module if module in modules]
    for module in chosen:
        if module not in BUILT:
            raise ModuleNotBuilt(module=module)
    with transaction.atomic():
        row = Tenant.objects.select_for_update().get(pk=tenant.pk)
        lacking = [m for m in chosen if m not in row.modules and not has(row.plan_modules, m)]
        if lacking:
            raise ModuleNotInPlan(module=lacking[0])
        if row.modules != chosen:
            row.modules = [str(module) for module in chosen]
            row.save(update_fields=["modules"])
            note(row, f"modules: {', '.join(chosen) or 'none'}", by)
    directory.forget()
    return chosen


def has(allowed: Sequence[str] | None, module: str) -> bool:
    """Say whether a plan that has these parts, or all if None, has this one."""
    return allowed is None or module in allowed


def allow(*, tenant: Tenant, allowed: Sequence[str] | None) -> None:
    """Note which parts the shop's plan has. Nothing is closed by it. On the platform."""
    wanted = None if allowed is None else list(allowed)
    if tenant.plan_modules != wanted:
        Tenant.objects.filter(pk=tenant.pk).update(plan_modules=wanted)
        tenant.plan_modules = wanted


def begin_with(*, tenant: Tenant, allowed: Sequence[str] | None) -> None:
    """Open of the parts of a new shop only those that its first plan has. On the platform."""
    kept = [module for module in tenant.modules if has(allowed, module)]
    if tenant.modules != kept:
        Tenant.objects.filter(pk=tenant.pk).update(modules=kept)
        tenant.modules = kept
        directory.forget()
