"""One simulated WeChat: its parts, put together."""

import asyncio
import contextlib
from pathlib import Path

import aiohttp

from .agenda import Agenda
from .app_addresses import AppAddresses
from .app_pushes import AppPushes
from .apps import Apps
from .callbacks import Callbacks
from .clock import Clock
from .component import Component
from .credentials import Credentials
from .events import Events
from .faults import Faults
from .funds import Funds
from .gate import Gate
from .login import Login
from .media import Media
from .merchants import Merchants
from .message_parts import MessageParts
from .notices import NoticeMaker
from .pay_parts import PayParts
from .payments import Payments
from .platform_parts import PlatformParts
from .profiles import Profiles
from .refunds import Refunds
from .shipping import Shipping
from .signer import Signer
from .store import Store
from .tokens import Tokens


class Simulator:
    """Holds every part. `start` and `stop` bracket its life inside an event loop."""

    def __init__(self, directory: Path, keys: Credentials) -> None:
        self.keys = keys
        self.store = Store(directory / "simulator.sqlite")
        self.clock = Clock(self.store)
        self.agenda = Agenda(self.store, self.clock)
        self.events = Events(self.store, self.clock)
        self.faults = Faults(self.store)
        self.apps = Apps(self.store, self.clock, keys)
        self.merchants = Merchants(self.store, self.clock, keys, self.apps)
        self.signer = Signer(self.store, self.merchants)
        self.gate = Gate(self.store, self.merchants)
        self.tokens = Tokens(self.store, self.clock)
        self.app_addresses = AppAddresses(self.store, self.clock, keys, self.apps)
        self.app_pushes = AppPushes(
            self.store, self.clock, self.agenda, self.app_addresses, self.faults
        )
        self.media = Media(self.store, self.clock)
        self.profiles = Profiles(self.store, self.clock, self.apps)
        self.component = Component(
            self.store, self.clock, keys, self.apps, self.profiles, self.tokens, self.agenda
        )
        self.component.struck_by(self.faults)
        self.login = Login(self.store, self.clock, self.apps, self.tokens, self.component)
        maker = NoticeMaker(self.merchants, self.signer)
        self.callbacks = Callbacks(self.store, self.clock, self.agenda, maker, self.faults)
        self.payments = Payments(self.store, self.clock, self.merchants, self.apps, self.callbacks)
        self.funds = Funds(self.store, self.clock)
        self.refunds = Refunds(
            self.store, self.clock, self.agenda, self.payments, self.callbacks, self.funds
        )
        self.shipping = Shipping(self.store, self.clock, self.payments, self.refunds)
        self.pay = PayParts(self)
        self.messages = MessageParts(self)
        self.platform = PlatformParts(self)
        self.apps.add_provider()
        self.merchants.add_first()
        keys.load_all()
        self._session: aiohttp.ClientSession | None = None
        self._runner: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the HTTP client and begin to work through the agenda."""
        connector = aiohttp.TCPConnector(limit=256)
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        self.component.open(self._session)
        self.app_pushes.open(self._session)
        self.messages.open(self._session)
        self.callbacks.open(self._session)
        self._runner = asyncio.create_task(self.agenda.run())

    async def stop(self) -> None:
        """Abandon what is under way; everything promised is in the store."""
        if self._runner is not None:
            self._runner.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._runner
        await self.agenda.stop()
        if self._session is not None:
            await self._session.close()
        self.store.close()

    async def reset(self) -> None:
        """Forget everything but the credentials, faults and clock included."""
        await self.agenda.stop()
        self.store.forget_everything()
        self.clock.reset()
        self.apps.add_provider()
        self.merchants.add_first()
