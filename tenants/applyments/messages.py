"""Facts about applyments that others may hear. All on the platform."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FollowApplyment:
    """Hand an applyment to WeChat, or ask how it stands."""

    applyment_id: int


@dataclass(frozen=True)
class ApplymentsDue:
    """It is time to ask WeChat about applyments, and to forget idle drafts."""
