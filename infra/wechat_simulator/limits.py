"""The public page that says what this simulator does not imitate, and where it only guesses."""

from aiohttp import web

from .paper import sheet
from .pieces import esc

MISSING: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Accounts 账号",
        (
            "ICP filing; renaming an app, its picture and its testers.",
            "Fast registration from an official account; menus, mass messages and material of one.",
            "Paid checks of phone numbers: the thousand free calls and their balance.",
        ),
    ),
    (
        "Messages 消息",
        (
            "Quotas of templates by category, and review of templates an app proposes itself.",
            "Customer-service accounts, transfer to a person, menus inside a conversation.",
            "Voice, video and location messages of people; mini-program cards they send.",
        ),
    ),
    (
        "Content safety 内容安全",
        (
            "Understanding: texts are judged by words, pictures and sounds by their hash.",
            "Reading the text inside a picture; the time a real check takes.",
        ),
    ),
    (
        "Codes and links 码与链接",
        (
            "The round mini-program code: the pictures are QR symbols that lead to this host.",
            "Visits counted against a link's quota; codes for official accounts.",
        ),
    ),
    (
        "Pay 支付",
        (
            "Real banks: PAYERROR, coupons, settlement to a bank account, risk rules.",
            "Combined orders, the sharing bill, electronic receipts, points and contracts.",
        ),
    ),
    (
        "Network 网络",
        (
            "TLS, name resolution and WeChat's own addresses: it speaks plain HTTP.",
            "Load: it is one process, and as fast as it is.",
        ),
    ),
)
GUESSED = (
    "Wire details that no source confirms follow the settings named in the README: the key that"
    " signs a session check, days until receipt, caps of templates, codes and links, how many"
    " answers an entry allows, how long replaced tokens live.",
    "Rules for values in subscribe messages are exact for thing, character_string and phrase; the"
    " others follow WeChat's public table from memory.",
)


def routes() -> list[web.RouteDef]:
    """GET /_page/limits."""

    async def show(_: web.Request) -> web.Response:
        return sheet("未模拟的部分", "What this does not imitate", body())

    return [web.get("/_page/limits", show)]


def body() -> str:
    """The sections of the page; the control page shows the same."""
    parts = [f"<section><h2>{esc(area)}</h2>{_listed(lines)}</section>" for area, lines in MISSING]
    guesses = f"<section><h2>Guesses 未经证实</h2>{_listed(GUESSED)}</section>"
    return "".join(parts) + guesses


def _listed(lines: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{esc(line)}</li>" for line in lines) + "</ul>"
