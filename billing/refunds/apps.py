from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "billing.refunds"
