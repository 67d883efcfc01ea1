"""The app of WeChat's tokens: shared by all tenants, so its rows live in the public schema."""

from django.apps import AppConfig


class WeChatConfig(AppConfig):
    """Register the models under the label `wechat`."""

    name = "wechat"
    label = "wechat"
    verbose_name = "WeChat"
