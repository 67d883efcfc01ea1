"""The same key gives the same answer, byte for byte, and only one effect."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from ninja import Schema

from kernel import clock
from shop.idempotency import actions
from shop.idempotency.actions import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    IdempotencyKeyUnfit,
    once,
)
from shop.idempotency.messages import OldKeysDue
from shop.idempotency.models import Key
from shop.members.actions import MemberBlocked

pytestmark = pytest.mark.django_db


class Said(Schema):
    word: str


class Verb:
    """Something that must happen once."""

    def __init__(self) -> None:
        self.ran = 0
        self.refusal: Exception | None = None

    def __call__(self):
        self.ran += 1
        if self.refusal:
            raise self.refusal
        return 201, Said(word=f"done {self.ran}")


def ask(verb, *, key="k1", word="hello", caller="member:1", path="/orders"):
    headers = {} if key is None else {"Idempotency-Key": key}
    request = RequestFactory().post(path, headers=headers)
    return once(request, caller=caller, body=Said(word=word), do=verb)


def test_the_first_request_runs_and_is_no_replay(shop):
    verb = Verb()
    answer = ask(verb)
    assert (answer.status_code, answer.content) == (201, b'{"word":"done 1"}')
    assert "Idempotent-Replay" not in answer.headers
    assert verb.ran == 1


def test_a_repeat_gets_the_same_bytes_and_nothing_happens(shop):
    verb = Verb()
    first, second = ask(verb), ask(verb)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Idempotent-Replay"] == "true"
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert verb.ran == 1
    assert Key.objects.count() == 1


@pytest.mark.parametrize("other", [{"word": "bye"}, {"path": "/refunds"}])
def test_the_same_key_for_something_else_is_refused(shop, other):
    verb = Verb()
    ask(verb)
    with pytest.raises(IdempotencyKeyReused) as refused:
        ask(verb, **other)
    assert refused.value.status == 422
    assert verb.ran == 1


def test_two_callers_may_use_the_same_key(shop):
    verb = Verb()
    assert ask(verb).content == b'{"word":"done 1"}'
    assert ask(verb, caller="member:2").content == b'{"word":"done 2"}'


def test_a_refusal_stores_nothing_and_may_be_tried_again(shop):
    verb = Verb()
    verb.refusal = MemberBlocked()
    with pytest.raises(MemberBlocked):
        ask(verb)
    assert not Key.objects.exists()
    verb.refusal = None
    assert ask(verb).status_code == 201
    assert verb.ran == 2


def test_a_request_without_a_key_is_refused(shop):
    verb = Verb()
    with pytest.raises(IdempotencyKeyMissing):
        ask(verb, key=None)
    assert verb.ran == 0


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tinside", "钥匙"])
def test_a_key_that_no_header_should_hold_is_refused(shop, key):
    verb = Verb()
    with pytest.raises(IdempotencyKeyUnfit):
        ask(verb, key=key)
    assert verb.ran == 0


def test_a_key_of_255_characters_is_fine(shop):
    assert ask(Verb(), key="x" * 255).status_code == 201


def test_keys_are_forgotten_after_two_days_and_not_before(shop):
    verb = Verb()
    ask(verb, key="old")
    with clock.ahead(timedelta(hours=2)):
        ask(verb, key="young")
    with clock.ahead(timedelta(hours=48, minutes=1)):
        assert actions.forget_old() == 1
    assert list(Key.objects.values_list("key", flat=True)) == ["young"]


def test_the_schedule_sends_each_shop_its_day_of_forgetting():
    from jobs.schedule import entries

    (entry,) = [e for e in entries() if isinstance(e.message, OldKeysDue)]
    assert (entry.seconds, entry.each_shop) == (86_400, True)
