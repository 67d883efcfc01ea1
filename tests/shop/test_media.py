"""Pictures: fetched or sent, made anew, and never taken on trust."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow

from kernel.identifiers import uuid7
from shop.media import actions, queries
from shop.media.models import Image
from storage import fetch
from storage.fetch import FetchReason, FetchRefused
from tenants import context

pytestmark = pytest.mark.django_db


def png(size: tuple[int, int] = (900, 300)) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def internet(monkeypatch):
    answers: dict[str, list[Any]] = {}

    def fetch_image(url: str) -> bytes:
        found = answers[url].pop(0) if len(answers[url]) > 1 else answers[url][0]
        if isinstance(found, FetchReason):
            raise FetchRefused(found)
        return found

    monkeypatch.setattr(fetch, "fetch_image", fetch_image)
    return answers


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def office(shop, owner):
    client = Client(headers={"Accept-Language": "en"})
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    def call(method: str, path: str, **more: Any) -> Any:
        return getattr(client, method)(f"/b/{shop.public_id}/v1{path}", **more)

    return call


URL = "https://pictures.example/a.png"


def test_a_wanted_picture_is_fetched_and_kept(shop, internet, run_jobs, files):
    internet[URL] = [png()]
    image = actions.want_many(source_urls=[URL])[URL]
    assert (image.state, image.medium_key) == ("pending", "")
    assert run_jobs() == 1
    image.refresh_from_db()
    assert (image.state, image.width, image.height) == ("stored", 900, 300)
    for key in (image.small_key, image.medium_key, image.large_key):
        assert key.startswith(f"{shop.public_id}/images/")
        assert (files / key).read_bytes()[8:12] == b"WEBP"


def test_an_address_is_fetched_once_however_often_it_is_wanted(shop, internet, queued, run_jobs):
    internet[URL] = [png()]
    first = actions.want_many(source_urls=[URL, URL])
    again = actions.want_many(source_urls=[URL])
    assert first[URL].pk == again[URL].pk
    assert len(queued("fetch_image")) == 1
    run_jobs()
    assert actions.want_many(source_urls=[URL])[URL].state == "stored"
    assert queued("fetch_image") == []


def test_a_temporary_reason_is_tried_three_times(shop, internet, run_jobs):
    internet[URL] = [FetchReason.TOO_SLOW]
    image = actions.want_many(source_urls=[URL])[URL]
    assert run_jobs() == 1
    image.refresh_from_db()
    assert (image.state, image.failure_code, image.attempt_count) == ("pending", "too_slow", 1)
    assert run_jobs() == 0
    assert run_jobs(ahead=3600) == 2
    image.refresh_from_db()
    assert (image.state, image.failure_code, image.attempt_count) == ("failed", "too_slow", 3)


def test_a_second_try_can_succeed(shop, internet, run_jobs):
    internet[URL] = [FetchReason.CANNOT_BE_REACHED, png()]
    image = actions.want_many(source_urls=[URL])[URL]
    run_jobs(ahead=3600)
    image.refresh_from_db()
    assert (image.state, image.failure_code) == ("stored", "")


@pytest.mark.parametrize("answer", [FetchReason.NOT_FOUND, FetchReason.HOST_NOT_ALLOWED, b"<html>"])
def test_a_lasting_reason_is_not_tried_again(shop, internet, run_jobs, answer):
    internet[URL] = [answer]
    image = actions.want_many(source_urls=[URL])[URL]
    assert run_jobs(ahead=3600) == 1
    image.refresh_from_db()
    assert image.state == "failed"
    assert image.failure_code == ("not_a_picture" if answer == b"<html>" else str(answer))
    assert queries.why(image.failure_code, "en") != queries.why(image.failure_code, "zh")


def test_a_message_heard_twice_or_of_nothing_is_harmless(shop, internet, run_jobs):
    from django.db import transaction

    from jobs.messages import publish
    from shop.media.messages import FetchImage

    internet[URL] = [png()]
    image = actions.want_many(source_urls=[URL])[URL]
    with transaction.atomic():
        publish(FetchImage(image.pk))
        publish(FetchImage(uuid7()))
    assert run_jobs() == 3
    image.refresh_from_db()
    assert image.state == "stored"


def test_staff_send_a_picture_and_see_ours(shop, office):
    file = SimpleUploadedFile("../../evil.php", png(), "text/html")
    answer = office("post", "/images", data={"file": file})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["width"], body["failure"]) == ("stored", 900, "")
    assert body["medium_url"].startswith(f"/media/{shop.public_id}/images/")
    assert body["medium_url"].endswith("/400.webp")
    again = office("post", "/images", data={"file": SimpleUploadedFile("b.png", png())})
    assert again.json()["id"] == body["id"]
    assert office("get", f"/images/{body['id']}").json() == body
    assert office("get", f"/images/{uuid7()}").status_code == 404


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", png()[:200]])
def test_what_is_no_picture_is_refused(shop, office, data):
    answer = office("post", "/images", data={"file": SimpleUploadedFile("a.png", data)})
    assert (answer.status_code, answer.json()["code"]) == (422, "picture_refused")
    assert not Image.objects.exists()


def test_too_large_a_file_is_refused(shop, office):
    file = SimpleUploadedFile("a.png", png() + bytes(10 * 1024 * 1024))
    answer = office("post", "/images", data={"file": file})
    assert answer.json()["facts"]["reason"] == "too_many_bytes"


def test_a_failed_picture_can_be_tried_again(shop, office, internet, run_jobs):
    internet[URL] = [FetchReason.NOT_FOUND, png()]
    image = actions.want_many(source_urls=[URL])[URL]
    run_jobs()
    shown = office("get", f"/images/{image.pk}").json()
    assert (shown["state"], shown["failure"], shown["large_url"]) == (
        "failed", "The server did not give this picture.", "",
    )  # fmt: skip
    assert office("post", f"/images/{image.pk}/retry").json()["state"] == "pending"
    run_jobs()
    image.refresh_from_db()
    assert image.state == "stored"
    refused = office("post", f"/images/{image.pk}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "image_cannot_move")


def test_a_picture_of_another_shop_is_unknown(shop, other_shop, office):
    with context.activate(other_shop):
        theirs = actions.upload(data=png())
    assert office("get", f"/images/{theirs.pk}").status_code == 404
