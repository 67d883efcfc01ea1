"""Files at rest: names that say whose and what, written once, never overwritten."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, cast

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.errors import Refusal

# What may lie in storage, and under which ending: a server that guesses the type from the name
# then always guesses what we meant. Nothing here runs in a browser.
ENDINGS_BY_CONTENT_TYPE = {
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/csv": ".csv",
    "text/plain": ".txt",
}

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


class FileNameRefused(Refusal):
    """A prefix, name or key that could lead outside its owner's folder, or a foreign type."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "“{name}” cannot be used as a file name here."
    zh: ClassVar[str] = "“{name}”不能用作文件名。"


def put(*, prefix: str, name: str, data: bytes, content_type: str) -> str:
    """Keep `data` and return its key, `prefix/sha256/name`.

    The same bytes under the same prefix and name are kept once and give the same key. `prefix`
    begins with the tenant's id. Raises `FileNameRefused`.
    """
    _check(prefix)
    if "/" in name or ENDINGS_BY_CONTENT_TYPE.get(content_type) != PurePosixPath(name).suffix:
        raise FileNameRefused(name=name)
    key = _check(f"{prefix}/{hashlib.sha256(data).hexdigest()}/{name}")
    if default_storage.exists(key):
        if default_storage.size(key) == len(data):
            return key
        default_storage.delete(key)  # half a file, left by a process that died while writing
    return default_storage.save(key, SimpleUploadedFile(name, data, content_type))


def url(key: str) -> str:
    """Return the address under which the file is served. Raises `FileNameRefused`."""
    return default_storage.url(_check(key))


def read(key: str) -> bytes:
    """Return what was kept under a key. Raises `FileNameRefused`, FileNotFoundError."""
    with default_storage.open(_check(key)) as file:
        data: bytes = file.read()
    return data


def opened(key: str) -> BinaryIO:
    """Open what was kept under a key. Raises `FileNameRefused`, FileNotFoundError."""
    return cast(BinaryIO, default_storage.open(_check(key)))


def keys(prefix: str) -> Iterator[str]:
    """Yield the key of every file under the folder `prefix`, in order of names."""
    yield from _keys(_check(prefix))


def content_type_of(name: str) -> str | None:
    """Return what a file of this name is; None where its kind may not lie in storage."""
    ending = PurePosixPath(name).suffix
    return next((kind for kind, its in ENDINGS_BY_CONTENT_TYPE.items() if its == ending), None)


def delete_prefix(prefix: str) -> int:
    """Delete every file under the folder `prefix`, and return how many there were."""
    return _delete_folder(_check(prefix))


def _keys(folder: str) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for inner in sorted(folders):
        yield from _keys(f"{folder}/{inner}")
    yield from (f"{folder}/{name}" for name in sorted(names))


def _delete_folder(folder: str) -> int:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    deleted = sum(_delete_folder(f"{folder}/{inner}") for inner in folders)
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)  # the emptied folder itself, where storage has folders
    return deleted + len(names)


def _check(path: str) -> str:
    segments = path.split("/")
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise FileNameRefused(name=path[:100])
    return path
