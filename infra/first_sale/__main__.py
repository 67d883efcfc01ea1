"""`python -m infra.first_sale [catalogue.csv]`: sell something, once, and check every fen."""

import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType

from infra.demo.wechat import SimulatorRefused
from infra.embedded_postgres import PostgresDidNotStart
from infra.first_sale import journey
from infra.first_sale.checking import Difference
from infra.stage.stage import Stage, StageBroke, opened

CATALOGUE = Path(__file__).with_name("catalogue.csv")


def main(arguments: list[str]) -> int:
    """Play the story; return 0 when everything was as it must be, 1 for a difference."""
    path = Path(arguments[0]) if arguments else CATALOGUE
    if not path.is_file():
        tell(f"没有这个文件：{path}\nThere is no such file: {path}")
        return 2
    signal.signal(signal.SIGTERM, _leave)
    kept = False
    try:
        with opened(
            server_url=os.environ.get("DATABASE_URL", ""),
            settings=journey.SETTINGS,
            keep=lambda: kept,
        ) as stage:
            kept = not _play(stage, path)
    except (StageBroke, PostgresDidNotStart, SimulatorRefused) as reason:
        tell(f"\n✗ {reason}")
        return 1
    except KeyboardInterrupt:
        return 130
    return int(kept)


def _play(stage: Stage, path: Path) -> bool:
    """Play the story and say how it ended; return whether everything agreed."""
    began = time.monotonic()
    tell(f"\n  小铺 Xiaopu · first sale · {path.name} · {stage.url}")
    try:
        outcome = journey.run(stage, path, tell, email="owner@example.com")
    except Exception as reason:
        if not isinstance(reason, Difference):
            traceback.print_exc()
        tell(f"\n✗ {reason}\n\n日志保留在 · the logs stay in {stage.place.logs}")
        return False
    took = time.monotonic() - began
    tell(
        f"\n✓ {outcome.checks_count} 项核对全部一致，用时 {took:.1f} 秒\n"
        f"✓ All {outcome.checks_count} checks agree, after {took:.1f} s"
    )
    return True


def tell(sentence: str) -> None:
    """Say a sentence; nobody listening is no reason to end badly."""
    with suppress(OSError):
        print(sentence, flush=True)


def _leave(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
