"""Say it once, in the same transaction; every handler hears it at least once."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import dramatiq
from django.db import connection

from jobs.broker import broker
from jobs.queue import QUEUES

M = TypeVar("M")
Handler = Callable[[M], None]

_actors: dict[type, list[dramatiq.Actor[..., None]]] = {}


class PublishedOutsideTransaction(RuntimeError):
    """A message was published where no transaction could carry it."""


def handles(message: type[M], *, queue: str, **options: Any) -> Callable[[Handler[M]], Handler[M]]:
    """Register a function as a background handler of one message type.

    The function may hear a message more than once and must come out the same. `queue` is one of
    jobs.queue.QUEUES; `options` are dramatiq's (max_retries, min_backoff in ms, …).
    """

    def register(fn: Handler[M]) -> Handler[M]:
        def run(**payload: Any) -> None:
            fn(_read(message, payload))

        name = f"{fn.__module__}.{fn.__qualname__}"
        actor = dramatiq.actor(
            actor_name=name,
            queue_name=queue,
            priority=QUEUES.index(queue),
            broker=broker,
            **options,
        )(run)
        _actors.setdefault(message, []).append(actor)
        return fn

    return register


def publish(message: Any, *, tenant: str | None = None, delay_seconds: float = 0) -> None:
    """Write the message for every handler, in the caller's transaction.

    It is heard inside the shop that is current, or inside the shop whose public id is `tenant`.
    Fields of a message are ids, numbers and words: handlers read the rest again.
    """
    if not connection.in_atomic_block:
        raise PublishedOutsideTransaction(type(message).__name__)
    options: dict[str, Any] = {} if tenant is None else {"tenant": tenant}
    actors = _actors.get(type(message), [])
    if len(actors) > 1 and not delay_seconds:
        kwargs = _write(message)
        broker.enqueue_all([a.message_with_options(kwargs=kwargs, **options) for a in actors])
        return
    for actor in actors:
        actor.send_with_options(
            kwargs=_write(message), delay=int(delay_seconds * 1000) or None, **options
        )


def publish_all(messages: Sequence[Any], *, tenant: str | None = None) -> None:
    """Write many messages that are due at once, by one statement per handler; as `publish`."""
    if not connection.in_atomic_block:
        raise PublishedOutsideTransaction(f"{len(messages)} messages")
    options: dict[str, Any] = {} if tenant is None else {"tenant": tenant}
    found: dict[str, list[dramatiq.Message[None]]] = {}
    for message in messages:
        for actor in _actors.get(type(message), []):
            built = actor.message_with_options(kwargs=_write(message), **options)
            found.setdefault(actor.actor_name, []).append(built)
    for built_for_one in found.values():
        broker.enqueue_all(built_for_one)


def handlers_of(message: type) -> list[str]:
    """Return the names of the functions that hear a message type."""
    return [actor.actor_name for actor in _actors.get(message, [])]


def _write(message: Any) -> dict[str, Any]:
    fields = dataclasses.asdict(message)
    return {k: str(v) if isinstance(v, UUID) else v for k, v in fields.items()}


def _read(message: type[M], payload: dict[str, Any]) -> M:
    """Build the message; unknown fields come from a newer version and are dropped."""
    known = {f.name: f.type for f in dataclasses.fields(message)}  # type: ignore[arg-type]
    values = {k: v for k, v in payload.items() if k in known}
    return message(**{k: UUID(v) if known[k] in (UUID, "UUID") else v for k, v in values.items()})
