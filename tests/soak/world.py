"""The world of a run: shops, their people, WeChat, and the doors between them."""

import hashlib
import json
import random
import shutil
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client, override_settings

from tenants.models import Account
from tests.soak import determinism
from tests.soak.crashes import Died
from tests.soak.stage import Stage, exchange
from tests.soak.wire import Heard, Visit, WeChat, path_of
from tests.soak.worker import Worker
from wechat import breaker, http

WIRE_FAULTS = ("unreachable", "lost there", "lost back")


class Violation(AssertionError):
    """Something is as it must never be."""


@dataclass
class Answer:
    """What one of our doors said; None if its process died meanwhile."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        try:
            return str(json.loads(self.body).get("code", ""))
        except (ValueError, AttributeError):
            return ""

    @property
    def said(self) -> str:
        """A word for the log: everything that was answered."""
        return f"{self.status} {self.code} {zlib.crc32(self.body):08x}".replace("  ", " ")


def visitor() -> Client:
    """Return a client with cookies of its own, before the one set of middlewares there is."""
    made = Client()
    made.handler = _HANDLER
    return made


_HANDLER = Client().handler


class Clerk:
    """Somebody who is signed in at our doors."""

    def __init__(self, world: "World", base: str, headers: dict[str, str], email: str = "") -> None:
        self._world, self._base, self.headers, self.email = world, base, headers, email
        self.client = visitor()
        if email:
            account = Account.objects.get(email=email)
            self.client.force_login(account, "django.contrib.auth.backends.ModelBackend")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer | None:
        """Knock; None when the process that would have answered died."""
        return self._world.knock(
            self.client, method, self._base + path, body, {**self.headers, **headers}
        )


class World:
    """One episode: everything that follows from one seed."""

    def __init__(self, stage: Stage, seed: str, log: Callable[[str], object] | None = None) -> None:
        self.stage, self.seed, self.place = stage, seed, stage.place
        self.events, self.kinds = 0, Counter[str]()
        self._hash, self._log = hashlib.sha256(), log
        self.place.renew()
        self.rng = random.Random(f"events {seed}")  # the point is that it is known
        determinism.seed_all(seed)
        self.time = determinism.VirtualTime()
        self.time._nanoseconds = int(stage.begins_at * 1e9)
        self.time.listeners.append(lambda s: self.place.run(determinism.SET_CLOCK, (s,)))
        self.time.install()
        self.time.move_by(3_600)
        self.files = self.place.files / "episode"
        shutil.rmtree(self.files, ignore_errors=True)
        shutil.copytree(stage.pristine, self.files)
        self._settings = override_settings(MEDIA_ROOT=str(self.files / "media"))
        self._settings.enable()
        breaker.reset()
        breaker.Breaker.__init__.__defaults__ = (lambda: self.time.seconds,)  # type: ignore[attr-defined]
        self.worker = Worker(self.place, stage.doors)
        self.wechat = WeChat(self.files, self._visited)
        self._post_box = visitor()
        self.storm = 0.0
        """How likely a call to WeChat is lost on the wire."""
        self.die_next: int | None = None
        """At which door the next unit of work dies."""
        self.hit = 0
        """How many faults hit a call so far."""
        http._exchange = self._exchange

    # --- doors --------------------------------------------------------------------------------

    def knock(
        self, client: Client, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> Answer | None:
        """Send a request to our own doors, as a process that may die."""
        content = b"" if body is None else json.dumps(body).encode()
        before, dies, self.die_next = self._troubles(), self.die_next, None
        try:
            with self.stage.doors.die_after(dies):
                told = client.generic(
                    method, path, content, content_type="application/json", headers=headers
                )
        except Died:
            self.kinds["crash"] += 1
            return None
        except Exception as error:
            raise Violation(f"{method} {path} raised {type(error).__name__}: {error}") from error
        finally:
            connection.set_schema_to_public()
        answer = Answer(told.status_code, told.content, dict(told.headers))
        is_excused = self._troubles() != before or self._is_fuse_blown()
        if answer.status >= 500 and not (answer.status == 503 and is_excused):
            raise Violation(f"{method} {path} answered {answer.status} {answer.body[:300]!r}")
        return answer

    def _visited(self, visit: Visit) -> Heard:
        """WeChat knocks: its callbacks and pushes. Its process may die as well."""
        dies, self.die_next = self.die_next, None
        kind = visit.headers.get("Content-Type", "text/xml")
        try:
            with self.stage.doors.die_after(dies):
                told = self._post_box.post(
                    path_of(visit.url), visit.body, content_type=kind, headers=visit.headers
                )
        except Died:
            self.kinds["crash"] += 1
            return Heard(0)
        finally:
            connection.set_schema_to_public()
        if told.status_code >= 500:
            raise Violation(f"a callback to {visit.url} was answered {told.status_code}")
        return Heard(told.status_code, {}, told.content)

    def _exchange(self, question: http.Question, *, deadline: float) -> http.Answer:
        fault = ""
        if self.storm and self.rng.random() < self.storm:
            fault = self.rng.choice(WIRE_FAULTS)
            self.hit += 1
        return self.stage.doors.through(lambda: exchange(self.wechat, question, fault))

    def _troubles(self) -> int:
        """Count what hit so far: at the wire, and of the simulator's own faults."""
        return self.hit + self.wechat.hits

    @staticmethod
    def _is_fuse_blown() -> bool:
        """Whether our client holds back calls because WeChat was unreachable moments ago."""
        return any(f._failures >= breaker.OPENS_AFTER for f in breaker._breakers.values())

    # --- the log ------------------------------------------------------------------------------

    def note(self, kind: str, told: str) -> None:
        """Write one event down."""
        self.events += 1
        self.kinds[kind] += 1
        line = f"{self.events} {self.time.seconds:.6f} {kind} {told}"
        self._hash.update(line.encode() + b"\n")
        if self._log:
            self._log(line)

    @property
    def digest(self) -> str:
        """What identifies everything that happened so far."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Leave the episode."""
        self.wechat.close()
        self._settings.disable()
