"""The page of the documentation: figures first, then every call by section."""

from collections.abc import Callable, Iterator

from infra.wechat_calls import exercised, simulator
from infra.wechat_calls.inventory import SECTIONS, Call, all_calls

_NONE = "—"


def text() -> str:
    """Return the page as it is committed."""
    calls = all_calls()
    lines = ["# Calls to WeChat", "", *_preface(calls), *_figures(calls), *_missing(calls)]
    for section, title in SECTIONS.items():
        lines += _table(section, title, [call for call in calls if call.section == section])
    return "\n".join(lines)


def _preface(calls: tuple[Call, ...]) -> Iterator[str]:
    yield (
        "Every call that WeChat's documents name for our trade, who of us makes it, whether the"
        " simulator answers it, and which tests exercise it. Written by `make openapi` from"
        " `infra/wechat_calls/inventory.py`, the routes of the simulator and the source of the"
        " tests; `tests/wechat/test_inventory.py` makes every call of the client and sees that"
        " exactly this method and path go out. Tests are named below `tests/`."
    )
    yield ""


def _figures(calls: tuple[Call, ...]) -> Iterator[str]:
    ours = [call for call in calls if call.is_ours]
    yield "| | all | ours |"
    yield "|---|--:|--:|"
    yield f"| calls | {len(calls)} | {len(ours)} |"
    rows: tuple[tuple[str, Callable[[Call], object]], ...] = (
        ("with a client", lambda call: call.client),
        ("imitated by the simulator", simulator.imitates),
        ("exercised by tests", _tests),
    )
    for name, has in rows:
        counts = (sum(bool(has(call)) for call in some) for some in (calls, ours))
        yield f"| {name} | {' | '.join(map(str, counts))} |"
    yield ""


def _missing(calls: tuple[Call, ...]) -> Iterator[str]:
    """Name every call of ours that lacks something; nothing is said when none does."""
    rows: tuple[tuple[str, Callable[[Call], bool]], ...] = (
        ("Without a client", lambda call: not call.client),
        ("Not imitated", lambda call: not simulator.imitates(call)),
        ("Without a test", lambda call: not _tests(call)),
    )
    for words, lacks in rows:
        found = [call for call in calls if call.is_ours and lacks(call)]
        yield f"{words}, though ours: {'; '.join(map(_named, found)) or 'none'}."
        yield ""


def _table(section: str, title: str, calls: list[Call]) -> Iterator[str]:
    yield f"## §{section} {title}"
    yield ""
    yield "| call | client | simulator | tests |"
    yield "|---|---|---|---|"
    for call in calls:
        is_imitated = "yes" if simulator.imitates(call) else _NONE
        tests = "<br>".join(_tests(call)) or _NONE
        yield f"| {_named(call)}<br>{call.purpose} | {_client(call)} | {is_imitated} | {tests} |"
    yield ""


def _named(call: Call) -> str:
    return f"`{call.method} {call.path}`"


def _client(call: Call) -> str:
    if call.client:
        return "<br>".join(f"`{name}`" for name in call.client)
    return f"{_NONE} {call.reason}" if call.is_ours else f"not ours: {call.reason}"


def _tests(call: Call) -> tuple[str, ...]:
    return (*exercised.of_client(call), *exercised.of_simulator(call))
