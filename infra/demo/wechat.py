"""The tester's hand on the WeChat simulator: its control API, as far as the demo needs it."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit


class SimulatorRefused(Exception):
    """The simulator did not answer, or not with success."""


def is_up(url: str) -> bool:
    """Tell whether the simulator answers."""
    try:
        control(url, "GET", "clock")
    except SimulatorRefused:
        return False
    return True


def push_to(url: str, site: str) -> None:
    """Register the third-party platform at `site`: tickets and events are pushed there from now on.

    `$APPID$` stays as it stands: WeChat fills in the app that a push is about.
    """
    addresses = {
        "ticket_url": f"{site}/hooks/wechat/component",
        "message_url": f"{site}/hooks/wechat/apps/$APPID$/events",
    }
    control(url, "PUT", "component", addresses)


def list_server(url: str, host: str) -> None:
    """Put our API's host on the platform's list: every mini-program's domains must stand there."""
    control(url, "PUT", "platform_domains", {"server": [host]})


def knows(url: str, appid: str) -> bool:
    """Tell whether the simulator has this mini-program: it may have been reset."""
    found = control(url, "GET", "mini_programs")["mini_programs"]
    return any(app["appid"] == appid for app in found)


def make_mini_program(url: str, name: str) -> tuple[str, str]:
    """Make a mini-program with a merchant number; return both: (appid, sub_mchid)."""
    made = control(url, "POST", "mini_programs", {"name": name})
    return made["appid"], made["sub_mchid"]


def make_template(url: str, package: dict[str, Any]) -> int:
    """Upload code as a developer does and make it a template; return WeChat's number for it.

    `package`: `{user_version, user_desc, pages}`. An own version is uploaded once.
    """
    for known in control(url, "GET", "templates")["templates"]:
        if known["user_version"] == package["user_version"]:
            return int(known["template_id"])
    draft = control(url, "POST", "drafts", package)
    return int(control(url, "POST", "templates", draft)["template_id"])


def control(url: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Call `/_control/<path>`; return the answer. Raises SimulatorRefused."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(
            method,
            f"/_control/{path}",
            body=json.dumps(body or {}).encode(),
            headers={"Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException) as error:
        raise SimulatorRefused(f"{method} {path}: {error}") from error
    finally:
        connection.close()
    if answer.status >= 300:
        raise SimulatorRefused(f"{method} {path}: {answer.status} {content[:500]!r}")
    return json.loads(content)
