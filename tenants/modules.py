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


def demand(module: Module) -> None:
    """Let the current shop's visitor go on to this part, or raise ModuleOff."""
    if module not in context.shop().modules:
        raise ModuleOff


def choose(*, tenant: Tenant, modules: Sequence[Module], by: str) -> list[Module]:
    """Open exactly these parts; other processes notice within TENANT_CACHE_SECONDS.

    Return them in their usual order. The change is a line of the shop's history. Raises
    ModuleNotBuilt.
    """
    chosen = [module for module in Module if module in modules]
    for module in chosen:
        if module not in BUILT:
            raise ModuleNotBuilt(module=module)
    with transaction.atomic():
        row = Tenant.objects.select_for_update().get(pk=tenant.pk)
        if row.modules != chosen:
            row.modules = [str(module) for module in chosen]
            row.save(update_fields=["modules"])
            note(row, f"modules: {', '.join(chosen) or 'none'}", by)
    directory.forget()
    return chosen
