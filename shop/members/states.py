"""The life of a member: welcome, or blocked by the shop."""

from enum import StrEnum

from kernel.states import Flow


class MemberState(StrEnum):
    """Where a member stands."""

    ACTIVE = "active"
    BLOCKED = "blocked"


S = MemberState
MEMBER_FLOW = Flow(
    start=S.ACTIVE,
    steps={S.ACTIVE: frozenset({S.BLOCKED}), S.BLOCKED: frozenset({S.ACTIVE})},
)
