"""What a run finished, kept in a file: called again with the same seed, it goes on from there.

The first line names the code and the length of an episode, every further line one whole episode.
What was interrupted half-way, or broken, is not there and is played again.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("billing", "infra", "platform", "shop", "tenants", "tests/soak", "tests/shop")
"""Where what a run does is written; `requirements.lock` names the rest."""


class Journal:
    """The whole episodes of one seed, played by one state of the code."""

    def __init__(self, path: Path, code: str, length: int) -> None:
        self._path, self._head = path, {"code": code, "length": length}
        self.episodes: dict[str, dict[str, Any]] = {}
        """What each came to, by name: `events`, `digest`, `kinds`, `failures`."""
        self.is_outdated = False
        """Whether there was a journal, of other code or of episodes of another length."""
        lines = _read(path)
        if lines and lines[0] == self._head:
            self.episodes = {line["episode"]: line for line in lines[1:]}
        else:
            self.is_outdated = bool(lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [self._head, *self.episodes.values()]  # without a line that was torn
        path.write_text("".join(json.dumps(line) + "\n" for line in kept))

    @property
    def events(self) -> int:
        """How many events the episodes had."""
        return sum(int(line["events"]) for line in self.episodes.values())

    def add(self, episode: dict[str, Any]) -> None:
        """Write a whole episode down."""
        self.episodes[episode["episode"]] = episode
        with self._path.open("a") as out:
            out.write(json.dumps(episode) + "\n")


def code_of(root: Path = ROOT) -> str:
    """Return a name of the code as it lies there, committed or not."""
    found = hashlib.sha256((root / "requirements.lock").read_bytes())
    for part in PARTS:
        for path in sorted((root / part).rglob("*.py")):
            found.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal; a process that was killed may have torn the last."""
    lines = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
    return lines
