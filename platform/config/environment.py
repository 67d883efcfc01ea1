"""Settings come from the environment; a bad value is refused by its name."""

import hashlib
import hmac
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

_MISSING = object()


def text(name: str, default: object = _MISSING) -> str:
    """Return the variable, or the default; refuse a missing one that has none."""
    value = os.environ.get(name)
    if value is not None and value != "":
        return value
    if default is _MISSING:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example.")
    return str(default)


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """Return a whole number between `least` and `most`."""
    raw = text(name, default)
    if not raw.isdigit() or not least <= int(raw) <= most:
        raise ImproperlyConfigured(
            f"{name}={raw!r}: a whole number from {least} to {most}, please."
        )
    return int(raw)


def flag(name: str, *, default: bool) -> bool:
    """Return true for 1/true/yes/on and false for 0/false/no/off."""
    raw = text(name, "yes" if default else "no").lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: yes or no, please.")


def words(name: str) -> tuple[str, ...]:
    """Return the words of a list: small letters and digits, none twice, none that is taken."""
    found = tuple(text(name, "").split())
    if len(set(found)) < len(found) or not all(
        re.fullmatch(r"[a-z][a-z0-9]{0,31}", word) and word not in {"default", "owner"}
        for word in found
    ):
        raise ImproperlyConfigured(f"{name}: different words of a-z and 0-9, please.")
    return found


def one_of(name: str, known: tuple[str, ...]) -> str:
    """Return one of the known words; the first of them where the variable is not set."""
    word = text(name, known[0])
    if word not in known:
        raise ImproperlyConfigured(f"{name}={word!r}: one of {', '.join(known)}, please.")
    return word


def file(name: str) -> Path | None:
    """Return a path to a file that exists, or None where the variable is not set."""
    raw = text(name, "")
    if not raw:
        return None
    if not Path(raw).is_file():
        raise ImproperlyConfigured(f"{name}={raw!r}: there is no such file.")
    return Path(raw)


def require_own_origin(name: str, url: str, other: str) -> None:
    """Refuse an address that shares scheme, host and port with `other`, or is less safe than it.

    A page of the one could act in the other's session; and browsers load no http into https.
    """
    ours, theirs = urlsplit(url), urlsplit(other)
    if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc):
        raise ImproperlyConfigured(f"{name}={url!r}: another host name or port than {other}.")
    if theirs.scheme == "https" and ours.scheme != "https":
        raise ImproperlyConfigured(f"{name}={url!r}: https, please, as {other} has.")


def database(url: str, name: str) -> dict[str, str]:
    """Return Django's NAME, USER, PASSWORD, HOST and PORT from a postgresql:// URL.

    A socket directory may stand in the query: `postgresql://user@/db?host=/run/postgresql`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name}: postgresql://user:password@host:port/database, please."
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host") or parts.hostname or ""),
        "PORT": str(query.get("port") or parts.port or ""),
    }


def app_url(owner_url: str, secret_key: str) -> str:
    """Return the URL of the application's own login on the owner's database.

    Its password is derived from the secret key, so that it is stored nowhere.
    """
    parts = urlsplit(owner_url)
    name = unquote(parts.path.strip("/"))
    words = f"database login of {name}".encode()
    password = hmac.new(secret_key.encode(), words, hashlib.sha256).hexdigest()
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}_app:{password}@{place}"))
