"""The component's secrets as they are now: those first handed out, or their replacements (§3)."""

from . import credentials
from .credentials import Credentials
from .refusals import ControlRefusal
from .store import Store

ROTATIONS = ("token", "encoding_aes_key", "appsecret")


class ComponentKeys:
    """A replacement is in force at once; the old one is good for nothing."""

    def __init__(self, store: Store, keys: Credentials) -> None:
        self._store, self._keys = store, keys

    def now(self) -> dict[str, str]:
        """appid, appsecret, token, encoding_aes_key."""
        changed = {name: self._store.meta(f"component_{name}") for name in ROTATIONS}
        kept = {name: value for name, value in changed.items() if value}
        return {**self._keys.component, **kept}

    def rotate(self, what: str) -> dict[str, str]:
        """Replace one secret and return them all; raises ControlRefusal 400."""
        if what not in ROTATIONS:
            raise ControlRefusal(400, f"what must be one of {', '.join(ROTATIONS)}")
        # A trailing A leaves no unused bits in the last character of an EncodingAESKey.
        fresh = credentials.text(42) + "A" if what == "encoding_aes_key" else credentials.text(32)
        self._store.set_meta(f"component_{what}", fresh)
        return self.now()
