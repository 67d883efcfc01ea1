"""The handbook of the doctor, written from the registry so that it cannot drift."""

from tenants.readiness.checking import Check
from tenants.readiness.checks import CHECKS
from tenants.readiness.states import Blocks, Scope

_HEAD = """# 就绪检查 · Readiness

<!-- Written by `make openapi` from tenants/readiness. Do not edit. -->

“就绪检查”页逐项核对微信的前置条件：能查询的向微信查询，不能查询的请您回答。
查询失败时显示“未知”，绝不会显示“正常”。

The readiness page goes through every precondition that WeChat sets. What WeChat can be asked is
asked; what it cannot, you are asked. A call that fails shows as unknown, never as fine.
It runs once an app is authorised and configured, once a day, and when you ask.

States · 状态: ok 正常 · todo 待办 · wrong 有误 · unknown 未知 · asked 请回答
"""
_PARTS = (
    (Blocks.RELEASE, Scope.PROGRAM, "影响发布 · Before a release"),
    (Blocks.PAYMENT, Scope.PROGRAM, "影响收款 · Before payments"),
    (Blocks.NOTHING, Scope.PROGRAM, "建议完成 · Worth doing"),
    (Blocks.PAYMENT, Scope.SHOP, "店铺资质 · The shop's licence"),
    (Blocks.NOTHING, Scope.SHOP, "店铺事项 · The shop's own matters"),
)


def markdown() -> str:
    """Return docs/owners/readiness.md."""
    parts = [_HEAD]
    for blocks, scope, title in _PARTS:
        found = [c for c in CHECKS.values() if (c.blocks, c.scope) == (blocks, scope)]
        parts += [f"## {title}\n", *(_section(check) for check in found)]
    return "\n".join(parts)


def _section(check: Check) -> str:
    lines = [
        f"### {check.title.zh} · {check.title.en} (`{check.key}`)\n",
        f"{check.why.zh} {check.why.en}\n",
        f"- 下一步：{check.how.zh}",
        f"- Next step: {check.how.en}",
    ]
    if check.question is not None:
        lines.append(f"- 询问 · Asked: {check.question.words.zh} {check.question.words.en}")
        if check.question.holds is not None:
            days = check.question.holds.days
            lines.append(f"- 答案有效 {days} 天 · An answer holds for {days} days.")
    if check.is_hard:
        lines.append("- 缺少时不会提交审核 · While it is missing nothing is submitted.")
    lines.append(f"- 依据 · Source: {check.source}\n")
    return "\n".join(lines)
