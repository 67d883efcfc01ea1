"""The web application: all doors, and the middlewares in front of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from . import (
    consent_page,
    control,
    message_control,
    message_door,
    page,
    pay_control,
    pay_pages,
    pay_routes,
    platform_control,
    platform_door,
    push_control,
    weixin_door,
)
from .faults import delay, early_answer, late_answer
from .fields import is_loopback
from .pay_door import PayDoor
from .simulator import Simulator
from .store import Row

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
WEIXIN_PREFIXES = ("/cgi-bin/", "/sns/", "/wxa/", "/wxaapi/")
OWN_PREFIXES = ("/_control", "/_page")
BODY_BYTES = 12 * 1024 * 1024
LONG_ENOUGH_BYTES = 2


def build(simulator: Simulator, *, is_loopback_only: bool) -> web.Application:
    """The application, not yet listening. It starts and stops the simulator with itself."""
    pay = PayDoor(simulator)
    underway: set[asyncio.Task[Any]] = set()

    @web.middleware
    async def kept_track_of(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Know who is at work: the server forgets a handler whose client has gone."""
        task = asyncio.current_task()
        if task is None:
            return await handler(request)
        underway.add(task)
        try:
            return await handler(request)
        finally:
            underway.discard(task)

    @web.middleware
    async def only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_loopback_only and not _is_local(request):
            return web.Response(status=403, text="this simulator answers to loopback names only\n")
        return await handler(request)

    @web.middleware
    async def log(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _is_own(request.path):
            return await handler(request)
        started, status = time.perf_counter(), 500
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            status = error.status
            raise
        else:
            status = answer.status
            return answer
        finally:
            simulator.events.add(
                method=request.method,
                path=request.path,
                status=status,
                code=request.get("code", ""),
                milliseconds=(time.perf_counter() - started) * 1000,
                fault=request.get("fault", ""),
            )

    @web.middleware
    async def misfortune(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = None if _is_own(request.path) else simulator.faults.take(request.path)
        if fault is None:
            return await handler(request)
        request["fault"] = str(fault["kind"])
        return await _unlucky(request, handler, fault, pay)

    @web.middleware
    async def turnstile(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(WEIXIN_PREFIXES):
            return await handler(request)
        return await simulator.messages.turnstile.pass_through(request, handler)

    application = web.Application(
        middlewares=[kept_track_of, only_local, log, misfortune, turnstile],
        client_max_size=BODY_BYTES,
    )
    application.add_routes(weixin_door.routes(simulator))
    application.add_routes(message_door.routes(simulator))
    application.add_routes(platform_door.routes(simulator))
    application.add_routes(consent_page.routes(simulator))
    application.add_routes(pay_routes.routes(simulator, pay))
    application.add_routes(control.routes(simulator))
    application.add_routes(push_control.routes(simulator))
    application.add_routes(message_control.routes(simulator))
    application.add_routes(platform_control.routes(simulator))
    application.add_routes(pay_control.routes(simulator))
    application.add_routes(pay_pages.routes(simulator))
    application.add_routes(page.routes(simulator))

    async def start(_: web.Application) -> None:
        await simulator.start()

    async def stop(_: web.Application) -> None:
        """Close the store only when nobody writes any more."""
        left = list(underway)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await simulator.stop()

    application.on_startup.append(start)
    application.on_cleanup.append(stop)
    return application


async def _unlucky(
    request: web.Request, handler: Handler, fault: Row, pay: PayDoor
) -> web.StreamResponse:
    if fault["kind"] == "down":
        return await _hang_up(request)
    if request.content_type != "multipart/form-data":
        await request.read()  # heard before it waits: the work is done although the client leaves
    await delay(fault)
    is_pay = request.path.startswith("/v3/")
    early = early_answer(fault, is_pay=is_pay)
    if early is not None:
        return _dress(request, early, pay)
    answer = await handler(request)
    late = late_answer(fault)
    if late is not None:
        return _dress(request, late, pay)
    if fault["kind"] == "cut_after_commit" and request.transport is not None:
        request.transport.abort()
    elif fault["kind"] == "half_body" and isinstance(answer, web.Response):
        return await _half(request, answer)
    return answer


def _dress(request: web.Request, said: tuple[int, str, bytes], pay: PayDoor) -> web.Response:
    status, kind, body = said
    if request.path.startswith("/v3/") and kind == "application/json":
        return pay.answer(request, status, body)
    return web.Response(status=status, body=body, content_type=kind)


async def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word, before anything is done."""
    if request.transport is not None:
        request.transport.abort()
    raise web.HTTPServiceUnavailable


async def _half(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Promise the whole body, send half of it, and hang up."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    half = web.StreamResponse(status=answer.status, headers=answer.headers)
    half.content_length = max(len(body), LONG_ENOUGH_BYTES)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half


def _is_own(path: str) -> bool:
    return path == "/" or path.startswith(OWN_PREFIXES)


def _is_local(request: web.Request) -> bool:
    """Host must name this machine, and so must Origin when a browser sends one."""
    try:
        names = [urlsplit("//" + request.headers.get("Host", "")).hostname]
        origin = request.headers.get("Origin")
        if origin is not None:
            names.append(urlsplit(origin).hostname)
    except ValueError:
        return False
    return all(name is not None and is_loopback(name) for name in names)
