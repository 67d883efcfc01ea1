"""Every section of the console; Django's autodiscovery finds them here."""

from superadmin import (  # noqa: F401
    accounts,
    audit_log,
    bills,
    callbacks,
    differences,
    fleet,
    jobs_of_shops,
    ledger,
    library,
    money,
    overview,
    programs,
    pushes,
    refunds,
    releases,
    sharings,
    shops,
    trains,
    why,
    withdrawals,
)
