"""The words of the histories of an order and of a shop's staff, said in the reader's language.

Verbs write them once, in English, next to what they did; here they are read to people.
"""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

PLAIN = (
    _("ordered"),
    _("payment arrived"),
    _("cancelled by the buyer"),
    _("cancelled by staff"),
    _("not paid in time"),
    _("receipt confirmed"),
    _("ready for pick-up"),
    _("handed over for the code"),
    _("costs nothing"),
    _("all of the money went back"),
    _("cost nothing, so nothing to give back"),
    _("the late payment was refunded"),
    _("payment arrived after the cancellation; stock was still there"),
    _("payment arrived after the cancellation; sold out, so all of it is refunded"),
    _(
        "payment arrived after the cancellation; its coupon is used by another order, so all of it"
        " is refunded"
    ),
    _(
        "payment arrived after the cancellation; WeChat gave its refund up, so all of it is"
        " refunded"
    ),
    _("the rest was refunded"),
    _("buyer"),
    _("platform"),
)
ROLES = {"owner": _("Owner"), "manager": _("Manager"), "fulfilment": _("Fulfilment")}
FILLED = (
    (re.compile(r"parcel (?P<parcel>.+), more to come"), _("parcel %(parcel)s, more to come")),
    (re.compile(r"parcel (?P<parcel>.+)"), _("parcel %(parcel)s")),
    (re.compile(r"full refund requested: (?P<reason>.+)"), _("full refund requested: %(reason)s")),
    (
        re.compile(r"full refund waits for a second person: (?P<reason>.+)"),
        _("full refund waits for a second person: %(reason)s"),
    ),
    (
        re.compile(r"refund of (?P<amount>.+) waits for a second person: (?P<reason>.+)"),
        _("refund of %(amount)s waits for a second person: %(reason)s"),
    ),
    (
        re.compile(r"refund of (?P<amount>[^:]+) requested: (?P<reason>.+)"),
        _("refund of %(amount)s requested: %(reason)s"),
    ),
    (re.compile(r"refund of (?P<amount>.+) agreed"), _("refund of %(amount)s agreed")),
    (re.compile(r"refund of (?P<amount>.+) declined"), _("refund of %(amount)s declined")),
    (re.compile(r"refunded so far: (?P<amount>.+)"), _("refunded so far: %(amount)s")),
    (
        re.compile(r"WeChat closed the refund of (?P<amount>.+)"),
        _("WeChat closed the refund of %(amount)s; the money stayed"),
    ),
    (
        re.compile(r"counts as received (?P<days>\d+) days after shipping"),
        _("counts as received %(days)s days after shipping"),
    ),
    (re.compile(r"(?P<email>\S+) joined as (?P<role>\w+)"), _("%(email)s joined as: %(role)s")),
    (re.compile(r"(?P<email>\S+) left as (?P<role>\w+)"), _("%(email)s left as: %(role)s")),
    (
        re.compile(r"(?P<email>\S+): (?P<was>\w+) became (?P<role>\w+)"),
        _("%(email)s: %(was)s → %(role)s"),
    ),
)


def said(words: str) -> str:
    """Return a line of history in the reader's language; unknown words stay as they are."""
    if words in PLAIN:
        return gettext(words)
    for pattern, sentence in FILLED:
        if found := pattern.fullmatch(words):
            return gettext(sentence) % {k: _filled(k, v) for k, v in found.groupdict().items()}
    return words


def _filled(name: str, word: str) -> str:
    """Return what stands in a sentence: a role in the reader's language, all else as it is."""
    return gettext(ROLES[word]) if name in {"role", "was"} and word in ROLES else word
