"""The output of the demo's programs: one file each, the last five runs kept."""

import os
from pathlib import Path

KEPT_RUNS = 5


def rotate(file: Path) -> None:
    """Move the output of the last run aside, and forget the oldest."""
    if not file.exists():
        return
    numbered = [file.with_name(f"{file.name}.{n}") for n in range(1, KEPT_RUNS + 1)]
    for older, newer in zip(reversed(numbered), reversed([file, *numbered[:-1]]), strict=True):
        if newer.exists():
            newer.replace(older)


def opened(file: Path) -> int:
    """Open the file for appending, for its owner only; return the descriptor."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)


def tail(file: Path, lines: int = 15) -> str:
    """Return the end of the file."""
    if not file.exists():
        return ""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - 20_000))
        return "\n".join(content.read().decode(errors="replace").splitlines()[-lines:])
