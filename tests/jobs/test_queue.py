"""The queue: in the caller's transaction, fair between shops, never lost, never poisoned."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection, transaction

from jobs import schedule
from jobs.broker import broker
from jobs.messages import PublishedOutsideTransaction, publish
from jobs.queue import _CLAIM
from kernel import clock
from tenants.context import Shop

sys.path.insert(0, str(Path(__file__).parent))
from lab import Noted, Poison, Slow, Urgent  # the worker program imports it by the same name

LAB = Path(__file__).parent / "lab_worker.py"


@pytest.fixture
def queue(django_db_setup: None, django_db_blocker: object) -> Iterator[psycopg.Connection]:
    """A connection of the owner to an empty queue."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DELETE FROM dramatiq.queue; DELETE FROM dramatiq.worker")
        yield connection
        connection.execute("DELETE FROM dramatiq.queue")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the handlers write."""
    path = tmp_path / "log"
    path.touch()
    monkeypatch.setenv("LAB_LOG", str(path))
    monkeypatch.setenv("JOBS_HEARTBEAT_SECONDS", "1")
    return path


@pytest.fixture
def start(log: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start lab programs; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str) -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([sys.executable, str(LAB), *arguments]))
        return running[-1]

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a fact; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def put(connection: psycopg.Connection, message: object, tenant: str = "") -> None:
    """Write a message as `publish` does, from outside Django."""
    from dataclasses import asdict

    from jobs.messages import _actors

    (actor,) = _actors[type(message)]
    built = actor.message_with_options(kwargs=asdict(message), tenant=tenant)  # type: ignore[call-overload]
    connection.execute(
        "INSERT INTO dramatiq.queue (queue_name, message_id, state, message, tenant)"
        " VALUES (%s, %s, 'queued', %s, %s)",
        [built.queue_name, built.message_id, built.encode().decode(), tenant],
    )


def put_later(message: object, seconds: float, tenant: str = "") -> None:
    """Write a message that is due in so many seconds, as dramatiq's retries do."""
    from dataclasses import asdict

    from jobs.messages import _actors

    (actor,) = _actors[type(message)]
    built = actor.message_with_options(kwargs=asdict(message), tenant=tenant)  # type: ignore[call-overload]
    broker.enqueue(built, delay=int(seconds * 1000))


def test_a_message_exists_exactly_when_its_transaction_does(
    shop: Shop, queued: Callable[..., list[dict[str, object]]]
) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(Noted("lost"))
        raise ZeroDivisionError
    assert queued("lab") == []
    with transaction.atomic():
        publish(Noted("kept"))
    (message,) = queued("lab")
    assert message["kwargs"] == {"word": "kept", "seconds": 0}
    assert message["tenant"] == shop.public_id


def test_publishing_outside_a_transaction_is_refused(
    django_db_setup: None, django_db_blocker: object
) -> None:
    with django_db_blocker.unblock(), pytest.raises(PublishedOutsideTransaction):  # type: ignore[attr-defined]
        publish(Noted("nowhere"))


