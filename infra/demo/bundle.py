"""The mini-program's bundle for browsers: built aside where Node is there, and never in the way."""

import os
import re
import shutil
import subprocess

from infra.demo.place import ROOT

NEEDED = (20, 19)
"""`engines` of miniprogram_template/package.json."""
SECONDS = 120.0
"""So long the demo waits for it once all else runs."""
COMMAND = ["make", "preview"]
IMPATIENT = {"npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "20000"}
"""Without a network npm would try for minutes."""


def is_there() -> bool:
    """Tell whether a bundle is built, however old."""
    return (ROOT / "miniprogram_template" / "dist" / "app.html").is_file()


def lacking() -> str:
    """Return what keeps this machine from building it; empty where nothing does."""
    missing = [name for name in ("make", "node", "npm") if shutil.which(name) is None]
    if missing:
        return ", ".join(missing)
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", told.stdout)
    if found is None or (int(found[1]), int(found[2])) < NEEDED:
        return f"Node {NEEDED[0]}.{NEEDED[1]} ({told.stdout.strip() or '?'})"
    return ""


def environment() -> dict[str, str]:
    """Return the builder's environment: not that of the `make` which may have started the demo."""
    ours = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    return {**IMPATIENT, **ours}
