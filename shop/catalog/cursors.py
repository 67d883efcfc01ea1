"""Opaque cursors: where a list goes on, written by us and read by us only."""

import base64
import binascii
import json
from typing import Any
from uuid import UUID

from kernel.errors import Refusal

MAX_LENGTH = 200


class CursorInvalid(Refusal):
    """The cursor was not made by this list, or was changed on the way."""

    status = 422
    en = "This cursor does not belong to this list. Start again without one."
    zh = "分页游标无效，请从第一页重新开始。"


def encode(kind: str, *values: Any) -> str:
    """Return a cursor of the list `kind`; SQL's way is `sql`."""
    text = json.dumps([kind, *values], default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def sql(kind: str, *columns: str) -> str:
    """Return the expression that makes the cursor in a statement."""
    array = f"json_build_array('{kind}', {', '.join(columns)})::text"
    return f"translate(encode(convert_to({array}, 'UTF8'), 'base64'), E'+/=\\n', '-_')"


def decode(cursor: str, kind: str, *types: type) -> tuple[Any, ...]:
    """Return the values of a cursor of the list `kind`. Raises CursorInvalid."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        made_for, *values = json.loads(text)
        if made_for != kind or len(values) != len(types):
            raise CursorInvalid
        return tuple(_read(value, wanted) for value, wanted in zip(values, types, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise CursorInvalid from None


def _read(value: Any, wanted: type) -> Any:
    if wanted is UUID:
        return UUID(value)
    if type(value) is not wanted or (isinstance(value, int) and abs(value) >= 2**63):
        raise CursorInvalid
    return value
