"""A worker that knows the lab's handlers; with `publish`, a process that publishes until killed."""

import os
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root), str(root / "platform"), str(Path(__file__).parent)]
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django  # noqa: E402

django.setup()

import lab  # noqa: E402

from config.worker import main  # noqa: E402
from jobs import schedule  # noqa: E402

schedule._entries.clear()  # only the lab's messages run here

if "publish" in sys.argv:
    lab.publish_until_killed()
main()
