"""Bugs that no ordinary run shows: each is planted into a child, and a crash must find it."""

import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from billing.inbox import actions as inbox
from billing.payments import accepting
from billing.payments import actions as payments
from billing.payments.models import Attempt
from jobs.messages import publish
from kernel import clock
from kernel.identifiers import uuid7
from shop.idempotency import actions as idempotency
from shop.idempotency.models import Key
from shop.inventory import actions as inventory
from shop.orders import storefront
from tests.faults.purchase import World


def publishes_after_commit(_: World) -> None:
    """The message goes out once the change is safe: usually."""

    def later(message: Any, **options: Any) -> None:
        def send() -> None:
            with transaction.atomic():
                publish(message, **options)

        transaction.on_commit(send)

    accepting.publish = inbox.publish = later


def takes_a_new_number_on_every_try(_: World) -> None:
    """WeChat hears a number that is written down only afterwards, over the one before."""
    order = payments._order

    def try_with_another(attempt: Attempt, merchant: Any) -> str:
        attempt.out_trade_no = f"{attempt.out_trade_no[:20]}{secrets.token_hex(4)}"
        prepay_id = order(attempt, merchant)
        Attempt.objects.filter(pk=attempt.pk).update(out_trade_no=attempt.out_trade_no)
        return prepay_id

    payments._order = try_with_another


def posts_outside_the_transaction(_: World) -> None:
    """The payment is taken first, the journal is written next."""
    post = accepting._post
    accepting._post = lambda *what: transaction.on_commit(lambda: post(*what))


def keeps_the_key_after_the_verb(_: World) -> None:
    """The order is made in one transaction, its key is kept in the next."""

    def once(request: HttpRequest, *, caller: str, body: Any, do: Any) -> HttpResponse:
        key = request.headers[idempotency.HEADER]
        known = Key.objects.filter(caller=caller, key=key).first()
        if known:
            return idempotency._respond(known.status, bytes(known.body))
        with transaction.atomic():
            status, answer = do()
        content = answer.model_dump_json().encode()
        Key.objects.create(
            id=uuid7(),
            caller=caller,
            key=key,
            request_hash=idempotency._hash(request, body),
            status=status,
            body=content,
            created_at=clock.now(),
        )
        return idempotency._respond(status, content)

    storefront.once = once


def acknowledges_before_the_work(world: World) -> None:
    """The message leaves the queue when the worker takes it."""
    world.acks_first = True


def takes_the_goods_outside_the_transaction(_: World) -> None:
    """The order is paid first, the goods leave the shelf next."""
    consume = inventory.consume
    inventory.consume = lambda **what: transaction.on_commit(lambda: consume(**what))


ALL = [
    publishes_after_commit,
    takes_a_new_number_on_every_try,
    posts_outside_the_transaction,
    keeps_the_key_after_the_verb,
    acknowledges_before_the_work,
    takes_the_goods_outside_the_transaction,
]
