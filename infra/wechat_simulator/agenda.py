"""What WeChat will do later, in virtual time: callbacks, refunds arriving, ticket pushes."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from .clock import Clock
from .store import Store

logger = logging.getLogger(__name__)

Handler = Callable[[int, str], Awaitable[None]]
AT_ONCE = 64


class Agenda:
    """Entries survive a crash: a handler removes its own entry in the transaction of its effect.

    An entry whose handler was killed half-way runs again after the restart, as WeChat repeats a
    callback whose answer it never saw.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._handlers: dict[str, Handler] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._advance = asyncio.Lock()
        self._slots = asyncio.Semaphore(AT_ONCE)

    def handle(self, kind: str, handler: Handler) -> None:
        """Register what to do for `kind`; it receives the entry's id and its reference."""
        self._handlers[kind] = handler

    def add(self, kind: str, reference: str, *, after_seconds: float = 0) -> int:
        """Write an entry in the caller's transaction and return its id."""
        due_at = self._clock.now() + after_seconds
        entry = {"due_at": due_at, "kind": kind, "reference": reference}
        entry_id = self._store.insert("agenda", entry)
        self._wake.set()
        return entry_id

    def done(self, entry_id: int) -> None:
        self._store.run("DELETE FROM agenda WHERE id = ?", entry_id)

    def cancel(self, kind: str, reference: str) -> None:
        self._store.run("DELETE FROM agenda WHERE kind = ? AND reference = ?", kind, reference)

    def waiting(self) -> int:
        return self._store.number("SELECT count(*) FROM agenda")

    async def run(self) -> None:
        """Fire entries as they fall due, for as long as the program lives."""
        while True:
            self._wake.clear()
            self._fire_due()
            next_due = self._next_due()
            delay = None if next_due is None else max(0.0, next_due - self._clock.now())
            # asyncio.wait_for loses a cancellation that meets a finished wait (Python 3.11).
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._wake.wait()

    async def finished(self, entry_id: int) -> None:
        """Fire what is due and wait until this entry has run."""
        self._fire_due()
        task = self._running.get(entry_id)
        if task is not None:
            await asyncio.wait({task})

    async def advance(self, seconds: float) -> int:
        """Move the clock, firing everything due in between in order; returns how many fired.

        Returns only when the last effect has happened, so that tests need no sleeping.
        """
        async with self._advance:
            target = self._clock.now() + seconds
            fired = await self._settle()
            while (next_due := self._next_due()) is not None and next_due <= target:
                self._clock.move(next_due - self._clock.now())
                fired += await self._settle()
            self._clock.move(target - self._clock.now())
            self._wake.set()
            return fired + await self._settle()

    async def stop(self) -> None:
        """Abandon what is under way; the entries stay and run again after a restart."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _settle(self) -> int:
        fired = self._fire_due()
        while self._running:
            await asyncio.wait(set(self._running.values()))
            await asyncio.sleep(0)
            fired += self._fire_due()
        return fired

    def _next_due(self) -> float | None:
        rows = self._store.rows(
            "SELECT id, due_at FROM agenda ORDER BY due_at, id LIMIT ?", len(self._running) + 1
        )
        return next((float(r["due_at"]) for r in rows if r["id"] not in self._running), None)

    def _fire_due(self) -> int:
        fired = 0
        for row in self._store.rows(
            "SELECT * FROM agenda WHERE due_at <= ? ORDER BY due_at, id", self._clock.now()
        ):
            entry_id = int(row["id"])
            if entry_id not in self._running:
                work = self._perform(entry_id, str(row["kind"]), str(row["reference"]))
                self._running[entry_id] = asyncio.create_task(work)
                fired += 1
        return fired

    async def _perform(self, entry_id: int, kind: str, reference: str) -> None:
        try:
            async with self._slots:
                await self._handlers[kind](entry_id, reference)
        except Exception:
            logger.exception("agenda entry %s %s failed and is dropped", kind, reference)
            self.done(entry_id)
        else:
            self.done(entry_id)
        finally:
            self._running.pop(entry_id, None)
            self._wake.set()
