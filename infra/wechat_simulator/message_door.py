"""HTTP doors of what an app says, shows and checks: media, messages, codes (CONTRACT §6-§9)."""

from collections.abc import Callable

from aiohttp import web

from .doors import Answer, Picture, Query, Upload, reading, uploading, writing
from .simulator import Simulator
from .store import Row


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of these parts, under WeChat's own paths."""
    caller, media = simulator.login.caller, simulator.media
    parts = simulator.messages
    content = parts.content

    def upload(query: Query, file: Upload) -> Answer:
        return media.upload(caller(query), query, file.name, file.content_type, file.body)

    def download(query: Query) -> Answer | Picture:
        found = media.find(str(caller(query)["appid"]), query.get("media_id", ""))
        return Picture(found["body"], found["content_type"], found["name"])

    def for_app(verb: Callable[..., Answer | Picture]) -> Callable[..., Answer | Picture]:
        return lambda query, body: verb(caller(query), body)

    def check_picture(app: Row, file: Upload) -> Answer:
        return content.check_picture(app, file.body)

    return [
        uploading("/cgi-bin/media/upload", upload),
        reading("/cgi-bin/media/get", download),
        writing("/wxa/msg_sec_check", for_app(content.check_text)),
        writing("/wxa/media_check_async", for_app(parts.media_checks.start)),
        uploading("/wxa/img_sec_check", for_app(check_picture)),
        writing("/wxa/getuserriskrank", for_app(content.risk_rank)),
    ]
