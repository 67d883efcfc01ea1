"""The replies' door for staff: what the shop says by itself."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Status

from shop.replies import actions, queries
from shop.replies.models import Rule
from shop.replies.schemas import RuleChange, RuleIn, RuleOut, RulesOut
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["replies"], auth=staff(Role.MANAGER))


@router.get("", response=RulesOut, summary="What the shop says by itself")
def list_rules(request: HttpRequest) -> dict[str, Any]:
    """In their order: the first that fits speaks."""
    return {"items": queries.rules()}


@router.post("", response={201: RuleOut}, summary="Add a reply")
def add_rule(request: HttpRequest, body: RuleIn) -> Any:
    """Refused: 409 too_many_rules, 422 rule_incomplete, reply_too_long, link_not_of_this_shop,
    word_unfit, prohibited_word_found."""
    return Status(201, actions.add(**body.dict()))


@router.patch("/{uuid:rule_id}", response=RuleOut, summary="Change a reply")
def change_rule(request: HttpRequest, rule_id: UUID, body: RuleChange) -> Any:
    """Change the fields that are sent. Refused as for adding."""
    return actions.edit(rule=_rule(rule_id), **body.dict(exclude_none=True))


@router.delete("/{uuid:rule_id}", response={204: None}, summary="Remove a reply")
def remove_rule(request: HttpRequest, rule_id: UUID) -> Any:
    """Say this no more."""
    actions.remove(rule=_rule(rule_id))
    return Status(204, None)


def _rule(rule_id: UUID) -> Rule:
    found = queries.find_rule(rule_id)
    if found is None:
        raise Http404
    return found
