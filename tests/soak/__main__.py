"""`python -m tests.soak`: run the simulation, say how it goes, stop by itself.

    --seed 1 --events 1000000       episodes 1.0, 1.1, … until so many events happened
    --processes 2                   share them out; what an episode comes to stays the same
    --seed 1.7 --events 431         one episode, again, up to the event at which it broke
    --journal DIRECTORY             keep whole episodes there, and go on after those of last time
    --log FILE                      every event, one a line
    --plants                        plant each known bug into a run, and expect to catch it
    --search                        let Hypothesis choose: short runs, made shorter when they break

SIGTERM or Ctrl-C: the episodes under way end now, with all their checks. A second one: at once.
The last line on standard output is JSON: `events`, `digests` by episode, `kinds`, `violation`.
"""

import argparse
import sys
from pathlib import Path

from tests.soak import environment

parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
parser.add_argument("--seed", default="1")
parser.add_argument("--events", type=int, default=20_000)
parser.add_argument("--episode", type=int, default=5_000, help="events before a new database")
parser.add_argument("--processes", type=int, default=1, help="at the same time")
parser.add_argument("--journal", type=Path)
parser.add_argument("--log", type=argparse.FileType("w"))
parser.add_argument("--plants", action="store_true")
parser.add_argument("--search", action="store_true")
asked = parser.parse_args()
environment.ready()

from tests.soak import run  # noqa: E402  # needs the settings that were just made

sys.exit(run.main(asked))
