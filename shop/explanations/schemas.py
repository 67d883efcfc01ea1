"""How an explanation crosses the doors: steps that add up to the amount, in minor units."""

from ninja import Schema

from kernel.explanations import Explanation
from shop.wallets.schemas import LabelOut


class ExplanationStepOut(Schema):
    """One step of the sum. `inputs`: `…_minor` are minor units, `…_bp` 1/10000ths."""

    rule: str
    label: LabelOut
    inputs: dict[str, int | str]
    amount_minor: int


class ExplanationOut(Schema):
    """Why an amount is what it is: `amount_minor` is exactly the sum of the steps.

    `subject`: total, freight, refund, fee, commission, withdrawal.
    """

    subject: str
    label: LabelOut
    reference: str
    currency: str
    amount_minor: int
    steps: list[ExplanationStepOut]

    @classmethod
    def of(cls, told: Explanation) -> "ExplanationOut":
        """Show an explanation."""
        return cls(
            subject=told.subject,
            label=LabelOut(zh=told.zh, en=told.en),
            reference=told.reference,
            currency=told.amount.currency,
            amount_minor=told.amount.minor,
            steps=[
                ExplanationStepOut(
                    rule=step.rule,
                    label=LabelOut(zh=step.zh, en=step.en),
                    inputs=dict(step.inputs),
                    amount_minor=step.amount.minor,
                )
                for step in told.steps
            ],
        )
