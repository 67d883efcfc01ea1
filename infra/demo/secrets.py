"""The demo's secrets: made once, kept in one file that only its owner reads."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

FILE = "secrets.json"
# Without letters and digits that look alike: people type these.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def password() -> str:
    """Return a password to type: three groups of five, 74 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(3))


@dataclass(frozen=True)
class Secrets:
    """What the demo must keep between two starts."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    internal_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    superadmin_password: str = field(default_factory=password, repr=False)
    tea_password: str = field(default_factory=password, repr=False)
    books_password: str = field(default_factory=password, repr=False)


def load(data: Path) -> Secrets:
    """Read the secrets of the demo in `data`; make those that are missing and keep them."""
    path = data / FILE
    kept = json.loads(path.read_text()) if path.exists() else {}
    names = {f.name for f in fields(Secrets)}
    found = Secrets(**{name: str(value) for name, value in kept.items() if name in names})
    if asdict(found) != kept:
        _write(path, asdict(found))
    return found


def _write(path: Path, content: dict[str, str]) -> None:
    """Replace the file in one step: half a file would lock everybody out."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
