"""What releases know for the readiness doctor (settings.READINESS_FACTS)."""

from tenants import context
from tenants.releases import queries


def facts(appid: str) -> dict[str, object]:
    """Return what the newest version tells WeChat's reviewers; the same for every app."""
    with context.public():
        template = queries.newest_template()
    if template is None:
        return {"has_template": False}
    return {
        "has_template": True,
        "order_path": template.order_path,
        "declares_ugc": template.has_ugc,
    }
