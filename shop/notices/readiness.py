"""What notices know for the readiness doctor (settings.READINESS_FACTS). Inside a shop."""

from shop.notices.models import SetUp


def facts(appid: str) -> dict[str, object]:
    """Return how choosing this app's templates went, and which news have none."""
    setup = SetUp.objects.filter(appid=appid).first()
    if setup is None:
        return {"notices": ""}
    return {"notices": setup.state, "notices_missing": tuple(setup.missing)}
