"""Counters of our talk with WeChat. No tenant label: thousands of shops would drown it."""

from prometheus_client import Counter, Histogram

calls = Counter("wechat_calls", "Calls to WeChat by name and result.", ["call", "result"])
call_seconds = Histogram("wechat_call_seconds", "How long WeChat took to answer.", ["call"])
callbacks = Counter(
    "wechat_callbacks", "Messages from WeChat by door and result.", ["door", "result"]
)
