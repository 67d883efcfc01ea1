"""`python -m infra.wechat_simulator --port 8701 --data DIR [--host 127.0.0.1]`."""

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from . import app, credentials
from .fields import is_loopback
from .simulator import Simulator

STOP_SECONDS = 1.0
BACKLOG = 512


def main() -> None:
    """Parse the arguments, serve until SIGTERM or SIGINT, leave with status 0."""
    parser = argparse.ArgumentParser(prog="infra.wechat_simulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 picks a free port")
    parser.add_argument("--data", type=Path, required=True, help="credentials and memory live here")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--base-url", help="how others reach it; default http://HOST:PORT")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    asyncio.run(serve(options.host, options.port, options.data, options.base_url))


async def serve(host: str, port: int, directory: Path, base_url: str | None) -> None:
    """Listen first, so that the credentials name the true port; then open the doors."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    url = base_url or _url(host, listener.getsockname()[1])
    keys = credentials.load(directory, url)
    is_local = is_loopback(host)
    if not is_local:
        print("warning: the control API is open to everyone who reaches this host", file=sys.stderr)
    application = app.build(Simulator(directory, keys), is_loopback_only=is_local)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=BACKLOG).start()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    print(f"wechat simulator ready on {url}, data in {directory}", flush=True)
    await stopped.wait()
    await runner.cleanup()


def _url(host: str, port: int) -> str:
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


if __name__ == "__main__":
    main()
