"""The worker process: `python -m config.worker`. One process, bounded threads, a ticking schedule.

dramatiq's own command line forks a master that dies with its children (reliability §3.1); a
supervisor restarts this one process instead.
"""

import os
import signal
import threading

import django


def main() -> None:
    """Work until SIGTERM or SIGINT; give back what was not started."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    import dramatiq
    import structlog
    from django.conf import settings

    from config.startup import check_server
    from jobs.broker import broker
    from jobs.schedule import Ticker

    check_server()
    log = structlog.get_logger("worker")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    worker = dramatiq.Worker(broker, worker_threads=settings.WORKER_THREADS, worker_timeout=1000)
    ticker = Ticker()
    worker.start()
    ticker.start()
    log.info("worker_ready", threads=settings.WORKER_THREADS, queues=sorted(broker.queues))
    stopping.wait()
    log.info("worker_stopping")
    ticker.stop()
    worker.stop(timeout=20_000)
    broker.close()


if __name__ == "__main__":
    main()
