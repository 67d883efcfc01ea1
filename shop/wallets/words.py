"""Why a wallet moved, in words."""

from billing.ledger.states import JournalKind
from billing.withdrawals.states import WithdrawalState as W

KINDS: dict[str, tuple[str, str]] = {
    JournalKind.DISTRIBUTION: ("佣金入账", "Commission"),
    JournalKind.SHARE: ("分账", "Profit sharing"),
    JournalKind.SHARE_RETURN: ("分账退回", "Profit sharing returned"),
    JournalKind.CLAW_BACK: ("佣金扣回", "Commission taken back"),
    JournalKind.WRITE_OFF: ("欠款免除", "Debt forgiven"),
    JournalKind.HOLD: ("申请提现", "Withdrawal requested"),
    JournalKind.RESOLUTION: ("提现退回", "Withdrawal returned"),
}
"""What moved a wallet, in Chinese and English."""

_RETURNED: dict[str, tuple[str, str]] = {
    W.REJECTED: ("提现被拒绝，已退回", "Withdrawal rejected and returned"),
    W.CANCELLED: ("提现已取消，已退回", "Withdrawal cancelled and returned"),
    W.EXPIRED: ("提现超时未确认，已退回", "Withdrawal not confirmed in time and returned"),
    W.FAILED: ("提现失败，已退回", "Withdrawal failed and returned"),
}


def reason(kind: str, why: dict[str, object]) -> dict[str, str]:
    """Return why a wallet moved: `{"zh": …, "en": …}`."""
    zh, en = _RETURNED.get(str(why.get("ended")), KINDS.get(kind, (kind, kind)))
    return {"zh": zh, "en": en}
