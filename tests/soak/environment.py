"""The environment of a run, ready before Django reads its settings."""

import os


def ready() -> None:
    """Set the environment of tests, with a database of this process's own, and start Django."""
    import infra.testing  # noqa: F401  # the environment of the suite

    os.environ["TENANT_CACHE_SECONDS"] = "1000000"  # real seconds would decide what is asked anew
    os.environ["SHARING_RECEIVER_NAME"] = "小铺科技有限公司"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    import django

    django.setup()
