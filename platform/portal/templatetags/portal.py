"""How figures are shown on a page."""

from decimal import Decimal

from django import template

from kernel.money import EXPONENTS
from portal import history

register = template.Library()
_SIGNS = {"CNY": "¥", "EUR": "€", "USD": "$", "JPY": "¥"}


@register.filter
def money(minor: int | None, currency: str = "CNY") -> str:
    """Show minor units as `¥1,234.50`; nothing for None."""
    if minor is None:
        return ""
    digits = EXPONENTS.get(currency, 2)
    sign, whole = ("−" if minor < 0 else ""), str(abs(minor)).rjust(digits + 1, "0")
    units, cents = (whole[:-digits], "." + whole[-digits:]) if digits else (whole, "")
    return f"{sign}{_SIGNS.get(currency, currency + ' ')}{int(units):,}{cents}"


@register.filter
def minus(minor: int, currency: str = "CNY") -> str:
    """Show what is taken off: `−¥1.20`, and plainly `¥0.00` for nothing."""
    return money(-minor, currency)


@register.filter
def said(words: str) -> str:
    """Say a line of a history in the reader's language."""
    return history.said(words)


@register.filter
def percent(basis_points: int) -> str:
    """Show 1/10000ths as `0.6 %`."""
    return f"{Decimal(basis_points) / 100:f} %"
