"""How an explanation crosses the doors: steps that add up to the amount, in minor units."""

from ninja import Schema

from kernel.explanations import Explanation, Step


class LabelOut(Schema):
    """The same in Chinese and in English."""

    zh: str
    en: str


class ExplanationStepOut(Schema):
    """One step of the sum. `inputs`: `…_minor` are minor units, `…_bp` 1/10000ths."""

    rule: str
    label: LabelOut
    inputs: dict[str, int | str]
    amount_minor: int

    @classmethod
    def of(cls, step: Step) -> "ExplanationStepOut":
        """Show a step."""
        return cls(
            rule=step.rule,
            label=LabelOut(zh=step.zh, en=step.en),
            inputs=dict(step.inputs),
            amount_minor=step.amount.minor,
        )


class ExplanationOut(Schema):
    """Why an amount is what it is: `amount_minor` is exactly the sum of the steps.

    `subject`: total, discount, freight, refund, fee, commission, withdrawal.
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
            steps=[ExplanationStepOut.of(step) for step in told.steps],
        )
