"""Reading an archive that anybody may have made: nothing in it is believed before it is checked.

The manifest vouches for every member by size and SHA-256; what it does not name, or names outside
of the three known folders, is refused. Nothing is ever unpacked to a disk by its own name.
"""

import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from pydantic import ValidationError

from kernel.errors import Refusal
from tenants.archives import manifest
from tenants.archives.manifest import Manifest

_PIECE = 256 * 1024
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
"""What reading a member raises that is cut off, overwritten, encrypted or packed as never heard."""
_NAMES = re.compile(
    rf"tables/[a-z0-9_]{{1,63}}\.tsv|platform/[a-z_]{{1,63}}\.jsonl|files/{_SEGMENT}(/{_SEGMENT})*"
)


class ArchiveUnreadable(Refusal):
    """The file is no archive of a shop, or holds what no archive holds."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "This is no archive of a shop: {what}."
    zh: ClassVar[str] = "这不是小铺存档：{what}。"


class ArchiveDamaged(Refusal):
    """A member is not what the manifest says of it."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "The archive is damaged: {what}."
    zh: ClassVar[str] = "存档已损坏：{what}。"


class ArchiveTooLarge(Refusal):
    """It would unpack to more than settings.ARCHIVE_MOST_BYTES."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "The archive unpacks to {gb} GB; at most {most} GB are brought in."
    zh: ClassVar[str] = "存档解压后有 {gb} GB，最多允许 {most} GB。"


class Archive:
    """An archive whose manifest and members agree by name and size."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self.manifest = _manifest_of(opened)
        _check_members(opened, self.manifest)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member's bytes; raise ArchiveDamaged as soon as they cannot be what was said."""
        wanted = self.manifest.members[name]
        digest, count = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as content:
                while piece := content.read(_PIECE):
                    count += len(piece)
                    if count > wanted.bytes:
                        raise ArchiveDamaged(what=f"{name} is longer than it says")
                    digest.update(piece)
                    yield piece
        except _UNREADABLE as error:
            raise ArchiveDamaged(what=f"{name} cannot be read") from error
        if count != wanted.bytes or digest.hexdigest() != wanted.sha256:
            raise ArchiveDamaged(what=f"{name} is not what the manifest says")

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a member's lines, of at most a few megabytes each."""
        rest = b""
        for piece in self.pieces(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
            if len(rest) > 16 * 2**20:
                raise ArchiveDamaged(what=f"{name} holds an endless line")
        if rest:
            raise ArchiveDamaged(what=f"{name} ends within a line")

    def verify(self) -> None:
        """Read everything once. Raises ArchiveDamaged."""
        for name in self.manifest.members:
            for _ in self.pieces(name):
                pass


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive. Raises ArchiveUnreadable, ArchiveDamaged, ArchiveTooLarge."""
    try:
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise ArchiveUnreadable(what="it is no ZIP file") from error
    with file:
        yield Archive(file)


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(manifest.NAME).file_size > manifest.MOST_BYTES:
            raise ArchiveUnreadable(what="its manifest is too large")
        with archive.open(manifest.NAME) as content:
            text = content.read(manifest.MOST_BYTES + 1)
    except KeyError as error:
        raise ArchiveUnreadable(what="it has no manifest.json") from error
    except _UNREADABLE as error:
        raise ArchiveUnreadable(what="its manifest cannot be read") from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "everything"
        raise ArchiveUnreadable(what=f"its manifest is wrong at {where}") from error


def _check_members(archive: zipfile.ZipFile, said: Manifest) -> None:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise ArchiveUnreadable(what="a name stands in it twice")
    if foreign := sorted(set(names) - set(said.members) - {manifest.NAME}):
        raise ArchiveUnreadable(what=f"{foreign[0][:80]!r} is not in its manifest")
    if missing := sorted(set(said.members) - set(names)):
        raise ArchiveDamaged(what=f"{missing[0]} is missing")
    if strange := [n for n in said.members if not _NAMES.fullmatch(n) or ".." in n]:
        raise ArchiveUnreadable(what=f"{strange[0][:80]!r} is no name of a member")
    sizes = {info.filename: info.file_size for info in infos}
    total = sum(sizes.values())
    if total > settings.ARCHIVE_MOST_BYTES:
        most = settings.ARCHIVE_MOST_BYTES // 10**9
        raise ArchiveTooLarge(gb=f"{total / 10**9:.1f}", most=most)
    for name, member in said.members.items():
        if sizes[name] != member.bytes:
            raise ArchiveDamaged(what=f"{name} has another size than the manifest says")
