"""Whether somebody asked the run to stop: by SIGTERM, or by Ctrl-C. A second time means at once."""

import os
import signal
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Hears the signals, and passes them on to the processes in `children`."""

    def __init__(self) -> None:
        self.is_asked, self.children = False, list[int]()
        for number in SIGNALS:
            signal.signal(number, self._ask)

    def _ask(self, *_: Any) -> None:
        self.ask()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    def fork(self) -> int:
        """Fork a process that is asked to stop whenever this one is, however soon."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            if child := os.fork():
                self.children.append(child)
                if self.is_asked:
                    os.kill(child, signal.SIGTERM)
            else:
                self.children.clear()  # they are no children of this one
                signal.signal(signal.SIGTERM, self._ask)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return child

    def ask(self) -> None:
        """Ask this process and its children to bring their episodes to an end."""
        self.is_asked = True
        for child in self.children:
            os.kill(child, signal.SIGTERM)
