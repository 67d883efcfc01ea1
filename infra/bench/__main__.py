"""`python -m infra.bench`: measure everything and print it; `--profile W1` shows where it goes."""

import argparse
import json
import sys
from pathlib import Path

from infra.bench import profiling, report
from infra.bench.bench import QUICK, Bench, Size, fill
from infra.stage.stage import opened

SETTINGS = {"SPARE_SCHEMAS": "3", "JOBS_HEARTBEAT_SECONDS": "5", "SHOP_REQUESTS_PER_SECOND": "0"}


def main() -> int:
    """Run what the command line asks for."""
    asked = _parser().parse_args()
    size = QUICK if asked.quick else Size(rounds=asked.rounds, seconds=asked.seconds)
    with opened(settings=SETTINGS) as stage:
        if asked.profile:
            wares = fill(stage, size.products)
            return profiling.start(stage, wares, asked.profile, times=5 if asked.quick else 200)
        figures = Bench(stage, size, _tell).run()
    print(report.text(figures, _headline(size)))
    if asked.json:
        content = json.dumps(figures.as_dict(), ensure_ascii=False, indent=1)
        asked.json.write_text(content + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="per work and round")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--profile", choices=profiling.WORKS, help="profile one work instead")
    return parser


def _headline(size: Size) -> str:
    return (
        f"{size.products} products × 3 SKUs, 30 categories · one web process, one worker,"
        f" {size.clients} clients, fsync on · median of {size.rounds} rounds of {size.seconds:g} s"
    )


def _tell(what: str) -> None:
    print(f"  … {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
