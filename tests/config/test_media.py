"""Pictures from the disk: what is one is shown, whatever else lies there is not."""

import pytest
from django.test import Client


@pytest.fixture
def disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_picture_is_kept_by_whoever_asks(disk):
    (disk / "t").mkdir()
    (disk / "t" / "a.webp").write_bytes(b"RIFF")
    answer = Client().get("/media/t/a.webp")
    assert b"".join(answer.streaming_content) == b"RIFF"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"].endswith("immutable")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/media/t/a.pdf", 404), ("/media/../secret.webp", 400), ("/media/none.webp", 404)],
)
def test_nothing_else_is_there(disk, path, status):
    (disk / "t").mkdir()
    (disk / "t" / "a.pdf").write_bytes(b"%PDF")
    (disk.parent / "secret.webp").write_bytes(b"secret")
    assert Client().get(path).status_code == status
