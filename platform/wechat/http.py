"""One HTTP exchange with WeChat: pooled, bounded in time and size, silent about secrets."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError
from urllib3.util import Timeout

from wechat import metrics
from wechat.breaker import breaker_of
from wechat.errors import BadAnswer, WeChatFailure, WeChatTimedOut, WeChatUnreachable

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.8
"""A buyer who pays waits for us: a WeChat that is down must cost under 3 s, a refused or
black-holed connection 1 s (CONTRACT and DESIGN §8: explicit time-outs)."""

CUSTOMER_SECONDS = 2.7
"""All the calls together that one request of a customer may need: `within(CUSTOMER_SECONDS)`."""

MAX_ANSWER_BYTES = 1_048_576
_BUSY = "-1"
_T = TypeVar("_T")

logger = logging.getLogger(__name__)
# urllib3 prints every path with its query at DEBUG, and ours carry access tokens and secrets.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

_local = threading.local()
_give_up_at: ContextVar[float | None] = ContextVar("wechat_give_up_at", default=None)
_LEAST_SECONDS = 0.05
"""A question with less time than this is not worth asking."""


@dataclass(frozen=True)
class Question:
    """A request. `call` names it in logs and metrics; the address is in neither.

    `read_seconds` waits longer than READ_SECONDS for the answer, and `max_answer_bytes` reads
    more of it: for files that go up or come down, in a job, where no customer waits. `secrets`
    are the texts in it that WeChat might repeat in an error and that nobody may read there.
    """

    call: str
    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    read_seconds: float | None = None
    max_answer_bytes: int | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def patience(self) -> float:
        """How many seconds to wait for the answer, once connected."""
        return READ_SECONDS if self.read_seconds is None else self.read_seconds

    def hushed(self, text: str) -> str:
        """Return `text` without the secrets of this question."""
        for secret in self.secrets:
            text = text.replace(secret, "***").replace(quote_plus(secret), "***")
        return text

    @property
    def bound(self) -> int:
        """How many bytes of the answer are read at most."""
        return MAX_ANSWER_BYTES if self.max_answer_bytes is None else self.max_answer_bytes


@dataclass(frozen=True)
class Answer:
    """What came back, unread: `headers` in any case, `body` raw."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bound all calls inside together: somebody waits, and one request may need several calls.

    A call that finds no time left is WeChatUnreachable: it was not made.
    """
    give_up_at = time.monotonic() + seconds
    known = _give_up_at.get()
    held = _give_up_at.set(give_up_at if known is None else min(known, give_up_at))
    try:
        yield
    finally:
        _give_up_at.reset(held)


def ask(question: Question) -> Answer:
    """Send once and read the whole answer.

    Raises WeChatUnreachable (nothing was sent) or WeChatTimedOut (something may have happened),
    BadAnswer for one that is too long. Never retries.
    """
    breaker = breaker_of(urlsplit(question.url).netloc)
    if not breaker.lets_through():
        raise WeChatUnreachable(f"{question.call}: WeChat was unreachable moments ago")
    started = time.monotonic()
    deadline = started + CONNECT_SECONDS + question.patience
    give_up_at = _give_up_at.get()
    if give_up_at is not None:
        if give_up_at - started < _LEAST_SECONDS:
            raise WeChatUnreachable(f"{question.call}: no time is left to ask")
        deadline = min(deadline, give_up_at)
    try:
        answer = _exchange(question, deadline=deadline)
    except WeChatUnreachable:
        breaker.unreachable()
        raise
    except BadAnswer:
        breaker.answered()
        raise
    finally:
        metrics.call_seconds.labels(question.call).observe(time.monotonic() - started)
    breaker.answered()
    return answer


def settled(call: str, once: Callable[[], _T], *, is_read: bool) -> _T:
    """Run `once`, and once more at once where that is safe; count and log how it ended.

    Safe is after a busy WeChat (`errcode` -1: nothing was done), and for a read that never
    arrived. A read that timed out is not repeated: its time is spent, and somebody waits.
    """
    with _counted(call):
        try:
            return once()
        except WeChatFailure as failure:
            lost = isinstance(failure, WeChatUnreachable) and not failure.outcome_unknown
            if not (failure.code == _BUSY or (is_read and lost)):
                raise
        return once()


@contextmanager
def _counted(call: str) -> Iterator[None]:
    """Count the call inside by its result, and log a failure: its name, code and request id.

    Never the address, the body or the message, for they carry tokens and people's names.
    """
    try:
        yield
    except WeChatFailure as failure:
        result = type(failure).__name__
        metrics.calls.labels(call, result).inc()
        logger.warning("%s: %s code=%s rid=%s", call, result, failure.code, failure.rid)
        raise
    metrics.calls.labels(call, "ok").inc()


def _exchange(question: Question, *, deadline: float) -> Answer:
    with _sent(question, deadline=deadline) as response:
        try:
            body = _read(question, response, deadline=deadline)
        except (requests.RequestException, HTTPError, OSError):
            raise WeChatTimedOut(f"{question.call}: the answer was cut short") from None
        return Answer(response.status_code, response.headers, body)


def _sent(question: Question, *, deadline: float) -> requests.Response:
    """Send and wait for the head of the answer.

    `from None`: requests puts the address, and so the token, into its messages.
    """
    patience: Any = Timeout(  # which requests takes, though its annotations do not say so
        connect=CONNECT_SECONDS,
        read=question.patience,
        total=max(deadline - time.monotonic(), _LEAST_SECONDS),
    )
    try:
        return _session().request(
            question.method,
            question.url,
            headers=dict(question.headers),
            data=question.body,
            timeout=patience,
            allow_redirects=False,
            stream=True,
        )
    except requests.RequestException as error:
        if _never_connected(error):
            raise WeChatUnreachable(f"{question.call}: no connection") from None
        raise WeChatTimedOut(f"{question.call}: no answer in time, or cut off") from None


def _read(question: Question, response: requests.Response, *, deadline: float) -> bytes:
    """Read to the end, but neither for ever (a dripping server) nor without bound."""
    call, bound = question.call, question.bound
    body = bytearray()
    # read1 gives what has arrived; iter_content would wait, without end, for a full chunk.
    while chunk := response.raw.read1(16_384, decode_content=True):
        body += chunk
        if time.monotonic() > deadline:
            raise WeChatTimedOut(f"{call}: the answer dripped in too slowly")
        if len(body) > bound:
            raise BadAnswer(f"{call}: the answer is longer than {bound} bytes")
    return bytes(body)


def _never_connected(error: requests.RequestException) -> bool:
    """Tell a connection that never was from one that was cut: only the first did surely nothing."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _session() -> requests.Session:
    """Return this thread's session: pooled connections, no proxies from the environment."""
    session: requests.Session | None = getattr(_local, "session", None)
    if session is None:
        session = requests.Session()
        session.trust_env = False
        session.headers.update({"User-Agent": "xiaopu/1", "Accept": "application/json"})
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=4, max_retries=0))
        _local.session = session
    return session
