"""Every section of the console; Django's autodiscovery finds them here."""

from superadmin import (  # noqa: F401
    accounts,
    audit_log,
    callbacks,
    jobs_of_shops,
    ledger,
    library,
    money,
    programs,
    pushes,
    releases,
    shops,
    trains,
    why,
    withdrawals,
)
