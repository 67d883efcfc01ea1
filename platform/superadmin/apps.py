from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuperadminConfig(AppConfig):
    name = "superadmin"
    verbose_name = _("Platform")
