"""The figures of a step, as people write a sum."""

from collections.abc import Callable
from decimal import Decimal

from kernel.explanations import Step
from kernel.money import Money


def figures(step: Step, shown: Callable[[Money], str] = str) -> str:
    """Return `33.33 CNY × 3`, `107.00 CNY × 0.6 %` or `≥ 200.00 CNY`; empty for none.

    `shown` says how money is written.
    """
    inputs = {name: value for name, value in step.inputs.items() if isinstance(value, int)}

    def money(name: str) -> str:
        return shown(Money(inputs[name], step.amount.currency))

    if "unit_price_minor" in inputs:
        return f"{money('unit_price_minor')} × {inputs['quantity']}"
    if "line_minor" in inputs:
        return f"{money('discount_minor')} × {money('line_minor')} / {money('base_minor')}"
    if "of_quantity" in inputs:
        pieces = f"{inputs['quantity']} / {inputs['of_quantity']}"
        return f"{money('paid_minor')} × {pieces}" if inputs["quantity"] else ""
    if "most_minor" in inputs and "base_minor" not in inputs:
        return f"≤ {money('most_minor')}"
    if "base_minor" in inputs:
        return f"{money('base_minor')} × {_percent(inputs['rate_bp'])}"
    if "before_minor" in inputs:
        return f"({money('after_minor')} − {money('before_minor')}) × {_percent(inputs['rate_bp'])}"
    if "free_from_minor" in inputs and not step.amount.minor:
        return f"≥ {money('free_from_minor')}"
    return ""


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points) / 100:f} %"