def test_a_claim_takes_one_message_of_each_shop_in_turn(queue: psycopg.Connection) -> None:
    for number in range(200):
        put(queue, Noted(f"noisy-{number}"), "noisy")
    put(queue, Noted("quiet-1"), "quiet")
    put(queue, Noted("zen-1"), "zen")
    consumer = broker.consume("notify", prefetch=3)
    try:
        consumer.claim(3)
        claimed = {m.kwargs["word"] for m in consumer.buffer}
        assert claimed == {"noisy-0", "quiet-1", "zen-1"}
    finally:
        consumer.close()
        broker.room.leave(broker.room.inside())


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The claims of this process, while the clock calls nobody to look again."""
    made: list[str] = []

    def counted(conn: psycopg.Connection) -> SimpleNamespace:
        conn.autocommit = True
        return SimpleNamespace(execute=lambda *asked: (made.append(asked[0]), conn.execute(*asked))[1])

    monkeypatch.setattr("jobs.queue._each_alone", counted)
    monkeypatch.setattr("jobs.queue._CALL_DUE", "SELECT 'due'")
    monkeypatch.setattr(broker, "poll_interval", 30.0)
    return made


def test_the_end_of_a_job_alone_is_no_reason_to_claim_again(
    queue: psycopg.Connection, claims: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(queue, Noted("only"), "shop")
    consumer = broker.consume("notify", prefetch=4)
    try:
        only = next(consumer)
        monkeypatch.setattr(broker, "poll_interval", 1.0)
        with after(0.1, lambda: consumer.ack(only)):
            assert next(consumer) is None  # a second later, and not when the job ended
    finally:
        consumer.close()
    assert queue.execute("SELECT count(*) FROM dramatiq.queue").fetchone() == (0,)
    assert claims.count(_CLAIM) == 2


def test_what_was_announced_while_there_was_no_room_is_claimed_when_there_is(
    queue: psycopg.Connection, claims: list[str]
) -> None:
    put(queue, Noted("first"), "shop")
    consumer = broker.consume("notify", prefetch=1)
    began = time.monotonic()
    try:
        first = next(consumer)
        with after(0.1, consumer.wakeup.set):  # what the notifier does
            assert next(consumer) is None
        put(queue, Noted("second"), "shop")
        with after(0.1, lambda: consumer.ack(first)):
            assert next(consumer) is None
        second = next(consumer)
        assert second.kwargs["word"] == "second"
        consumer.ack(second)
    finally:
        consumer.close()
    assert time.monotonic() - began < 30  # nobody had to wait for the clock


@contextmanager
def after(seconds: float, do: Callable[[], object]) -> Iterator[None]:
    """Have something done by another thread while the block waits."""
    timer = threading.Timer(seconds, do)
    timer.start()
    yield
    timer.join()


def test_what_other_shops_do_later_stands_before_nobody(
    queue: psycopg.Connection, log: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    for number in range(50):
        put_later(Noted("later"), 900, tenant=f"!{number}")
        put_later(Noted("later"), 900, tenant=f"~{number}")
    put_later(Noted("soon"), 10)  # a worker that starts slowly still finds it due later
    put(queue, Noted("now"))
    start()
    until(lambda: len(log.read_text().splitlines()) == 2)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["now", "soon"]
    until(lambda: queue.execute("SELECT count(*) FROM dramatiq.queue").fetchone() == (100,))
    assert queue.execute("SELECT bool_or(is_due) FROM dramatiq.queue").fetchone() == (False,)


def test_slow_jobs_of_other_queues_leave_threads_for_money(
    queue: psycopg.Connection, log: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    for number in range(40):
        put(queue, Slow(f"picture-{number}", 600))
        put(queue, Noted(f"notice-{number}", 600))
    start()
    held = "SELECT queue_name, count(*) FROM dramatiq.queue WHERE state = 'consumed' GROUP BY 1"
    until(lambda: dict(queue.execute(held).fetchall()) == {"bulk": 1, "notify": 2})
    for number in range(3):
        put(queue, Urgent(f"paid-{number}"))
    until(lambda: log.read_text().count("paid-") == 3)
    until(lambda: dict(queue.execute(held).fetchall()) == {"bulk": 1, "notify": 2})


def test_a_job_runs_in_its_shop_and_never_on_the_platform_instead(
    queue: psycopg.Connection,
    two_shops: tuple[Shop, Shop],
    log: Path,
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    put(queue, Noted("here"), two_shops[0].public_id)
    put(queue, Noted("there"), two_shops[1].public_id)
    put(queue, Noted("nowhere"), "no-such-shop")
    put(queue, Noted("platform"))
    start()
    until(
        lambda: (
            queue.execute(
                "SELECT count(*) FROM dramatiq.queue WHERE state <> 'rejected'"
            ).fetchone()
            == (0,)
        )
    )
    assert sorted(log.read_text().split("\n")[:-1]) == [
        f"here {two_shops[0].schema_name}",
        "platform public",
        f"there {two_shops[1].schema_name}",
    ]
    dead = queue.execute("SELECT tenant, state::text FROM dramatiq.queue").fetchall()
    assert dead == [("no-such-shop", "rejected")]


def test_kill_9_of_the_worker_loses_no_job(
    queue: psycopg.Connection, log: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    for number in range(60):
        put(queue, Noted(f"job-{number}", 0.03))
    for _ in range(2):
        worker = start()
        before = len(log.read_text())
        until(lambda before=before: len(log.read_text()) > before + 100)  # type: ignore[misc]
        worker.kill()
        worker.wait()
    start()
    until(lambda: queue.execute("SELECT count(*) FROM dramatiq.queue").fetchone() == (0,))
    done = Counter(line.split()[0] for line in log.read_text().splitlines())
    assert set(done) == {f"job-{n}" for n in range(60)}


def test_a_poison_message_is_set_aside_after_three_runs_and_harms_no_neighbour(
    queue: psycopg.Connection, log: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    put(queue, Poison("poison"))
    for number in range(20):
        put(queue, Noted(f"innocent-{number}", 0.01))
    worker, starts = start(), 1
    deadline = time.monotonic() + 60
    while queue.execute("SELECT 1 FROM dramatiq.queue WHERE state <> 'rejected'").fetchone():
        assert time.monotonic() < deadline
        if worker.poll() is not None:
            worker, starts = start(), starts + 1
        time.sleep(0.1)
    done = Counter(line.split()[0] for line in log.read_text().splitlines())
    assert done["poison"] == 3
    assert {w for w in done if w.startswith("innocent")} == {f"innocent-{n}" for n in range(20)}
    dead = queue.execute("SELECT message->'kwargs'->>'word', reason FROM dramatiq.queue").fetchall()
    assert dead == [("poison", "its worker died 3 times")]
    assert starts == 4


def test_a_clean_stop_gives_back_what_was_not_started(
    queue: psycopg.Connection, log: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    for number in range(40):
        put(queue, Noted(f"job-{number}", 0.2))
    worker = start()
    until(lambda: log.stat().st_size > 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    done = log.read_text().count("\n")
    left = queue.execute(
        "SELECT state::text, deliveries, count(*) FROM dramatiq.queue GROUP BY 1, 2"
    )
    assert left.fetchall() == [("queued", 0, 40 - done)]


def test_twenty_kills_leave_no_row_without_its_message_and_no_message_without_its_row(
    queue: psycopg.Connection, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    queue.execute("DELETE FROM jobs_slot")
    count = "SELECT count(*) FROM jobs_slot"
    for round_ in range(20):
        writers = [start("publish")]
        before = queue.execute(count).fetchone()
        until(lambda before=before: queue.execute(count).fetchone() > before)  # type: ignore[misc]
        time.sleep(0.003 * round_)
        for writer in writers:
            writer.kill()
            writer.wait()
    rows = {r[0] for r in queue.execute("SELECT job FROM jobs_slot")}
    sent = {r[0] for r in queue.execute("SELECT message->'kwargs'->>'word' FROM dramatiq.queue")}
    assert len(rows) > 20
    assert rows == sent


def test_two_workers_send_a_due_message_once(
    db: None, queued: Callable[..., list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = schedule.Entry(Noted("due"), 60, each_shop=False)
    monkeypatch.setattr(schedule, "_entries", [entry])
    moment = clock.now()
    assert [schedule.send_due(moment), schedule.send_due(moment)] == [1, 0]
    assert len(queued("lab")) == 1


def test_an_entry_that_cannot_be_sent_keeps_none_behind_it(
    db: None, queued: Callable[..., list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [schedule.Entry(Slow("due", 0), 60, True), schedule.Entry(Noted("due"), 60, False)]
    monkeypatch.setattr(schedule, "_entries", entries)
    monkeypatch.setattr(schedule, "import_string", lambda _: lambda: ["shop", 1 / 0])
    moment = clock.now()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            schedule.send_due(moment)
    assert [message["kwargs"]["word"] for message in queued("lab")] == ["due"]


def test_an_entry_for_each_shop_sends_one_message_into_each(
    two_shops: tuple[Shop, Shop],
    db: None,
    queued: Callable[..., list[dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "_entries", [schedule.Entry(Noted("due"), 60, each_shop=True)])
    schedule.send_due(clock.now())
    assert [m["tenant"] for m in queued("lab")] == [s.public_id for s in two_shops]


def test_many_shops_do_not_all_begin_when_the_clock_strikes(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_entries", [schedule.Entry(Noted("due"), 3600, each_shop=True)])
    monkeypatch.setattr(schedule, "import_string", lambda _: lambda: [f"s{n}" for n in range(45)])
    schedule.send_due(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT round(extract(epoch FROM available_at - now())), is_due, count(*)"
            " FROM dramatiq.queue WHERE tenant LIKE 's%' GROUP BY 1, 2 ORDER BY 1"
        )
        assert cursor.fetchall() == [(0, True, 20), (1, False, 20), (2, False, 5)]
