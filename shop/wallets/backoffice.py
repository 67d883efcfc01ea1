"""The door for the shop's staff: who wants money of a wallet, yes or no, and by which rules."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from billing.withdrawals import actions as withdrawals
from billing.withdrawals import queries as withdrawal_queries
from billing.withdrawals import transferring
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import WithdrawalState
from shop.catalog import cursors
from shop.idempotency.actions import HEADER, once
from shop.wallets import actions, queries
from shop.wallets.schemas import (
    AnswerIn,
    EntryPage,
    GrantOut,
    MemberWalletPage,
    StaffWithdrawalOut,
    StaffWithdrawalPage,
    WalletOut,
    WithdrawalRulesIn,
    WithdrawalRulesOut,
    WriteOffIn,
)
from tenants.staff import StaffMember, staff
from tenants.states import Role
from wechat.transfers import Grant

router = Router(tags=["wallets"], auth=staff(Role.MANAGER))
Cursor = Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/withdrawals", response=StaffWithdrawalPage, summary="Withdrawals")
def list_withdrawals(
    request: HttpRequest,
    state: WithdrawalState | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    """The newest first, with how many stand in each state. Refusal: cursor_invalid."""
    items, further = queries.page(withdrawal_queries.search(state=state), cursor, limit)
    counts = withdrawal_queries.counts_by_state()
    return {
        "items": items,
        "next": further,
        "counts": {s: counts.get(s, 0) for s in WithdrawalState},
    }


@router.get("/withdrawals/rules", response=WithdrawalRulesOut, summary="The rules for withdrawals")
def show_rules(request: HttpRequest) -> Rules:
    """The platform's defaults, unless the shop set its own."""
    return withdrawal_queries.rules()


@router.put(
    "/withdrawals/rules",
    response=WithdrawalRulesOut,
    auth=staff(Role.OWNER),
    summary="Set the rules for withdrawals",
)
def set_rules(request: HttpRequest, body: WithdrawalRulesIn) -> Rules:
    """They count from the next request on. Refusal: rules_unfit."""
    withdrawals.set_rules(rules=body.as_rules())
    return withdrawal_queries.rules()


@router.get("/withdrawals/transfer-grant", response=GrantOut, summary="May the platform transfer")
def show_grant(request: HttpRequest) -> Grant:
    """Asked of WeChat now. Refusals: shop_cannot_transfer, transfer_unavailable (503)."""
    return transferring.grant()


@router.post(
    "/withdrawals/transfer-grant",
    response=GrantOut,
    auth=staff(Role.OWNER),
    summary="Ask to let the platform transfer",
)
def ask_grant(request: HttpRequest) -> Grant:
    """The owner then agrees at WeChat Pay. Again is harmless.

    Refusals: shop_cannot_transfer, transfer_unavailable (503).
    """
    return transferring.ask_grant()


@router.get(
    "/withdrawals/{uuid:withdrawal_id}", response=StaffWithdrawalOut, summary="A withdrawal"
)
def show(request: HttpRequest, withdrawal_id: UUID) -> Withdrawal:
    """Who asked, how it stands, and who did what."""
    return _row(withdrawal_id)


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/approve", response=StaffWithdrawalOut, summary="Say yes"
)
def approve(request: HttpRequest, withdrawal_id: UUID) -> Withdrawal:
    """With the last yes that the rules ask for, WeChat is told. Again changes nothing.

    Refusals: withdrawal_cannot_move, second_person_needed, own_withdrawal, shop_cannot_transfer.
    """
    return _done(request, withdrawal_id, lambda row, by: withdrawals.approve(withdrawal=row, by=by))


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/reject", response=StaffWithdrawalOut, summary="Say no"
)
def reject(request: HttpRequest, withdrawal_id: UUID, body: AnswerIn) -> Withdrawal:
    """The money is in the wallet again. Again changes nothing. Refusal: withdrawal_cannot_move."""
    return _done(
        request,
        withdrawal_id,
        lambda row, by: withdrawals.reject(withdrawal=row, answer=body.answer, by=by),
    )


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/paid-by-hand",
    response=StaffWithdrawalOut,
    summary="It was paid by hand",
)
def paid_by_hand(request: HttpRequest, withdrawal_id: UUID, body: AnswerIn) -> Withdrawal:
    """Where WeChat surely has no transfer. It counts as the last yes. Again changes nothing.

    Refusals: withdrawal_cannot_move, second_person_needed, own_withdrawal,
    transfer_may_be_on_its_way, transfer_unavailable (503).
    """
    return _done(
        request,
        withdrawal_id,
        lambda row, by: transferring.pay_by_hand(withdrawal=row, answer=body.answer, by=by),
    )


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/stop", response=StaffWithdrawalOut, summary="Stop it"
)
def stop(request: HttpRequest, withdrawal_id: UUID) -> Withdrawal:
    """What WeChat has already is `cancelling` until WeChat says that it is not paid.

    Refusals: withdrawal_cannot_move, transfer_may_be_on_its_way, transfer_unavailable (503).
    """
    return _done(request, withdrawal_id, lambda row, by: transferring.stop(withdrawal=row, by=by))


