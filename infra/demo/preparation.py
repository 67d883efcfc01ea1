"""What must be done before the platform can start, and how to know that it has been done."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from infra.demo.place import ROOT
from infra.demo.template import SOURCE

ROOMS = ("tenants", "platform", "billing", "shop")


def of_database() -> str:
    """Return the fingerprint of everything that shapes the database."""
    provisioning = [ROOT / "tenants" / name for name in ("provisioning.py", "template.py")]
    settings = ROOT / "platform" / "config" / "settings.py"
    migrations = [p for room in ROOMS for p in (ROOT / room).rglob("migrations/*.py")]
    return _fingerprint([ROOT / "requirements.lock", settings, *provisioning, *migrations])


def of_seeds() -> str:
    """Return the fingerprint of the demo's shops, their wares and the mini-program's version."""
    here = Path(__file__).parent
    code = [SOURCE / "package.json", SOURCE / "miniprogram" / "app.json"]
    programs = [here / name for name in ("seeds.py", "shops.py", "pictures.py")]
    return _fingerprint([*here.glob("*.csv"), *programs, *code])


def is_done(mark: Path, fingerprint: str) -> bool:
    """Tell whether the preparation with this fingerprint has been finished."""
    return mark.exists() and mark.read_text() == fingerprint


def done(mark: Path, fingerprint: str) -> None:
    """Remember that the preparation was finished."""
    mark.write_text(fingerprint)


def _fingerprint(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(f"{file.relative_to(ROOT)}\n".encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()
