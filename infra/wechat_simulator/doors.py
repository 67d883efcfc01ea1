"""The shape of every door of api.weixin.qq.com: HTTP 200, failure in errcode (CONTRACT §0.2)."""

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .fields import parse_json
from .refusals import WeixinRefusal

Query = dict[str, str]
Body = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """An answer that is not JSON: a file and its type."""

    body: bytes
    content_type: str = "image/png"
    name: str = ""


@dataclass(frozen=True)
class Upload:
    """The one file of a multipart body, and the texts beside it."""

    name: str
    content_type: str
    body: bytes
    texts: dict[str, str]


Work = Callable[[], Answer | Picture]
_GETTING = ("GET", "HEAD")


def reading(path: str, verb: Callable[[Query], Answer | Picture]) -> web.RouteDef:
    """A door that only tells, for GET; POST is taken too, as many clients ask: 43001 for others."""
    return _queried(path, verb, (*_GETTING, "POST"))


def acting(path: str, verb: Callable[[Query], Answer | Picture]) -> web.RouteDef:
    """A door for GET that changes something: 43001 for every other method."""
    return _queried(path, verb, _GETTING)


def _queried(
    path: str, verb: Callable[[Query], Answer | Picture], methods: tuple[str, ...]
) -> web.RouteDef:
    async def door(request: web.Request) -> web.Response:
        if request.method not in methods:
            return refused(request, WeixinRefusal(43001, "require GET method"))
        return answered(request, lambda: verb(dict(request.query)))

    return web.route("*", path, door)


def writing(path: str, verb: Callable[[Query, Body], Answer | Picture]) -> web.RouteDef:
    """A door for POST with JSON: 43002 other method, 44002 empty, 47001 not an object."""

    async def door(request: web.Request) -> web.Response:
        raw = await request.read()
        if request.method != "POST":
            return refused(request, WeixinRefusal(43002, "require POST method"))
        return answered(request, lambda: verb(dict(request.query), json_body(raw)))

    return web.route("*", path, door)


def working(path: str, verb: Callable[[Query, Body], Awaitable[Answer]]) -> web.RouteDef:
    """A door like `writing` whose work takes time."""

    async def door(request: web.Request) -> web.Response:
        raw = await request.read()
        if request.method != "POST":
            return refused(request, WeixinRefusal(43002, "require POST method"))
        try:
            return json_answer(await verb(dict(request.query), json_body(raw)))
        except WeixinRefusal as refusal:
            return refused(request, refusal)

    return web.route("*", path, door)


def uploading(path: str, verb: Callable[[Query, Upload], Answer | Picture]) -> web.RouteDef:
    """A door for POST of one multipart file in the field `media`: 41005 without it."""

    async def door(request: web.Request) -> web.Response:
        if request.method != "POST":
            return refused(request, WeixinRefusal(43002, "require POST method"))
        try:
            upload = await _upload(request)
        except WeixinRefusal as refusal:
            return refused(request, refusal)
        return answered(request, lambda: verb(dict(request.query), upload))

    return web.route("*", path, door)


async def _upload(request: web.Request) -> Upload:
    if request.content_type != "multipart/form-data":
        raise WeixinRefusal(41005, "media data missing")
    try:
        form = await request.post()
    except ValueError as error:
        raise WeixinRefusal(41005, "media data missing") from error
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    file = form.get("media")
    if not isinstance(file, web.FileField):
        raise WeixinRefusal(41005, "media data missing")
    return Upload(file.filename, file.content_type, file.file.read(), texts)


def answered(request: web.Request, work: Work) -> web.Response:
    """Do the work and answer it, or the refusal it met."""
    try:
        made = work()
    except WeixinRefusal as refusal:
        return refused(request, refusal)
    if isinstance(made, Picture):
        headers = (
            {"Content-Disposition": f'attachment; filename="{made.name}"'} if made.name else {}
        )
        return web.Response(body=made.body, content_type=made.content_type, headers=headers)
    return json_answer(made)


def refused(request: web.Request, refusal: WeixinRefusal) -> web.Response:
    """HTTP 200 with errcode, and an errmsg that ends in a request id."""
    request["code"] = str(refusal.errcode)
    request["rid"] = rid = "-".join(secrets.token_hex(4) for _ in range(3))
    errmsg = f"{refusal.errmsg} rid: {rid}"
    return json_answer({"errcode": refusal.errcode, "errmsg": errmsg, **refusal.beside})


def json_answer(answer: Answer, status: int = 200) -> web.Response:
    """Raw UTF-8 JSON, as WeChat sends it."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json")


def json_body(raw: bytes) -> Body:
    """A JSON object; 44002 for nothing, 47001 for anything else."""
    if not raw:
        raise WeixinRefusal(44002, "empty post data")
    try:
        body = parse_json(raw)
    except ValueError as error:
        raise WeixinRefusal(47001, "data format error") from error
    if not isinstance(body, dict):
        raise WeixinRefusal(47001, "data format error")
    return body
