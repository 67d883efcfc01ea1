"""Pytest's first plugin: the environment of the suite, before Django reads its settings.

Without DATABASE_URL the suite starts the embedded PostgreSQL in `.data/test-postgres` and leaves
it running for the next run; with it, that server is used. Either way the suite makes a database
of its own, named after the process, and drops it afterwards.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]


def _database_url() -> str:
    server = os.environ.get("DATABASE_URL")
    if not server:
        from infra import embedded_postgres

        server = embedded_postgres.start(ROOT / ".data" / "test-postgres")
    os.environ["TEST_SERVER_URL"] = server
    return urlunsplit(urlsplit(server)._replace(path=f"/xiaopu_test_{os.getpid()}"))


if "TEST_SERVER_URL" not in os.environ:
    os.environ["DATABASE_URL"] = _database_url()
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 3)
    os.environ["DATA_DIR"] = str(ROOT / ".data" / "test")
    os.environ["LOG_LEVEL"] = "WARNING"
    os.environ["SHOP_REQUESTS_PER_SECOND"] = "0"  # tests ask as fast as they can
    os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
    for name in ("APP_DATABASE_URL", "WECHAT_CREDENTIALS_FILE", "PUBLIC_URL", "SENTRY_DSN"):
        os.environ.pop(name, None)
