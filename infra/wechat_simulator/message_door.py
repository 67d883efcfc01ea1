"""HTTP doors of what an app says, shows and checks: media, messages, codes (CONTRACT §6-§9)."""

from typing import Any

from aiohttp import web

from .doors import Answer, Picture, Query, Upload, reading, uploading
from .simulator import Simulator


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every route of these parts, under WeChat's own paths."""
    caller, media = simulator.login.caller, simulator.media

    def upload(query: Query, file: Upload) -> Answer:
        return media.upload(caller(query), query, file.name, file.content_type, file.body)

    def download(query: Query) -> Answer | Picture:
        found = media.find(str(caller(query)["appid"]), query.get("media_id", ""))
        return Picture(found["body"], found["content_type"], found["name"])

    table: list[Any] = [
        uploading("/cgi-bin/media/upload", upload),
        reading("/cgi-bin/media/get", download),
    ]
    return table
