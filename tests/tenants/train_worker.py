"""A real worker whose waiting times are those of a test, not of WeChat's reviewers."""

import os
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root), str(root / "platform")]
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django  # noqa: E402

django.setup()

from config.worker import main  # noqa: E402
from jobs import schedule  # noqa: E402
from tenants.releases import ladder  # noqa: E402
from tenants.trains import driving  # noqa: E402

schedule._entries.clear()  # nothing but the train runs here
ladder.DETECTION_SECONDS = (0, 1, 1)  # type: ignore[assignment]
ladder.AUDIT_SECONDS = (1, 2)  # type: ignore[assignment]
ladder.RETRY_SECONDS = (1, 1)  # type: ignore[assignment]
driving.TURN_SECONDS = 1

main()
