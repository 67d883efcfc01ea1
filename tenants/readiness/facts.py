"""All that checks may look at, gathered beforehand. Nothing here asks anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from wechat.categories import Category
from wechat.component import AppInfo
from wechat.domains import Domains
from wechat.privacy import CurrentGuide

T = TypeVar("T")
NOT_AUTHORISED = "not_authorised"
NOT_ASKED = "not_asked"


class NotTold(Exception):
    """A check needs what WeChat did not tell: its outcome is unknown, never ok."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Told(Generic[T]):
    """WeChat's answer, or the word or number with which it failed to give one."""

    def __init__(self, answer: T | None = None, *, failure: str = "") -> None:
        self._answer, self.failure = answer, failure

    @property
    def answer(self) -> T:
        """Return what WeChat told. Raises NotTold."""
        if self.failure or self._answer is None:
            raise NotTold(self.failure or NOT_ASKED)
        return self._answer


@dataclass(frozen=True)
class ShopKnows:
    """What other layers know, told by the functions of settings.READINESS_FACTS."""

    has_template: bool = False
    """The platform offers a version to release; the next two are about the newest one."""
    order_path: str = ""
    declares_ugc: bool = False
    publishes_ugc: bool = False
    """Customers' texts or pictures are shown to other customers."""
    notices: str = ""
    """How choosing subscribe-message templates went: empty, wanted, done or failed."""
    notices_missing: tuple[str, ...] = ()
    was_prepaid: bool = False
    """WeChat Pay took an order for this app under the shop's merchant number."""


@dataclass(frozen=True)
class Facts:
    """One app of a shop, and the shop, at a moment. Times are aware; empty is unknown."""

    now: datetime
    api_host: str = ""
    """`https://…`, where the app finds our API."""
    is_authorised: bool = False
    has_program: bool = False
    domains_problem: str = ""
    """WeChat's number for why the domains could not be set."""
    collected: Mapping[str, str] = field(default_factory=dict)
    """WeChat's key of each kind of data that we really collect, and what it is for."""
    ticket_at: datetime | None = None
    heard_at: datetime | None = None
    """The latest push about this app; the next one is about any app."""
    anybody_heard_at: datetime | None = None
    filing_status: str = ""
    """`beian_status` of the latest filing push."""
    sub_mchid: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What the owner answered and what still holds, by check."""
    knows: ShopKnows = field(default_factory=ShopKnows)
    info: Told[AppInfo] = field(default_factory=Told)
    domains: Told[Domains] = field(default_factory=Told)
    platform_domains: Told[tuple[str, ...]] = field(default_factory=Told)
    """Bare hosts."""
    categories: Told[tuple[Category, ...]] = field(default_factory=Told)
    guide: Told[CurrentGuide] = field(default_factory=Told)
    is_managed: Told[bool] = field(default_factory=Told)
    is_confirmed: Told[bool] = field(default_factory=Told)
    shipping_path: Told[str] = field(default_factory=Told)
    """The page of WeChat's shipping messages, as it was set a moment ago."""
