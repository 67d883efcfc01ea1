"""WeChat in this process: the simulator's own application, reached without a socket.

Requests and answers are the bytes of HTTP/1.1, parsed by aiohttp as they would be from a socket,
with every signature. The simulator lives in a thread of its own, as its store demands; of the two
threads exactly one runs at a time, so nothing depends on their speed. Its agenda does not run by
itself: whoever holds this decides what WeChat does next.
"""

import asyncio
import http.client
import io
import json
import queue
import threading
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp import web

from infra.wechat_simulator import app, credentials
from infra.wechat_simulator.simulator import Simulator

HOST = "127.0.0.1"
BASE = f"http://{HOST}:8701"


@dataclass(frozen=True)
class Heard:
    """What came over the wire: no status when the connection ended without an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Visit:
    """A request that WeChat makes to us, and where our answer goes."""

    url: str
    headers: dict[str, str]
    body: bytes
    answered: "asyncio.Future[Heard]"


class Wire(asyncio.Transport):
    """The server's end of one connection that exists only in memory."""

    def __init__(self, gone: "asyncio.Future[bytes]") -> None:
        super().__init__()
        self._written, self._gone, self._is_closing = bytearray(), gone, False

    def write(self, data: Any) -> None:
        self._written += data

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._is_closing = True
        if not self._gone.done():
            self._gone.set_result(bytes(self._written))

    abort = close

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (HOST, 40_000) if name in ("peername", "sockname") else default

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def set_write_buffer_limits(self, high: Any = None, low: Any = None) -> None: ...
    def set_protocol(self, protocol: Any) -> None: ...


