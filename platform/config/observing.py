"""What the platform tells of itself: JSON logs, metrics, Sentry, each with the tenant."""

import logging
import re
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import sentry_sdk
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from dramatiq import Broker, MessageProxy, Middleware
from prometheus_client import Counter, Histogram
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.types import Event, Hint

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_seconds",
    "Time to answer.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
JOBS = Counter("jobs_total", "Jobs run.", ["actor", "result"])
JOB_SECONDS = Histogram("job_seconds", "Time to run a job.", ["actor"])

_SECRET_KEYS = re.compile(
    r"token|secret|password|authorization|cookie|session|openid|phone|signature|private|apiv3|"
    r"address|recipient|ciphertext",
    re.IGNORECASE,
)
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_LONG_DIGITS = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_ROW = re.compile(
    r"DETAIL: .*?(?=\n(?:CONTEXT|HINT|STATEMENT|LOCATION):|"
    r"\n\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)
"""What PostgreSQL says of the row that broke a rule: all of its values. They may have lines."""
access = structlog.get_logger("access")
jobs_log = structlog.get_logger("jobs")


def configure_logging(level: str, *, json: bool) -> dict[str, Any]:
    """Send every log, ours and the libraries', to stdout: one event a line."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("wechatpayv3", "urllib3", "dramatiq", "psycopg.pool", "httpx", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # our access line says the rest
    return {"version": 1, "disable_existing_loggers": False}


def mask(_: Any, __: str, event: Any) -> Any:
    """Hide what names a secret or a person, in logs and in what goes to Sentry."""
    return scrub(event)


def scrub(value: Any) -> Any:
    """Return a copy without secrets: values under telling keys; in text phone numbers and rows."""
    if isinstance(value, dict):
        return {
            k: "***" if isinstance(k, str) and _SECRET_KEYS.search(k) and v else scrub(v)
            for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [scrub(item) for item in value]
    if isinstance(value, str):
        return _LONG_DIGITS.sub(r"\1****\2", _ROW.sub("DETAIL: ***", value))
    return value


def configure_sentry(dsn: str, environment: str, **options: Any) -> None:
    """Start Sentry if there is a DSN; no personal data, everything scrubbed."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        max_request_body_size="never",
        include_local_variables=False,  # names and addresses of customers are among them
        integrations=[DjangoIntegration(transaction_style="url", middleware_spans=False)],
        before_send=_before_send,
        before_breadcrumb=_before_breadcrumb,
        **options,
    )


def _before_send(event: Event, hint: Hint) -> Event | None:
    """Put the tenant on the event and take every secret out of it."""
    context = structlog.contextvars.get_contextvars()
    event["tags"] = {**dict(event.get("tags") or {}), "tenant": context.get("tenant", "platform")}
    scrubbed: Event = scrub(event)
    return scrubbed


def _before_breadcrumb(crumb: dict[str, Any], hint: Hint) -> dict[str, Any] | None:
    """Leave out the queries of outgoing calls: WeChat's tokens travel in them."""
    data = {k: v for k, v in crumb.get("data", {}).items() if not k.startswith("http.query")}
    cleaned: dict[str, Any] = scrub({**crumb, "data": data})
    return cleaned


def report(error: BaseException) -> None:
    """Send an unexpected error to Sentry."""
    sentry_sdk.capture_exception(error)


class RequestObserved:
    """Give each request an id; write one access line and one measurement for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then tell."""
        began = time.perf_counter()
        request_id = self._id_of(request)
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route = request.resolver_match.route if request.resolver_match else "unmatched"
        REQUESTS.labels(request.method, route, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
        response.headers["X-Request-ID"] = request_id
        shop = getattr(request, "shop", None)
        access.info(
            "request",
            tenant=shop.public_id if shop else "platform",
            method=request.method,
            route=route,
            path=request.path if request.path.startswith(("/s/", "/b/")) else None,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
        return response

    @staticmethod
    def _id_of(request: HttpRequest) -> str:
        """Return our proxy's id, so that one search finds a request in both logs, or a new one."""
        given = request.headers.get("X-Request-ID", "")
        is_ours = settings.TRUSTED_PROXIES and _REQUEST_ID.fullmatch(given)
        return given if is_ours else uuid4().hex


class JobsObserved(Middleware):
    """Write one line and one measurement for each job; unexpected failures go to Sentry."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Start the clock."""
        message.options["_began"] = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(job_id=message.message_id)

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Tell how it went."""
        seconds = time.perf_counter() - message.options.pop("_began", time.perf_counter())
        outcome = "failed" if exception else "done"
        JOBS.labels(message.actor_name, outcome).inc()
        JOB_SECONDS.labels(message.actor_name).observe(seconds)
        told = jobs_log.warning if exception else jobs_log.info
        told(
            "job",
            actor=message.actor_name,
            tenant=message.options.get("tenant") or "platform",
            result=outcome,
            ms=round(seconds * 1000, 1),
            error=f"{type(exception).__name__}: {exception}" if exception else None,
        )
        if exception is not None:
            with sentry_sdk.new_scope() as scope:
                scope.set_tag("queue", message.queue_name)
                scope.set_tag("actor", message.actor_name)
                report(exception)

    def after_skip_message(self, broker: Broker, message: MessageProxy) -> None:
        """Forget the clock of a skipped message."""
        message.options.pop("_began", None)
