"""How accounts of owners are made: django-allauth, by e-mail, on the platform's own address."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tenants.models import Account


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open; links in mails name the platform, whatever Host the request named."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the visitor's address as far as our own proxies vouch for it."""
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put our own address into every link: allauth takes it from the Host header."""
        links = {
            name: on_our_host(value)
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        super().send_mail(template_prefix, email, {**context, **links, "current_site": Site})

    def format_email_subject(self, subject: str) -> str:
        """Put the platform's name before the subject."""
        return f"[{Site.name}] {subject.strip()}"


class Site:
    """What the mails call us."""

    name = "小铺 Xiaopu"
    domain = urlsplit(settings.PUBLIC_URL).netloc


def on_our_host(address: str) -> str:
    """Return the same path and query on the platform's own address."""
    parts = urlsplit(address)
    return settings.PUBLIC_URL + parts.path + (f"?{parts.query}" if parts.query else "")


def client_address(request: HttpRequest) -> str:
    """Return the visitor's IP address: X-Forwarded-For counts only as many hops as we own."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted and hops[-trusted]:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")


def send_invitation(account: Account, *, shop_name: str, by: str) -> None:
    """Mail a link with which the owner of a new account chooses the first password."""
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(account)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(account), token])
    AccountAdapter().send_mail(
        "portal/email/invitation",
        account.email,
        {"choose_password_url": path, "shop_name": shop_name, "invited_by": by},
    )
