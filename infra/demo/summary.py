"""What the person at the keyboard is told once the demo runs."""

from pathlib import Path
from typing import Any

from infra.demo.place import Place
from infra.demo.secrets import Secrets
from infra.demo.shops import SUPERADMIN
from preview import links

WIDTH = 74


def text(
    place: Place, secrets: Secrets, shops: list[dict[str, Any]], seconds: float, missing: str = ""
) -> str:
    """Return the summary, in Chinese and English; `missing` stands where previews would."""
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
            *([] if missing else [f"      小程序 · preview    {_preview(place, secrets, shop)}"]),
            f"      买家接口 · buyers   {place.url}/s/{shop['public_id']}/v1/docs",
            f"      店主接口 · owners   {place.url}/b/{shop['public_id']}/v1/docs",
            f"      AppID              {shop['appid']}",
            "",
        ]
    lines += [
        *([f"  {missing}", ""] if missing else []),
        f"  日志与邮件 · logs and mails: {place.logs}",
        "  按 Ctrl-C 停止 · Ctrl-C stops everything",
        "─" * WIDTH,
    ]
    return "\n".join(lines)


def without_node(lacking: str) -> str:
    """Return the line about a machine that cannot build the preview."""
    return (
        f"没有小程序预览，缺少 {lacking}：请安装 Node 20 后重新启动。"
        f" · No preview of the mini-programs: {lacking} is missing; install Node 20, start again."
    )


def not_built(log: Path) -> str:
    """Return the line about a preview that could not be built."""
    return f"小程序预览未能构建，日志见 {log} · The preview was not built; its log is {log}"


def _preview(place: Place, secrets: Secrets, shop: dict[str, Any]) -> str:
    token = links.signer(secrets.secret_key).sign(shop["public_id"])
    return f"{place.preview_url}/preview/{token}/"


def _entry(title: str, address: str, login: str = "") -> list[str]:
    return [f"  {title}", f"      {address}", *([f"      {login}"] if login else []), ""]
