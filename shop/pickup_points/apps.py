from django.apps import AppConfig


class PickupPointsConfig(AppConfig):
    name = "shop.pickup_points"
    verbose_name = "Pick-up points"
