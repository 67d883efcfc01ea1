"""The door for customers: what is in my wallet, why, and how do I get it."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from billing.withdrawals import actions as withdrawals
from billing.withdrawals import queries as withdrawal_queries
from billing.withdrawals import transferring
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.moves import CUSTOMER
from kernel.money import Money
from shop.catalog import cursors
from shop.idempotency.actions import HEADER, once
from shop.members.auth import member
from shop.members.models import Member
from shop.wallets import actions, queries
from shop.wallets.schemas import (
    Amount,
    EntryPage,
    MyWithdrawalOut,
    QuoteOut,
    WalletOut,
    WithdrawalIn,
    WithdrawalPage,
)
from tenants import context
from wechat import http

router = Router(tags=["wallet"], auth=member)
Cursor = Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/wallet", response=WalletOut, summary="My wallet")
def show_wallet(request: HttpRequest) -> WalletOut:
    """What can be withdrawn, what is on its way, what is owed, and the rules."""
    return WalletOut.of(queries.wallet_of(_member(request).pk))


@router.get("/wallet/entries", response=EntryPage, summary="How my wallet moved")
def list_entries(request: HttpRequest, cursor: Cursor = None, limit: Limit = 20) -> EntryPage:
    """The latest first, each with its reason. Refusal: cursor_invalid."""
    return EntryPage.of(*queries.entries(_member(request).pk, cursor, limit))


@router.get("/wallet/quote", response=QuoteOut, summary="What would a withdrawal cost")
def quote(request: HttpRequest, amount_minor: Annotated[Amount, Query()]) -> QuoteOut:
    """Fee and net of an amount, as the request would have them. Holds nothing.

    Refusals: withdrawals_closed, withdrawal_too_small, fee_leaves_too_little.
    """
    amount = Money(amount_minor, context.shop().currency)
    return QuoteOut.of(withdrawals.quote_for(amount=amount))


@router.get("/withdrawals", response=WithdrawalPage, summary="My withdrawals")
def list_withdrawals(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 20
) -> dict[str, Any]:
    """The newest first. Refusal: cursor_invalid."""
    mine = withdrawal_queries.of_holder(_member(request).pk)
    items, further = queries.page(mine, cursor, limit)
    return {"items": items, "next": further}


@router.post("/withdrawals", response={201: MyWithdrawalOut}, summary="Withdraw")
def create(request: HttpRequest, body: WithdrawalIn) -> HttpResponse:
    """Needs the header Idempotency-Key. The amount is held from now on.

    Refusals: withdrawals_closed, withdrawal_too_small, fee_leaves_too_little, net_changed,
    name_needed, wallet_in_debt, wallet_too_small, daily_amount_reached, daily_count_reached,
    idempotency_key_missing, idempotency_key_reused.
    """
    mine = _member(request)

    def ask() -> tuple[int, MyWithdrawalOut]:
        row = actions.withdraw(
            member=mine,
            amount_minor=body.amount_minor,
            key=request.headers[HEADER],
            name=body.name,
            expected_net_minor=body.expected_net_minor,
        )
        return 201, _shown(mine, row.pk)

    return once(request, caller=f"member:{mine.pk}", body=body, do=ask)


@router.get(
    "/withdrawals/{uuid:withdrawal_id}", response=MyWithdrawalOut, summary="One of my withdrawals"
)
def show(request: HttpRequest, withdrawal_id: UUID) -> MyWithdrawalOut:
    """How it stands, and how to confirm it while WeChat waits for that."""
    return _shown(_member(request), withdrawal_id)


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/refresh",
    response=MyWithdrawalOut,
    summary="Ask WeChat now",
)
def refresh(request: HttpRequest, withdrawal_id: UUID) -> MyWithdrawalOut:
    """After wx.requestMerchantTransfer, whose own answer proves nothing.

    Refusal: transfer_unavailable (503; nothing was changed).
    """
    mine = _member(request)
    with http.within(http.CUSTOMER_SECONDS):
        transferring.refresh(withdrawal=_mine(mine, withdrawal_id))
    return _shown(mine, withdrawal_id)


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/cancel",
    response=MyWithdrawalOut,
    summary="Take a withdrawal back",
)
def cancel(request: HttpRequest, withdrawal_id: UUID) -> MyWithdrawalOut:
    """Until it is paid. What WeChat has already is `cancelling` until WeChat says that it is not
    paid. Again changes nothing.

    Refusals: withdrawal_cannot_move, transfer_may_be_on_its_way, transfer_unavailable (503).
    """
    mine = _member(request)
    with http.within(http.CUSTOMER_SECONDS):
        transferring.stop(withdrawal=_mine(mine, withdrawal_id), by=CUSTOMER)
    return _shown(mine, withdrawal_id)


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found


def _mine(mine: Member, withdrawal_id: UUID) -> Withdrawal:
    rows = withdrawal_queries.whole(withdrawal_queries.of_holder(mine.pk))
    row = rows.filter(pk=withdrawal_id).first()
    if row is None:
        raise Http404
    return row


def _shown(mine: Member, withdrawal_id: UUID) -> MyWithdrawalOut:
    return MyWithdrawalOut.of(_mine(mine, withdrawal_id))
