"""The versions that new releases may use: WeChat's template library, noted here."""

from tenants.programs.actions import WeChatUnavailable
from tenants.releases.models import Template
from wechat import templates
from wechat.errors import WeChatFailure


def register_template(
    *,
    version: str,
    wx_template_id: int,
    git_sha: str = "",
    min_api: str = "",
    changelog: str = "",
    order_path: str = "",
    has_ugc: bool = False,
) -> Template:
    """Note a version that stands in WeChat's template library; again, it is brought up to date."""
    template, _ = Template.objects.update_or_create(
        version=version,
        defaults={
            "wx_template_id": wx_template_id,
            "git_sha": git_sha,
            "min_api": min_api,
            "changelog": changelog,
            "order_path": order_path,
            "has_ugc": has_ugc,
        },
    )
    return template


def read_templates() -> list[Template]:
    """Note every template of WeChat's library that is new here; return the new ones.

    Of several with the same version the latest counts: it was uploaded anew. Outside any
    transaction. Raises WeChatUnavailable.
    """
    try:
        told = templates.templates()
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure
    known = dict(Template.objects.values_list("version", "wx_template_id"))
    latest = {item.user_version[:32]: item for item in sorted(told, key=lambda t: t.template_id)}
    return [
        register_template(
            version=version, wx_template_id=item.template_id, changelog=item.user_desc
        )
        for version, item in latest.items()
        if item.template_id > known.get(version, -1)
    ]


def offer(*, template: Template, is_offered: bool) -> None:
    """Let new releases use a template, or not."""
    Template.objects.filter(pk=template.pk).update(is_offered=is_offered)
