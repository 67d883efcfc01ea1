"""What the person at the keyboard is told once the demo runs."""

from typing import Any

from infra.demo.place import Place
from infra.demo.secrets import Secrets
from infra.demo.shops import SUPERADMIN

WIDTH = 74


def text(place: Place, secrets: Secrets, shops: list[dict[str, Any]], seconds: float) -> str:
    """Return the summary, in Chinese and English."""
    passwords = {"tea": secrets.tea_password, "books": secrets.books_password}
    lines = [
        "─" * WIDTH,
        f"  小铺已就绪，用时 {seconds:.1f} 秒 · Xiaopu is ready after {seconds:.1f} s",
        "",
        *_entry("门户 · portal", f"{place.url}/"),
        *_entry(
            "后台 · superadmin",
            f"{place.url}/superadmin/",
            f"{SUPERADMIN} / {secrets.superadmin_password}",
        ),
        *_entry("微信模拟器 · WeChat simulator", f"{place.simulator_url}/"),
    ]
    for shop in shops:
        lines += [
            f"  {shop['name']}",
            f"      店主 · owner       {shop['email']} / {passwords[shop['key']]}",
            f"      买家接口 · buyers   {place.url}/s/{shop['public_id']}/v1/docs",
            f"      店主接口 · owners   {place.url}/b/{shop['public_id']}/v1/docs",
            f"      小程序 · appid      {shop['appid']}",
            "",
        ]
    lines += [
        f"  日志与邮件 · logs and mails: {place.logs}",
        "  按 Ctrl-C 停止 · Ctrl-C stops everything",
        "─" * WIDTH,
    ]
    return "\n".join(lines)


def _entry(title: str, address: str, login: str = "") -> list[str]:
    return [f"  {title}", f"      {address}", *([f"      {login}"] if login else []), ""]
