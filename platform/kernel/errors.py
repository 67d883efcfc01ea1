"""A refusal is the domain saying no; it is an answer, never a crash."""

import re
from typing import ClassVar


class Refusal(Exception):
    """Subclass per reason, next to the verb that raises it.

    `status` is the HTTP status, `code` the stable word that clients switch on, `en` and `zh`
    are format strings over the facts given to the constructor.
    """

    status: ClassVar[int] = 409
    en: ClassVar[str] = "This cannot be done."
    zh: ClassVar[str] = "无法完成此操作。"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.en.format(**facts))

    @property
    def code(self) -> str:
        """Return the class's name in snake_case: `StockRanOut` is `stock_ran_out`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def sentence(self, language: str) -> str:
        """Return the sentence for `zh…` or, for any other language, in English."""
        return (self.zh if language.startswith("zh") else self.en).format(**self.facts)
