"""Facts about apps that others may hear. All on the platform."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConfigurationWanted:
    """An app was authorised, or somebody asked: bring its configuration to what it should be."""

    program_id: int


@dataclass(frozen=True)
class ProgramConfigured:
    """Every part of an app's configuration that was wanted was applied, or refused by WeChat."""

    program_id: int


@dataclass(frozen=True)
class ProgramAuthorised:
    """An app is ours to act for, for the first time or again."""

    program_id: int


@dataclass(frozen=True)
class ProgramsOverdue:
    """It is time to look for configurations and registrations that were given up."""


@dataclass(frozen=True)
class ProgramUnauthorised:
    """The owner took the authorisation back: nothing can be done for the app any more."""

    program_id: int
