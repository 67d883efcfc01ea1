"""Which pages an app has released: asked by messages and codes (41030, CONTRACT §7, §8)."""

from collections.abc import Callable
from typing import Any

from .refusals import WeixinRefusal
from .store import Store

SETTINGS: dict[str, Any] = {"released_pages": {}}
Finder = Callable[[str], tuple[str, ...] | None]


def _nothing_known(_: str) -> None:
    return None


class Pages:
    """The setting `released_pages` {appid: [pages]} wins; else what code management released.

    Of an app that neither knows, every page counts as released: apps made by the control API
    never went through code management.
    """

    def __init__(self, store: Store, released: Finder = _nothing_known) -> None:
        self._store, self._released = store, released
        store.own("", SETTINGS)

    def check(self, appid: str, page: str) -> None:
        """41030 for a page that is not in the released version."""
        listed = self._store.settings()["released_pages"].get(appid)
        known = self._released(appid) if listed is None else tuple(listed)
        if known is not None and page.split("?")[0].lstrip("/") not in known:
            raise WeixinRefusal(41030, "invalid page")
