"""Where a demo lives: its directory, its ports, and who may run in it."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra import embedded_postgres, ports

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000
DEFAULT_SIMULATOR_PORT = 8701


class DemoCannotRun(Exception):
    """Something outside the demo is in its way; the message is for the person at the keyboard."""


@dataclass(frozen=True)
class Place:
    """One demo. `database_url` is empty where the demo brings its own PostgreSQL."""

    data: Path
    port: int
    simulator_port: int
    database_url: str

    @property
    def url(self) -> str:
        """Return the platform's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def preview_url(self) -> str:
        """Return the address of the previews: another host name, so that no session goes there."""
        return f"http://localhost:{self.port}"

    @property
    def simulator_url(self) -> str:
        """Return the WeChat simulator's address."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def postgres(self) -> Path:
        """Return the directory of the demo's own PostgreSQL."""
        return self.data / "postgres"

    @property
    def logs(self) -> Path:
        """Return the directory of the programs' output."""
        return self.data / "logs"

    @property
    def wechat(self) -> Path:
        """Return the simulator's directory."""
        return self.data / "wechat"

    @property
    def owner_url(self) -> str:
        """Return the database's address with the owner's login."""
        return self.database_url or embedded_postgres.url(self.postgres)

    @contextmanager
    def occupied(self) -> Iterator[None]:
        """Keep the place for this process; raise DemoCannotRun where another one has it."""
        self.data.mkdir(parents=True, exist_ok=True)
        # PostgreSQL's own account must pass through when we are root; it cannot list or read.
        self.data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        descriptor = os.open(self.data / "demo.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise DemoCannotRun(
                f"演示已在运行（{self.data}）。请先在那个窗口按 Ctrl-C。\n"
                f"A demo is running already in {self.data}. Stop it with Ctrl-C first."
            ) from None
        try:
            yield
        finally:
            os.close(descriptor)


def find() -> Place:
    """Read DATA_DIR, PORT, SIMULATOR_PORT and DATABASE_URL."""
    wanted = os.environ.get("SIMULATOR_PORT", "")
    return Place(
        data=Path(os.environ.get("DATA_DIR") or ROOT / ".data").absolute(),
        port=_number("PORT", DEFAULT_PORT),
        simulator_port=_number("SIMULATOR_PORT", 0) if wanted else _any_port(),
        database_url=os.environ.get("DATABASE_URL", ""),
    )


def require_free(port: int, name: str) -> None:
    """Raise DemoCannotRun where another program listens on the port."""
    if not _is_free(port):
        raise DemoCannotRun(
            f"端口 {port} 已被其他程序占用，请换一个：{name}={port + 1} make demo\n"
            f"Another program listens on port {port}. Choose another one:"
            f" {name}={port + 1} make demo"
        )


def _number(name: str, default: int) -> int:
    raw = os.environ.get(name) or str(default)
    if not raw.isascii() or not raw.isdigit() or not 0 < int(raw) < 65536:
        raise DemoCannotRun(
            f"{name}={raw!r} 不是端口号（1 到 65535）。\n"
            f"{name}={raw!r} is no port: 1 to 65535, please."
        )
    return int(raw)


def _any_port() -> int:
    return DEFAULT_SIMULATOR_PORT if ports.is_free(DEFAULT_SIMULATOR_PORT) else ports.free()


def _is_free(port: int) -> bool:
    try:
        return ports.is_free(port)
    except PermissionError:
        raise DemoCannotRun(
            f"没有权限使用端口 {port}，请用 1024 以上的端口。\n"
            f"Port {port} needs more rights than you have. Choose one above 1023."
        ) from None


def python(*arguments: str) -> list[str]:
    """Return the command that runs this Python with the arguments."""
    return [sys.executable, *arguments]
