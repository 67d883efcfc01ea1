"""The console of the platform's staff: its own address, its own content policy."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from superadmin import figures

# unfold's Alpine.js evaluates expressions, and its theme is an inline style.
CONTENT_SECURITY_POLICY = {
    **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}

NAVIGATION = [
    (_("Platform"), [
        (_("Figures"), "monitoring", "superadmin:index", ""),
        (_("Shops"), "storefront", "superadmin:tenants_tenant_changelist", ""),
        (_("Accounts"), "group", "superadmin:tenants_account_changelist", ""),
        (_("Spare schemas"), "inventory_2", "superadmin:tenants_spareschema_changelist", ""),
        (_("Schema versions"), "schema", "superadmin:tenants_schemaversion_changelist", ""),
        (_("Migration runs"), "moving", "superadmin:fleet_run_changelist", ""),
    ]),
    (_("Mini-programs"), [
        (_("All apps"), "apps", "superadmin:tenants_miniprogram_changelist", ""),
        (_("Releases"), "rocket_launch", "superadmin:releases_release_changelist", ""),
        (_("Release trains"), "train", "superadmin:trains_releasetrain_changelist", ""),
        (_("Templates"), "inventory", "superadmin:releases_template_changelist", ""),
        (_("Reviews of the month"), "fact_check", "superadmin:releases_quota_changelist", ""),
        (_("Apps without a shop"), "help", "superadmin:programs_unplaced_changelist", ""),
    ]),
    (_("Merchants"), [
        (_("Applications"), "assignment_ind", "superadmin:applyments_applyment_changelist", ""),
    ]),
    (_("Jobs"), [
        (_("Dead letters"), "mark_email_unread", "superadmin:jobs_queuedmessage_changelist",
         "state=rejected"),
        (_("All jobs"), "conveyor_belt", "superadmin:jobs_queuedmessage_changelist", ""),
    ]),
    (_("Money"), [
        (_("Money overview"), "bar_chart", "superadmin:money_overview", ""),
        (_("Differences to settle"), "difference",
         "superadmin:rollups_shopdifference_changelist", ""),
        (_("Needs a person"), "support_agent", "superadmin:rollups_shoptrouble_changelist", ""),
        (_("Refunds above the limit"), "group", "superadmin:returns", ""),
        (_("Who owes commission"), "request_quote", "superadmin:owing", ""),
        (_("Commission paid by bank"), "account_balance", "superadmin:remittances", ""),
        (_("WeChat's bills"), "description", "superadmin:bills_billfile_changelist", ""),
        (_("Money by shop and day"), "payments", "superadmin:rollups_shopday_changelist", ""),
        (_("Profit sharing"), "pie_chart", "superadmin:sharings", ""),
        (_("Withdrawals"), "account_balance_wallet", "superadmin:withdrawals", ""),
        (_("Why this amount?"), "calculate", "superadmin:why", ""),
        (_("Raw callbacks"), "call_received", "superadmin:inbox_notification_changelist", ""),
        (_("Pushes of WeChat"), "notifications", "superadmin:pushes_push_changelist", ""),
        (_("Ledger check"), "balance", "superadmin:ledger_check", ""),
    ]),
    (_("Plans"), [
        (_("Subscriptions"), "loyalty", "superadmin:plans_subscription_changelist", ""),
        (_("Invoices"), "receipt_long", "superadmin:plans_invoice_changelist", ""),
        (_("Plans"), "sell", "superadmin:plans_plan_changelist", ""),
        (_("Plan versions"), "price_change", "superadmin:plans_planversion_changelist", ""),
    ]),
    (_("Safety"), [
        (_("Erasures"), "delete_forever", "superadmin:archives_erasure_changelist", ""),
        (_("Audit log"), "policy", "superadmin:superadmin_auditentry_changelist", ""),
    ]),
]


_GREENS = {
    "50": "#f0faf7", "100": "#dcf1eb", "200": "#bbe3d8", "300": "#8dcfbe", "400": "#56b29d",
    "500": "#2f9380", "600": "#0e7562", "700": "#0e6655", "800": "#0a4f42", "900": "#083f35",
    "950": "#042720",
}  # fmt: skip
"""The portal's green, in the steps that unfold's style sheet asks for."""

View = Callable[..., HttpResponse]


class PlatformSite(UnfoldAdminSite):
    """Django's admin for members of the platform's staff; everybody else finds nothing."""

    site_title = site_header = _("Xiaopu platform")
    index_title = _("Figures")
    index_template = "superadmin/index.html"
    enable_nav_sidebar = True

    def __init__(self, name: str) -> None:
        self._pages: list[URLPattern] = []
        super().__init__(name)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Give every page of the console its own content policy."""
        return csp_replace(CONTENT_SECURITY_POLICY)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send to the platform's one sign-in page, where rate limits and second factors are."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        target = request.GET.get("next") or reverse("superadmin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Sign out where one signed in."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Change the password where everybody does."""
        return redirect("account_change_password")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the console ours, and link to the account's second factor."""
        context: dict[str, Any] = super().each_context(request)
        context.update(
            site_title=self.site_title,
            site_header=self.site_header,
            site_symbol="storefront",
            site_favicons=[{"rel": "icon", "href": static("portal/icon.svg")}],
            colors={**context["colors"], "primary": _GREENS},
            show_languages=True,
            languages_action=reverse("set_language"),
            account_links=[
                {"title": _("Second factor"), "link": reverse("mfa_index")},
                {"title": _("Change password"), "link": reverse("account_change_password")},
            ],
        )
        return context

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the sidebar: every section, for all staff."""
        return [
            {"title": title, "separator": True,
             "items": [self._item(request, *item) for item in items]}
            for title, items in NAVIGATION
        ]

    def words_of(self, request: HttpRequest, model: type[Model]) -> Any:
        """Return the sidebar's words for the list of a model; None where it has no place there."""
        name = f"superadmin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        asked = request.META.get("QUERY_STRING", "")
        found = {query: title for _, items in NAVIGATION for title, _, page, query in items
                 if page == name and query in asked}  # fmt: skip
        return found[max(found, key=len)] if found else None

    def page(self, address: str, name: str) -> Callable[[View], View]:
        """Register a page of ours next to the admin's own."""

        def register(view: View) -> View:
            self._pages.append(path(address, self.admin_view(view), name=name))
            return view

        return register

    def get_urls(self) -> list[Any]:
        """Return our pages, then the admin's own."""
        return [*self._pages, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Show the platform's figures."""
        return super().index(request, {**(extra_context or {}), **figures.all_figures()})

    def _item(
        self, request: HttpRequest, title: Any, icon: str, name: str, query: str
    ) -> dict[str, Any]:
        link = reverse(name)
        asked = "state=rejected" if "state=rejected" in request.META.get("QUERY_STRING", "") else ""
        return {
            "title": title,
            "icon": icon,
            "link": f"{link}?{query}" if query else link,
            "has_permission": True,
            "active": request.path == link and query == asked,
        }


site = PlatformSite(name="superadmin")
