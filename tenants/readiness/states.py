"""How a precondition stands, what hangs on it, and whose it is."""

from enum import StrEnum


class FindingState(StrEnum):
    """How a precondition stands. Only OK lets anything go on; what cannot be known is never OK."""

    OK = "ok"
    TODO = "todo"
    """It is missing."""
    WRONG = "wrong"
    """It is there, and not as it must be."""
    UNKNOWN = "unknown"
    """WeChat was asked and did not tell."""
    ASKED = "asked"
    """WeChat cannot be asked; the owner is."""


class Blocks(StrEnum):
    """What cannot be done before it is mended."""

    RELEASE = "release"
    PAYMENT = "payment"
    NOTHING = "nothing"


class Scope(StrEnum):
    """Whose precondition it is."""

    PROGRAM = "program"
    SHOP = "shop"
    """The shop's own, whatever its apps: judged without WeChat whenever it is looked at."""


class QuestionKind(StrEnum):
    """What is answered."""

    YES_NO = "yes_no"
    DATE = "date"
