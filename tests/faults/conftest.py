"""The table of `make crash`, at the end of every run that had some of it."""

from typing import Any

from tests.faults import table


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what died how often and what it cost."""
    if table.OUTCOMES:
        terminalreporter.section("crash enumeration")
        for line in table.lines():
            terminalreporter.write_line(line)
