"""Carry the tenant with every message, as the path carries it with every request."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import connections
from dramatiq import Broker, Message, MessageProxy, Middleware
from dramatiq.middleware import MiddlewareError, SkipMessage

from tenants import cells, context, directory
from tenants.lifecycle import door_of_queue, may
from tenants.states import HOUSED_STATES

MOVING_MILLISECONDS = 3_000
"""A message of a shop that moves is heard again so much later; it was not tried."""


class ShopNotEntered(MiddlewareError):
    """The shop of a message could not be entered, so the message must not run.

    dramatiq logs and ignores every other kind of exception from a middleware, and would then run
    the handler on the platform.
    """


class ShopOfMessage(Middleware):
    """Note the shop when a message is written; be in it while the message is handled."""

    actor_options = {"tenant"}

    def __init__(self) -> None:
        self._scopes: dict[str, AbstractContextManager[Any]] = {}

    def before_enqueue(self, broker: Broker, message: Message[Any], delay: int | None) -> None:
        """Write the current shop into the message, unless the publisher named one."""
        shop = context.current()
        message.options.setdefault("tenant", shop.public_id if shop else "")

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Enter the shop of the message; a message without one runs on the platform."""
        try:
            scope = self._scope(broker, message)
            scope.__enter__()
        except SkipMessage:
            raise
        except Exception as error:
            raise ShopNotEntered(f"{type(error).__name__}: {error}") from error
        self._scopes[message.message_id] = scope

    def _scope(self, broker: Broker, message: MessageProxy) -> AbstractContextManager[Any]:
        public_id = message.options.get("tenant") or ""
        if not public_id:
            return context.public()
        shop = directory.shop_by_public_id(public_id)
        if shop is None or shop.state not in HOUSED_STATES:
            message.fail()  # no retry will open the shop: a dead letter
            raise ShopNotEntered(f"no live shop {public_id}")
        if shop.is_moving:
            broker.enqueue(message, delay=MOVING_MILLISECONDS)  # type: ignore[arg-type]
            raise SkipMessage(f"the shop {public_id} is moving")
        if not may(shop.state, door_of_queue(message.queue_name)):
            raise SkipMessage(f"the shop {public_id} is {shop.state}")  # done with: nobody waits
        return context.activate(shop)

    def after_process_message(self, broker: Broker, message: MessageProxy, **_: Any) -> None:
        """Leave the shop and hand the connections back."""
        if scope := self._scopes.pop(message.message_id, None):
            scope.__exit__(None, None, None)
        for used in connections.all(initialized_only=True):
            if used.alias in cells.names() and not used.in_atomic_block:
                used.close()

    after_skip_message = after_process_message
