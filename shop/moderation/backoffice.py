"""Moderation's door for staff: what waits for a person, what was decided, and the shop's words."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language_from_request
from ninja import Query, Router, Status

from shop.moderation import actions, labels, queries
from shop.moderation.models import Check
from shop.moderation.schemas import (
    CheckDetail,
    CheckOut,
    CheckPage,
    DecisionIn,
    WordIn,
    WordOut,
    WordsOut,
)
from shop.moderation.states import CheckState, PartKind
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["moderation"], auth=staff(Role.MANAGER))


@router.get("/checks", response=CheckPage, summary="Texts and pictures by how they stand")
def list_checks(
    request: HttpRequest,
    state: CheckState = CheckState.HELD,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Those that wait for a person, unless another state is asked for; the newest first.

    `next` is the `before` of the page that follows.
    """
    found, following = queries.checks(state=state, before=before, limit=limit)
    return {"items": [_shown(request, check) for check in found], "next": following}


@router.get("/checks/{uuid:check_id}", response=CheckDetail, summary="One, with its history")
def show_check(request: HttpRequest, check_id: UUID) -> dict[str, Any]:
    """What was sent, what the machine said, and who decided."""
    check = _check(check_id)
    return {**_shown(request, check), "steps": list(check.steps.order_by("pk"))}


@router.post("/checks/{uuid:check_id}/decide", response=CheckOut, summary="Pass or refuse")
def decide(request: HttpRequest, check_id: UUID, body: DecisionIn) -> dict[str, Any]:
    """A person's word stands over the machine's. Refused: 409 check_outdated, check_cannot_move."""
    check = actions.decide(
        check_id=_check(check_id).pk,
        verdict=body.verdict,
        statement=body.statement,
        by=_staff(request).email,
    )
    return _shown(request, check)


@router.get("/words", response=WordsOut, summary="Prohibited words")
def list_words(request: HttpRequest) -> dict[str, Any]:
    """What nobody may write in this shop; a text that holds one is refused without a check."""
    return {"items": queries.word_rows()}


@router.post("/words", response={201: WordOut}, summary="Prohibit a word")
def add_word(request: HttpRequest, body: WordIn) -> Any:
    """Capitals and full-width letters count as the small ones. Refused: 409 too_many_words,
    422 word_unfit."""
    return Status(201, actions.prohibit(word=body.word, by=_staff(request).email))


@router.delete("/words/{uuid:word_id}", response={204: None}, summary="Allow a word again")
def remove_word(request: HttpRequest, word_id: UUID) -> Any:
    """What was refused for it is checked when its author sends it again."""
    word = queries.find_word(word_id)
    if word is None:
        raise Http404
    actions.allow(word=word)
    return Status(204, None)


def _check(check_id: UUID) -> Check:
    found = queries.find_check(check_id)
    if found is None:
        raise Http404
    return found


def _staff(request: HttpRequest) -> StaffMember:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, StaffMember)
    return found


def _shown(request: HttpRequest, check: Check) -> dict[str, Any]:
    language = get_language_from_request(request)
    names = ("id", "part", "kind", "author_id", "state", "reason", "label", "statement")
    is_picture = check.kind == PartKind.PICTURE
    return {
        **{name: getattr(check, name) for name in names},
        "subject_kind": check.content.kind,
        "subject_id": check.content.subject_id,
        "text": "" if is_picture else check.body,
        "picture_url": queries.public_address(check.body) if is_picture else "",
        "reason_in_words": labels.sentence(check.reason, check.label, language),
        "label_in_words": labels.label_in_words(check.label, language) if check.label else "",
        "decided_by": check.decided_by,
        "created_at": check.created_at,
    }
