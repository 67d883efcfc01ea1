"""What a value in a subscribe message may be, by the type in its name (CONTRACT §7).

Only thing (20), character_string (32) and phrase (5) have lengths in the contract's sources; the
other rules follow WeChat's public table from memory and are marked so in the README.
"""

import re

_DATE = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2})"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_AMOUNT = r"[¥￥$€]?\d{1,10}(?:\.\d{1,2})?元?"
RULES: dict[str, re.Pattern[str]] = {
    "thing": re.compile(r"[^\x00-\x1f\x7f]{1,20}"),
    "number": re.compile(r"(?=.{1,32}$)\d+(?:\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(rf"(?:{_DATE} )?{_CLOCK}(?:~(?:{_DATE} )?{_CLOCK})?"),
    "date": re.compile(rf"{_DATE}(?: {_CLOCK})?(?:~{_DATE}(?: {_CLOCK})?)?"),
    "amount": re.compile(_AMOUNT),
    "phone_number": re.compile(r"[0-9+\-()#*]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fffA-Z0-9]{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .·'-]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


def is_allowed(rule: str, value: object) -> bool:
    """Whether `value` may stand where the template has a keyword of type `rule`."""
    return isinstance(value, str) and RULES[rule].fullmatch(value) is not None
