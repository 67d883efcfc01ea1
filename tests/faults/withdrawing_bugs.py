"""Bugs of withdrawals that no ordinary run shows: a crash must find each."""

import secrets
from dataclasses import replace
from typing import Any

from django.db import transaction

from billing.withdrawals import accepting, actions
from jobs.messages import publish
from tests.faults.withdrawing import World
from wechat import transfers
from wechat.errors import OrderNotExist


def publishes_after_commit(_: World) -> None:
    """The worker hears of the yes once it is safe: usually."""

    def later(message: Any, **options: Any) -> None:
        def send() -> None:
            with transaction.atomic():
                publish(message, **options)

        transaction.on_commit(send)

    actions.publish = later


def takes_a_new_number_on_every_try(_: World) -> None:
    """WeChat hears a number that this process makes up, and only this process remembers."""
    create, query = transfers.create, transfers.query
    made: dict[str, str] = {}

    def create_under_another(**asked: Any) -> Any:
        number = asked["out_bill_no"]
        made[number] = f"{number[:20]}{secrets.token_hex(4)}"
        answer = create(**{**asked, "out_bill_no": made[number]})
        return replace(answer, out_bill_no=number)

    def query_the_other(*, sub_mchid: str | None, out_bill_no: str) -> Any:
        if out_bill_no not in made:
            raise OrderNotExist("unknown", code="NOT_FOUND")
        told = query(sub_mchid=sub_mchid, out_bill_no=made[out_bill_no])
        return replace(told, out_bill_no=out_bill_no)

    transfers.create, transfers.query = create_under_another, query_the_other


def resolves_outside_the_transaction(_: World) -> None:
    """The withdrawal is paid first, the books hear of it next."""
    pay_out = accepting.books.pay_out
    accepting.books.pay_out = lambda row: transaction.on_commit(lambda: pay_out(row))


def holds_outside_the_transaction(_: World) -> None:
    """The request is kept first, the money is held next."""
    hold = actions.books.hold
    actions.books.hold = lambda row: transaction.on_commit(lambda: hold(row))


ALL = [
    publishes_after_commit,
    takes_a_new_number_on_every_try,
    resolves_outside_the_transaction,
    holds_outside_the_transaction,
]