class WeChat:
    """The simulator as this process has it. `visit` receives what WeChat sends to us."""

    def __init__(self, directory: Path, visit: Callable[[Visit], Heard]) -> None:
        self._directory, self._visit = directory, visit
        self.hits = 0
        """How many of the simulator's own faults struck so far."""
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._live, daemon=True, name="wechat")
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        kind, said = self._events.get()
        if kind == "failed":
            raise said

    # --- what the platform and the tester do --------------------------------------------------

    def exchange(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Heard:
        """Send one request, return what came back."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}:8701", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines.append(f"Content-Length: {len(body)}")
        sent = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        return _parsed(self._do(self._through(sent)), method)

    def control(self, method: str, path: str, /, **wish: Any) -> dict[str, Any]:
        """Ask the control API; raises AssertionError when it refuses."""
        status, told = self.attempt(method, path, **wish)
        assert status == 200, told
        return told

    def attempt(self, method: str, path: str, /, **wish: Any) -> tuple[int, dict[str, Any]]:
        """Ask the control API; return its status and what it said."""
        target = f"/_control/{path}"
        if method == "GET" and wish:
            target += "?" + urlencode(wish)
            wish = {}
        body = json.dumps(wish).encode() if wish else b""
        heard = self.exchange(method, target, {"Content-Type": "application/json"}, body)
        return heard.status, json.loads(heard.body)

    def books(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Look into WeChat's own books."""
        return self._do(self._rows(sql, values))

    def due(self) -> list[int]:
        """Return the entries of the agenda that may happen now, the oldest first."""
        rows = self.books(
            "SELECT id FROM agenda WHERE due_at <= ? ORDER BY due_at, id",
            self.simulator.clock.now(),
        )
        return [row["id"] for row in rows]

    def next_due(self) -> float | None:
        """Return when the next entry of the agenda may happen, in seconds since 1970."""
        return self.books("SELECT min(due_at) AS at FROM agenda")[0]["at"]

    def happen(self, entry: int) -> str:
        """Let an entry of the agenda happen; return its kind."""
        (row,) = self.books("SELECT * FROM agenda WHERE id = ?", entry)
        agenda = self.simulator.agenda
        self._do(agenda._perform(entry, str(row["kind"]), str(row["reference"])))
        return str(row["kind"])

    def close(self) -> None:
        """Stop the simulator and its thread."""
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # --- between the two threads --------------------------------------------------------------

    def _do(self, work: Any) -> Any:
        """Have the simulator's thread do `work`; serve what it asks of us meanwhile."""
        asyncio.run_coroutine_threadsafe(self._told(work), self._loop)
        while True:
            kind, said = self._events.get()
            if kind == "done":
                return said
            if kind == "failed":
                raise said
            heard = self._visit(said)
            self._loop.call_soon_threadsafe(said.answered.set_result, heard)

    async def _told(self, work: Awaitable[Any]) -> None:
        try:
            self._events.put(("done", await work))
        except BaseException as error:
            self._events.put(("failed", error))

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._open())
        except BaseException as error:
            self._events.put(("failed", error))
            return
        self._events.put(("ready", None))
        self._loop.run_forever()

    async def _open(self) -> None:
        keys = credentials.load(self._directory, BASE)
        self.simulator = Simulator(self._directory, keys)
        self.simulator.store._connection.execute("PRAGMA synchronous=OFF")
        take = self.simulator.faults.take

        def counted(path: str, *, is_callback: bool = False) -> Any:
            fault = take(path, is_callback=is_callback)
            self.hits += fault is not None
            return fault

        self.simulator.faults.take = counted  # type: ignore[method-assign]
        self.application = app.build(self.simulator, is_loopback_only=True)
        # The agenda waits for us, and what is sent goes through this object: no real start.
        self.application.on_startup.clear()
        self.application.on_cleanup.clear()
        for part in (
            self.simulator.component,
            self.simulator.app_pushes,
            self.simulator.messages,
            self.simulator.callbacks,
        ):
            part.open(_Outgoing(self))  # type: ignore[arg-type]  # as much of a session as is used
        self._runner = web.AppRunner(self.application, access_log=None)
        await self._runner.setup()
        self._server = self._runner.server

    async def _stop(self) -> None:
        await self._runner.cleanup()
        self.simulator.store.close()

    async def _rows(self, sql: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
        return [dict(row) for row in self.simulator.store.rows(sql, *values)]

    async def _through(self, sent: bytes) -> bytes:
        gone: asyncio.Future[bytes] = self._loop.create_future()
        assert self._server is not None
        handler, wire = self._server(), Wire(gone)
        handler.connection_made(wire)
        handler.data_received(sent)
        try:
            return await gone
        finally:
            handler.connection_lost(None)

    async def _out(self, url: str, headers: dict[str, str], body: bytes) -> Heard:
        answered: asyncio.Future[Heard] = self._loop.create_future()
        self._events.put(("visit", Visit(url, headers, body, answered)))
        return await answered


class _Outgoing:
    """As much of an HTTP client as the simulator uses."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat

    @asynccontextmanager
    async def _request(self, url: str, data: Any, headers: dict[str, str]) -> Any:
        body = data.encode() if isinstance(data, str) else bytes(data or b"")
        heard = await self._wechat._out(str(url), dict(headers or {}), body)
        if not heard.status:
            raise aiohttp.ServerDisconnectedError
        yield _Answer(heard)

    def post(
        self, url: str, *, data: Any = None, headers: Any = None, params: Any = None, **_: Any
    ) -> Any:
        return self._request(url + (f"?{urlencode(params)}" if params else ""), data, headers)


class _Answer:
    def __init__(self, heard: Heard) -> None:
        self.status, self.headers, self._body = heard.status, heard.headers, heard.body
        self.content = self

    async def read(self, most: int = -1) -> bytes:
        return self._body if most < 0 else self._body[:most]

    async def text(self, **_: Any) -> str:
        return self._body.decode()


def _parsed(raw: bytes, method: str) -> Heard:
    if not raw:
        return Heard(0)
    answer = http.client.HTTPResponse(_Bytes(raw), method=method)  # type: ignore[arg-type]
    answer.begin()
    try:
        body = answer.read()
    except http.client.IncompleteRead:
        return Heard(0)
    return Heard(answer.status, dict(answer.getheaders()), body)


class _Bytes:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._raw)


def path_of(url: str) -> str:
    """Return the path of an address, with its query."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
