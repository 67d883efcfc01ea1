"""WeChat's own pages, as a phone shows them: one narrow sheet, bilingual, no script."""

from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from .pieces import esc

CSS = Path(__file__).with_name("page.css").read_text()
SHEET = (
    "main{display:block;max-width:560px}section+section{margin-top:14px}"
    "label.choice{display:flex;gap:10px;align-items:center;padding:7px 0;"
    "border-top:1px solid var(--line)}label.choice img{width:36px;height:36px;border-radius:8px}"
    "form{display:block}.actions{margin-top:14px}dl{display:grid;grid-template-columns:auto 1fr;"
    "gap:4px 14px;margin:6px 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}"
)


def sheet(
    chinese: str, english: str, body: str, *, leads_to: str = "", status: int = 200
) -> web.Response:
    """A page; `leads_to` is the address that its form may redirect to, besides this host."""
    title = f"{esc(chinese)} {esc(english)}"
    text = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{CSS}{SHEET}</style></head><body><header><div><h1>"
        f'{esc(chinese)} <span class="zh">{esc(english)}</span></h1></div></header>'
        f"<main>{body}</main>"
        "<footer>WeChat simulator: no real account. 微信模拟器，非真实账号。</footer>"
        "</body></html>"
    )
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self';"
            f" form-action 'self'{_origin(leads_to)}; frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return web.Response(text=text, content_type="text/html", headers=headers, status=status)


def trouble(chinese: str, english: str) -> web.Response:
    """The page WeChat shows instead: HTTP 200, and why."""
    words = f"<p>{esc(chinese)}</p><p class='soft'>{esc(english)}</p>"
    return sheet("无法继续", "This cannot go on", f'<section role="alert">{words}</section>')


def _origin(address: str) -> str:
    parts = urlsplit(address)
    is_plain = all(c.isalnum() or c in ".-:[]" for c in parts.netloc)
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc and is_plain else ""
