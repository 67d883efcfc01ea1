"""Whether customers publish in a mini-program, so that a submission says how that is checked.

WeChat asks for `ugc_declare` on the first submission of an app with a category of communities,
notes, or questions and answers (CONTRACT §3.6). A template may need it, and so may what a shop has
switched on: each function of `settings.USER_CONTENT` is asked inside the shop.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from tenants import context, directory
from tenants.programs.queries import categories_of
from tenants.releases.models import Release
from wechat.program_code import UgcDeclaration

CATEGORIES = frozenset({"社区/论坛", "笔记", "问答"})
DECLARED = UgcDeclaration(
    scenes=(3, 4),
    methods=(1, 3),
    has_audit_team=True,
    audit_desc="微信内容安全接口先审后发，命中或存疑的内容由人工复核",
)


def declaration_for(release: Release) -> UgcDeclaration | None:
    """Return what a submission of the release declares; None where customers publish nothing."""
    is_needed = release.template.has_ugc or _is_asked_by_category(release) or _shop_has(release)
    return DECLARED if is_needed else None


def _is_asked_by_category(release: Release) -> bool:
    chosen = categories_of(release.mini_program)
    return any(category.get("second_class") in CATEGORIES for category in chosen)


def _shop_has(release: Release) -> bool:
    asked: list[Callable[[], bool]] = [import_string(name) for name in settings.USER_CONTENT]
    if not asked:
        return False
    with context.activate(directory.shop_of(release.mini_program.tenant)):
        return any(has_some() for has_some in asked)
