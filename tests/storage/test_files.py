"""Files at rest: named by whose and what, written once, never outside their folder."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

if not settings.configured:
    settings.configure()

from storage import files
from storage.files import FileNameRefused

DATA = b"RIFF....WEBP"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    storage = FileSystemStorage(location=tmp_path / "files", base_url="/files/")
    monkeypatch.setattr(files, "default_storage", storage)
    return tmp_path / "files"


def put(
    prefix: str = "t7/photos",
    name: str = "800.webp",
    data: bytes = DATA,
    content_type: str = "image/webp",
) -> str:
    return files.put(prefix=prefix, name=name, data=data, content_type=content_type)


def everything(disk: Path) -> list[str]:
    return sorted(str(path.relative_to(disk)) for path in disk.rglob("*") if path.is_file())


def test_a_key_says_whose_and_what(disk: Path) -> None:
    key = put()
    assert key == f"t7/photos/{DIGEST}/800.webp"
    assert (disk / key).read_bytes() == DATA
    assert files.url(key) == f"/files/t7/photos/{DIGEST}/800.webp"


def test_the_same_bytes_are_kept_once(disk: Path) -> None:
    key = put()
    before = (disk / key).stat()
    assert put() == key
    assert (disk / key).stat().st_mtime_ns == before.st_mtime_ns
    assert everything(disk) == [key]


def test_other_bytes_under_the_same_name_overwrite_nothing(disk: Path) -> None:
    first, second = put(), put(data=b"RIFF0000WEBP")
    assert first != second
    assert (disk / first).read_bytes() == DATA
    assert (disk / second).read_bytes() == b"RIFF0000WEBP"


def test_half_a_file_of_a_dead_process_is_replaced(disk: Path) -> None:
    key = put()
    (disk / key).write_bytes(DATA[:5])
    assert put() == key
    assert (disk / key).read_bytes() == DATA
    assert everything(disk) == [key]


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "/",
        "..",
        "../t8",
        "t7/..",
        "t7/../t8",
        "/etc",
        "t7//photos",
        "t7/",
        "t7\\x",
        "t7\x00",
        "~",
        ".hidden",
        "店",
        "t7\n",
    ],
)
def test_a_prefix_that_could_lead_outside_is_refused(disk: Path, prefix: str) -> None:
    with pytest.raises(FileNameRefused):
        put(prefix=prefix)
    with pytest.raises(FileNameRefused):
        files.delete_prefix(prefix)
    assert not disk.exists()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../800.webp",
        "a/800.webp",
        "..",
        ".webp",
        "a\\b.webp",
        "a\x00.webp",
        "800.webp\n",
        "x" * 200 + ".webp",
        "800.html",
        "800.webp.html",
        "800",
        "800.svg",
    ],
)
def test_a_name_that_could_mislead_is_refused(disk: Path, name: str) -> None:
    with pytest.raises(FileNameRefused):
        put(name=name)
    assert not disk.exists()


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "application/javascript", "", "image/png"]
)
def test_a_type_that_does_not_fit_the_name_is_refused(disk: Path, content_type: str) -> None:
    with pytest.raises(FileNameRefused):
        put(content_type=content_type)
    assert not disk.exists()


@pytest.mark.parametrize("key", ["../secret.webp", "/etc/passwd", "t7/../t8/x.webp", ""])
def test_no_address_is_given_for_a_key_that_leads_outside(disk: Path, key: str) -> None:
    with pytest.raises(FileNameRefused):
        files.url(key)


def test_a_prefix_is_deleted_with_all_below_and_nothing_beside(disk: Path) -> None:
    (
        put(),
        put(name="400.webp"),
        put(prefix="t7/exports", name="orders.csv", content_type="text/csv"),
    )
    neighbours = sorted([put(prefix="t70/photos"), put(prefix="t8/photos")])
    assert files.delete_prefix("t7") == 3
    assert everything(disk) == neighbours
    assert not (disk / "t7").exists()


def test_deleting_what_is_not_there_deletes_nothing(disk: Path) -> None:
    key = put()
    assert files.delete_prefix("t9") == 0
    assert everything(disk) == [key]
