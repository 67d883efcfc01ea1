"""Where the time of one work goes: cProfile around the platform's own code, in one process.

`start` runs this module as a program in the stage's environment, so that settings, database and
simulator are the real ones. Requests enter at the WSGI application; the jobs they leave are run
after them. The stage's worker is stopped meanwhile.
"""

import cProfile
import io
import json
import pstats
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from infra.bench.visits import Door, Visitor, Wares, WentWrong
from infra.bench.works import W1, W2, W3, W4
from infra.demo.place import ROOT, python
from infra.stage.stage import Stage

WORKS = {work.key: work for work in (W1, W2, W3, W4)}
TOP = 25


def start(stage: Stage, wares: Wares, key: str, *, times: int) -> int:
    """Profile one work on the stage and print the result; return the exit code."""
    stage.programs["worker"].stop()
    asked = {"wares": asdict(wares), "key": key, "times": times, "simulator": stage.simulator_url}
    done = subprocess.run(
        python("-m", "infra.bench.profiling"), cwd=ROOT, env=dict(stage.environment),
        input=json.dumps(asked).encode(), stdout=subprocess.DEVNULL, check=False,
    )  # its standard output is the platform's log
    return done.returncode


class InProcess(Door):
    """A door without a network: the WSGI application is called right here."""

    def __init__(self, application: Callable[..., Any]) -> None:
        super().__init__("http://127.0.0.1:1")
        self._application = application

    def call(
        self, method: str, path: str, body: object = None, *, expect: int = 200, **headers: str
    ) -> Any:
        """Send a request through the application."""
        content = b"" if body is None else json.dumps(body).encode()
        named = {name.upper().replace("-", "_"): value for name, value in headers.items()}
        status, answer = self.send(method, path, content, named)
        if status != expect:
            raise WentWrong(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    def send(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Call the application with a body as it is; return status and body."""
        parts, statuses = urlsplit(path), []
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content), "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr, **{f"HTTP_{name}": value for name, value in headers.items()},
        }  # fmt: skip
        answer = self._application(environ, lambda status, _: statuses.append(int(status[:3])))
        received = b"".join(answer)
        answer.close()
        return statuses[0], received


class Subject(Visitor):
    """A visitor who stands inside the process."""

    def __init__(self, door: InProcess, simulator: Door, wares: Wares) -> None:
        super().__init__(door, simulator, wares, "subject")
        self.inside = door

    def check_out(self) -> str:
        """Do as every visitor, but take the callback and the jobs here."""
        order_id = self.order_from_cart()
        number = self.pay(order_id, {"callback": "drop"})["out_trade_no"]
        callback = self.simulator.call("GET", f"/_control/callback_request/{number}")
        headers = {k.upper().replace("-", "_"): v for k, v in callback["headers"].items()}
        body = b64decode(callback["body_b64"])
        status, _ = self.inside.send("POST", urlsplit(callback["url"]).path, body, headers)
        if status != 204:
            raise WentWrong(f"the callback was answered {status}")
        run_jobs()
        return order_id


def run_jobs() -> None:
    """Run everything in the queue, due or not, as the worker would."""
    import dramatiq
    from django.db import connection

    from jobs.broker import broker
    from tenants import context

    while True:
        with context.public(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM dramatiq.queue WHERE message_id = (SELECT message_id"
                " FROM dramatiq.queue ORDER BY available_at, position LIMIT 1)"
                " RETURNING message::text"
            )
            row = cursor.fetchone()
        if row is None:
            return
        message = dramatiq.MessageProxy(dramatiq.Message.decode(row[0].encode()))
        broker.emit_before("process_message", message)
        broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
        broker.emit_after("process_message", message)


def main() -> None:
    """Warm up, profile, print."""
    asked = json.load(sys.stdin)
    from config.wsgi import application

    wares = Wares(**asked["wares"])
    subject = Subject(InProcess(application), Door(asked["simulator"]), wares)
    run_jobs()
    run, times = WORKS[asked["key"]].run, asked["times"]
    for _ in range(max(3, times // 20)):
        run(subject)
    profile, began = cProfile.Profile(), time.process_time()
    profile.enable()
    for _ in range(times):
        run(subject)
    profile.disable()
    spent = time.process_time() - began
    tell, each = sys.stderr, 1000 * spent / times
    print(f"{asked['key']}: {each:.2f} ms under the profiler, {times} runs", file=tell)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profile, stream=tell).sort_stats(order).print_stats(TOP)


if __name__ == "__main__":
    main()
