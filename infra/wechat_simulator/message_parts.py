"""The parts behind what an app says, shows and checks, put together (CONTRACT §6-§9)."""

from typing import TYPE_CHECKING

import aiohttp

from .codes import Codes
from .content import Content
from .conversations import Conversations
from .customer_service import CustomerService
from .entrances import Entrances
from .identities import Identities
from .links import Links
from .media_checks import MediaChecks
from .messages import Messages
from .own_templates import OwnTemplates
from .pages import Pages
from .people import People
from .permits import Permits
from .program_code import pages_of
from .request_ids import RequestIds
from .shipping_pushes import ShippingPushes
from .special_shipping import SpecialShipping
from .subscribe_messages import SubscribeMessages
from .turnstile import Turnstile
from .visitors import Visitors

if TYPE_CHECKING:
    from .simulator import Simulator


class MessageParts:
    """Built by `Simulator` once its own parts are there."""

    def __init__(self, simulator: "Simulator") -> None:
        store, clock, agenda = simulator.store, simulator.clock, simulator.agenda
        pushes = simulator.app_pushes
        self.people = People(store, clock, simulator.apps)
        self.identities = Identities(store, clock, simulator.apps, self.people, simulator.payments)
        simulator.login.identify_by(self.identities.at_login)
        self.request_ids = RequestIds(store, clock)
        self.turnstile = Turnstile(store, clock, simulator.profiles, self.request_ids)
        self.content = Content(store, self.people)
        self.media_checks = MediaChecks(store, clock, agenda, self.content, pushes)
        self.inbox = Messages(store, clock)
        self.pages = Pages(store, lambda appid: _released(simulator, appid))
        self.special_shipping = SpecialShipping(store, clock, simulator.shipping)
        self.shipping_pushes = ShippingPushes(
            store,
            clock,
            agenda,
            payments=simulator.payments,
            shipping=simulator.shipping,
            special=self.special_shipping,
            pushes=pushes,
        )
        self.conversations = Conversations(store, clock)
        self.customer_service = CustomerService(
            store, self.people, self.conversations, simulator.media, self.inbox
        )
        self.visitors = Visitors(
            store, simulator.apps, self.conversations, simulator.media, self.inbox, pushes
        )
        self.entrances = Entrances(store, clock, simulator.keys)
        self.codes = Codes(store, self.entrances, self.pages)
        self.links = Links(store, clock, self.entrances, self.pages)
        self.templates = OwnTemplates(store, clock)
        self.permits = Permits(store, self.people, self.templates, pushes)
        self.subscribe = SubscribeMessages(
            store, self.people, self.templates, self.permits, self.pages, self.inbox, pushes
        )

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give the HTTP client to those that need it."""
        self.media_checks.open(session)


def _released(simulator: "Simulator", appid: str) -> tuple[str, ...] | None:
    """The pages customers can open; None of an app that never had code here."""
    code, online = simulator.platform.code, simulator.platform.releases.online(appid)
    if online is not None:
        return tuple(pages_of(code.version(online["version_id"])))
    return () if code.latest(appid) is not None else None
