"""What moderation knows for the readiness doctor (settings.READINESS_FACTS). Inside a shop."""

from shop.moderation.models import Check
from wechat.content import Scene

_SHOWN_TO_OTHERS = (Scene.COMMENT, Scene.FORUM, Scene.SOCIAL)
"""A profile is seen by its owner and by staff."""


def facts(appid: str) -> dict[str, object]:
    """Say whether customers' texts or pictures are shown to others in this shop."""
    shown = Check.objects.filter(scene__in=_SHOWN_TO_OTHERS, author_id__isnull=False)
    return {"publishes_ugc": shown.exists()}
