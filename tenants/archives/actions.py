"""What is done with archives. Each verb leaves a whole shop, or nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from django.db import IntegrityError

from kernel import clock, identifiers
from kernel.errors import Refusal
from storage import files
from tenants.archives import personal, reading, strays
from tenants.archives.loading import load
from tenants.archives.moving_in import move_in
from tenants.archives.reading import Archive, ArchiveDamaged
from tenants.archives.states import StraySide
from tenants.archives.tables import Tell, tell_nobody
from tenants.archives.writing import write_here
from tenants.models import Account, Tenant
from tenants.states import TenantState

_UNCLAIMED = timedelta(days=1)
_MOST_FILE_BYTES = 64 * 2**20
"""A file is held in memory once; pictures are far smaller."""


class ShopIsHere(Refusal):
    """This installation has the shop already, or one with its name or its code."""

    en: ClassVar[str] = "This installation already has a shop with the {what} “{value}”."
    zh: ClassVar[str] = "本系统已有{what}为“{value}”的小铺。"


def import_shop(
    *, path: Path, owner: Account, name: str = "", tell: Tell = tell_nobody
) -> Tenant:
    """Bring a shop in from an archive, under its own public id, owned by `owner`.

    It is open when this returns, on a trial of the default plan, with its jobs running; its
    mini-programs and its merchant number have to be bound again. Raises ShopIsHere, and what
    `reading` and `loading` raise; then nothing of it is here.
    """
    with reading.opened(path) as archive:
        facts = archive.manifest.shop
        wanted = name or facts.name
        _require_free(facts.public_id, facts.code, wanted)
        archive.verify()
        strays.drop_of(facts.public_id, StraySide.ARRIVING)  # of an import that was killed
        with _or_nothing(facts.public_id, folder=facts.public_id):
            schema = load(archive, until=clock.now() + _UNCLAIMED, tell=tell)
            put_files(archive, facts.public_id)
            try:
                return move_in(
                    archive,
                    schema,
                    owner=owner,
                    name=wanted,
                    public_id=facts.public_id,
                    code=facts.code,
                    state=TenantState.TRIAL,
                )
            except IntegrityError as error:  # somebody was quicker
                raise ShopIsHere(what="name", value=wanted) from error


def clone_shop(
    *, tenant: Tenant, owner: Account, name: str = "", tell: Tell = tell_nobody
) -> Tenant:
    """Make a sandbox: the shop as it is now with its personal data masked, owned by `owner`.

    Nothing can be ordered or paid there and nothing is said to WeChat. Its files are copies.
    Raises ShopIsHere for a name that is taken.
    """
    public_id, code = identifiers.opaque(12), identifiers.opaque(6).upper()
    wanted = (name or f"{tenant.name[:20]} {code}").strip()
    _require_free(public_id, code, wanted)
    source = tenant.public_id

    def change(cursor: Any, schema: str) -> None:
        personal.mask(cursor, schema)
        personal.move_folder(cursor, schema, source, public_id)

    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        path = Path(folder) / "shop.zip"
        write_here(source, path, tell=tell)
        with reading.opened(path) as archive, _or_nothing(source, folder=public_id):
            strays.drop_of(source, StraySide.ARRIVING)
            schema = load(archive, until=clock.now() + _UNCLAIMED, change=change)
            put_files(archive, public_id)
            return move_in(
                archive,
                schema,
                owner=owner,
                name=wanted,
                public_id=public_id,
                code=code,
                state=TenantState.SANDBOX,
            )


def put_files(archive: Archive, public_id: str) -> None:
    """Keep the archive's files under the shop's folder. Raises ArchiveDamaged."""
    for key, member in archive.manifest.files().items():
        path = PurePosixPath(key)
        kind = files.content_type_of(path.name)
        if kind is None or len(path.parts) < 2 or member.bytes > _MOST_FILE_BYTES:
            raise ArchiveDamaged(what=f"{key} is no file of a shop")
        folder = "/".join((public_id, *path.parts[:-2]))
        data = b"".join(archive.pieces(f"files/{key}"))
        if files.put(prefix=folder, name=path.name, data=data, content_type=kind) != (
            f"{public_id}/{key}"
        ):
            raise ArchiveDamaged(what=f"{key} is not named after what is in it")


@contextmanager
def _or_nothing(public_id: str, *, folder: str) -> Iterator[None]:
    """Take the schema that arrived and the files back when anything fails."""
    try:
        yield
    except BaseException:
        strays.drop_of(public_id, StraySide.ARRIVING)
        files.delete_prefix(folder)
        raise


def _require_free(public_id: str, code: str, name: str) -> None:
    if Tenant.objects.filter(public_id=public_id).exists():
        raise ShopIsHere(what="id", value=public_id)
    if Tenant.objects.filter(code=code).exists():
        raise ShopIsHere(what="code", value=code)
    if Tenant.objects.filter(name__iexact=name).exists():
        raise ShopIsHere(what="name", value=name)
