"""How an import treats bad rows, and how it ended."""

from enum import StrEnum


class Mode(StrEnum):
    """What happens to the good rows of a file that has bad ones."""

    ALL_OR_NOTHING = "all_or_nothing"
    GOOD_ROWS = "good_rows"


class Outcome(StrEnum):
    """`previewed`: a dry run; `refused`: bad rows and all_or_nothing; nothing changed in both."""

    DONE = "done"
    PREVIEWED = "previewed"
    REFUSED = "refused"
