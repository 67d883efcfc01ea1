"""The console with every section. Only who serves its addresses needs them: no job, no command."""

from superadmin import (  # noqa: F401
    accounts,
    applyments,
    audit_log,
    bills,
    callbacks,
    differences,
    erasures,
    fleet,
    jobs_of_shops,
    ledger,
    library,
    money,
    overview,
    owing,
    plans,
    programs,
    pushes,
    releases,
    remittances,
    returns,
    sharings,
    shops,
    trains,
    troubles,
    why,
    withdrawals,
)
from superadmin.site import site

__all__ = ["site"]
