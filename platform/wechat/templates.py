"""The platform's code: drafts that a developer uploaded, templates that shops are made of (§3.6).

Everything here is asked with the platform's own token and about the platform's own library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wechat import api, callers

_STANDARD = 1


@dataclass(frozen=True)
class Draft:
    """Code that the developer tool uploaded. It can be committed to no shop before it is a
    template."""

    draft_id: int
    user_version: str
    user_desc: str
    created_at: datetime


@dataclass(frozen=True)
class CodeTemplate:
    """Code that can be committed to shops. A standard one takes less of ext.json (§3.6)."""

    template_id: int
    user_version: str
    user_desc: str
    created_at: datetime
    is_standard: bool


def drafts() -> tuple[Draft, ...]:
    """Return what the developers uploaded, in WeChat's order. Raises a WeChatFailure."""
    answer = callers.platform_get("/wxa/gettemplatedraftlist", call="templates.drafts")
    return tuple(_draft(item) for item in api.objects_in(answer, "draft_list"))


def add_draft(draft_id: int) -> None:
    """Make a draft an ordinary template; `templates` tells its number.

    Raises TemplateUnknown, TemplateLibraryFull, or another WeChatFailure.
    """
    content = {"draft_id": draft_id, "template_type": 0}
    callers.platform_post("/wxa/addtotemplate", call="templates.add_draft", content=content)


def templates() -> tuple[CodeTemplate, ...]:
    """Return the library, in WeChat's order. Raises a WeChatFailure."""
    answer = callers.platform_get("/wxa/gettemplatelist", call="templates.templates")
    return tuple(_template(item) for item in api.objects_in(answer, "template_list"))


def delete(template_id: int) -> None:
    """Take a template out of the library; shops keep what they run. Raises TemplateUnknown."""
    content = {"template_id": template_id}
    callers.platform_post("/wxa/deletetemplate", call="templates.delete", content=content)


def _draft(item: Mapping[str, Any]) -> Draft:
    return Draft(
        api.whole_in(item, "draft_id"),
        api.text_or_empty(item, "user_version"),
        api.text_or_empty(item, "user_desc"),
        api.moment_in(item, "create_time"),
    )


def _template(item: Mapping[str, Any]) -> CodeTemplate:
    return CodeTemplate(
        api.whole_in(item, "template_id"),
        api.text_or_empty(item, "user_version"),
        api.text_or_empty(item, "user_desc"),
        api.moment_in(item, "create_time"),
        api.whole_or(item, "template_type", 0) == _STANDARD,
    )
