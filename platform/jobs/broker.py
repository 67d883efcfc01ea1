"""The one broker, built from settings so that no layer below has to know what is above."""

import dramatiq
from django.conf import settings
from django.utils.module_loading import import_string
from dramatiq.middleware import AgeLimit, Callbacks, Retries, ShutdownNotifications, TimeLimit

from jobs.queue import QUEUES, Broker

broker = Broker(
    threads=settings.WORKER_THREADS,
    url=settings.JOBS_DATABASE,
    heartbeat_interval=settings.JOBS_HEARTBEAT_SECONDS,
    heartbeat_ttl=4 * settings.JOBS_HEARTBEAT_SECONDS,
    maintenance_interval=settings.JOBS_HEARTBEAT_SECONDS,
    purge_maxage="90 days",
    middleware=[
        AgeLimit(),
        TimeLimit(time_limit=600_000),
        ShutdownNotifications(),
        Callbacks(),
        Retries(max_retries=12, min_backoff=1_000, max_backoff=600_000),
        *(import_string(path)() for path in settings.JOBS_MIDDLEWARE),
    ],
)
for queue in QUEUES:
    broker.declare_queue(queue)
dramatiq.set_broker(broker)