@router.post(
    "/withdrawals/{uuid:withdrawal_id}/retry", response={202: None}, summary="Try again now"
)
def retry(request: HttpRequest, withdrawal_id: UUID) -> Status[None]:
    """Under the same number: WeChat pays once. Refusal: withdrawal_cannot_move."""
    transferring.retry(withdrawal=_row(withdrawal_id), by=_staff(request).email)
    return Status(202, None)


@router.get("/wallets", response=MemberWalletPage, summary="Wallets")
def list_wallets(
    request: HttpRequest, only_debts: bool = False, cursor: Cursor = None, limit: Limit = 20
) -> dict[str, Any]:
    """Those that ever moved; with `only_debts` those that owe. Refusal: cursor_invalid."""
    items, further = queries.wallets(cursor, limit, only_debts=only_debts)
    return {"items": items, "next": further}


@router.get("/wallets/{uuid:wallet_id}", response=WalletOut, summary="A member's wallet")
def show_wallet(request: HttpRequest, wallet_id: UUID) -> WalletOut:
    """Its id is the member's. An empty one for a member who never had anything."""
    _known(wallet_id)
    return WalletOut.of(queries.wallet_of(wallet_id))


@router.get("/wallets/{uuid:wallet_id}/entries", response=EntryPage, summary="How a wallet moved")
def list_entries(
    request: HttpRequest, wallet_id: UUID, cursor: Cursor = None, limit: Limit = 20
) -> EntryPage:
    """The latest first, each with its reason. Refusal: cursor_invalid."""
    _known(wallet_id)
    return EntryPage.of(*queries.entries(wallet_id, cursor, limit))


@router.post(
    "/wallets/{uuid:wallet_id}/write-off",
    response=WalletOut,
    auth=staff(Role.OWNER),
    summary="Forgive a debt",
)
def write_off(request: HttpRequest, wallet_id: UUID, body: WriteOffIn) -> HttpResponse:
    """Needs the header Idempotency-Key. The shop bears what the member owed.

    Refusals: member_unknown, no_debt, debt_changed, idempotency_key_missing,
    idempotency_key_reused.
    """
    who = _staff(request)

    def forgive() -> tuple[int, WalletOut]:
        actions.write_off(
            member_id=wallet_id,
            debt_minor=body.debt_minor,
            reason=body.reason,
            by=who.email,
            key=request.headers[HEADER],
        )
        return 200, WalletOut.of(queries.wallet_of(wallet_id))

    return once(request, caller=f"staff:{who.account_id}", body=body, do=forgive)


def _staff(request: HttpRequest) -> StaffMember:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, StaffMember)
    return found


def _done(
    request: HttpRequest, withdrawal_id: UUID, do: Callable[[Withdrawal, str], object]
) -> Withdrawal:
    do(_row(withdrawal_id), _staff(request).email)
    return _row(withdrawal_id)


def _row(withdrawal_id: UUID) -> Withdrawal:
    rows, _ = queries.page(withdrawal_queries.search().filter(pk=withdrawal_id), None, 1)
    if not rows:
        raise Http404
    return rows[0]


def _known(wallet_id: UUID) -> None:
    if not queries.exists(wallet_id):
        raise Http404
