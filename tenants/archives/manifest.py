"""What an archive says of itself: `manifest.json`, its last member. docs/operators/backups.md.

Every other member stands in it with its size and SHA-256, so that one file vouches for the rest.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NAME = "manifest.json"
MOST_BYTES = 64 * 2**20
"""No manifest is larger: a hundred thousand files take 20 MB."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, StringConstraints(max_length=200)]


class Part(BaseModel):
    """Strict: what is not known is refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Staff(Part):
    """Somebody who works in the shop: to be invited again, for accounts do not travel."""

    email: Word
    role: Word


class Program(Part):
    """A mini-program of the shop: to be authorised again, for credentials do not travel."""

    appid: Word
    kind: Word
    name: Word


class ShopFacts(Part):
    """The shop's row on the platform."""

    public_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{4,16}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{2,8}$")]
    name: Annotated[str, StringConstraints(min_length=2, max_length=60)]
    state: Word
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    timezone: Annotated[str, StringConstraints(max_length=40)]
    modules: list[Word]
    created_at: datetime
    staff: list[Staff]
    programs: list[Program]
    sub_mchid: Word


class Member(Part):
    """A file inside the archive. `rows` and `columns` are a table's."""

    sha256: Sha256
    bytes: int = Field(ge=0)
    rows: int | None = Field(default=None, ge=0)
    columns: list[Word] | None = None


class Manifest(Part):
    """Everything that must be true of the archive, and of the shop that is made from it."""

    format: Literal["xiaopu-shop"] = "xiaopu-shop"
    version: Literal[1] = 1
    made_at: datetime
    """The moment of the snapshot: all tables are as they were then."""
    shop: ShopFacts
    schema_version: Word
    migrations: list[tuple[Word, Word]]
    sequences: dict[Word, int]
    """`table.column` and the last number that was given out."""
    sums: dict[Word, list[list[str]]]
    """What the books come to, by name of the sum (settings.ARCHIVE_SUMS)."""
    members: dict[Annotated[str, StringConstraints(max_length=400)], Member]

    def tables(self) -> dict[str, Member]:
        """Return the members that are tables of the shop, by table."""
        return {
            name.removeprefix("tables/").removesuffix(".tsv"): member
            for name, member in self.members.items()
            if name.startswith("tables/")
        }

    def files(self) -> dict[str, Member]:
        """Return the members that are files of the shop, by their key below the shop's folder."""
        return {
            name.removeprefix("files/"): member
            for name, member in self.members.items()
            if name.startswith("files/")
        }

    @property
    def rows_count(self) -> int:
        """Return how many rows of the shop's tables are in it."""
        return sum(member.rows or 0 for member in self.tables().values())
