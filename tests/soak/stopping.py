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

    def ask(self) -> None:
        """Ask this process and its children to bring their episodes to an end."""
        self.is_asked = True
        for child in self.children:
            os.kill(child, signal.SIGTERM)
