"""The readiness doctor: every precondition that WeChat sets, asked of WeChat or of the owner."""
