"""The mini-program's code as the demo uploads it: what its own files say of it."""

import json
from typing import Any

from infra.demo.place import ROOT

SOURCE = ROOT / "miniprogram_template"
ORDER_PATH = "packages/shop/orders/orders"
"""Where customers find their orders: WeChat wants to know it of every shop."""


def package() -> dict[str, Any]:
    """Return what WeChat learns of the code: version, description and the paths of its pages."""
    app = json.loads((SOURCE / "miniprogram" / "app.json").read_text())
    pages = [*app["pages"]]
    for part in app["subPackages"]:
        pages += [f"{part['root']}/{page}" for page in part["pages"]]
    version = json.loads((SOURCE / "package.json").read_text())["version"]
    return {"user_version": version, "user_desc": "Xiaopu", "pages": pages}
