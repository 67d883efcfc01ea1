"""The parts of an app's configuration, and where each stands."""

from enum import StrEnum

from kernel.states import Flow


class Part(StrEnum):
    """What is configured, in this order."""

    INFO = "info"
    """Name, picture, owner: read."""
    DOMAINS = "domains"
    """The servers that its code may speak to: set."""
    PRIVACY = "privacy"
    """The guide that tells customers which data is collected: set."""
    CATEGORIES = "categories"
    """What WeChat lets it sell: read."""


class SettingState(StrEnum):
    """Where a part stands. Only `programs.moves` writes it."""

    WANTED = "wanted"
    APPLYING = "applying"
    """The intent is committed; WeChat may or may not have heard it. Applying again is harmless."""
    APPLIED = "applied"
    FAILED = "failed"
    """WeChat said no; `problem_code` says why, and the next `configure` tries again."""


S = SettingState
SETTING_FLOW = Flow(
    start=S.WANTED,
    steps={
        S.WANTED: frozenset({S.WANTED, S.APPLYING}),
        S.APPLYING: frozenset({S.APPLYING, S.APPLIED, S.FAILED, S.WANTED}),
        S.APPLIED: frozenset({S.WANTED}),
        S.FAILED: frozenset({S.WANTED}),
    },
)


class WhyUnplaced(StrEnum):
    """Why an authorisation found no shop."""

    TAKEN = "taken"
    """The app belongs to another shop."""
    UNKNOWN = "unknown"
    """Nobody of ours asked for it: no ticket of ours, no shop has the app."""


class RegistrationState(StrEnum):
    """Where the registration of a new mini-program stands. Only `programs.moves` writes it."""

    ASKING = "asking"
    """The intent is committed; WeChat may or may not have heard it."""
    WAITING = "waiting"
    """For the company's legal person, who has 24 hours."""
    REGISTERED = "registered"
    FAILED = "failed"
    """WeChat said no, or the legal person said nothing; `problem_code` says why."""


R = RegistrationState
REGISTRATION_FLOW = Flow(
    start=R.ASKING,
    steps={
        R.ASKING: frozenset({R.WAITING, R.REGISTERED, R.FAILED}),
        R.WAITING: frozenset({R.REGISTERED, R.FAILED}),
        R.REGISTERED: frozenset(),
        R.FAILED: frozenset({R.REGISTERED}),  # we gave it up before WeChat told
    },
)
OPEN_REGISTRATIONS = frozenset({R.ASKING, R.WAITING})
"""On their way. One per company, for WeChat's result names the company and not our task."""
