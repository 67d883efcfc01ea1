"""How the shop looks to customers: colour, logo, words and parts, beside a phone that shows it."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from preview import offers
from shop.catalog.actions import ChangedMeanwhile
from shop.home import actions, palette, queries
from shop.home.models import TABS, Front
from shop.media import actions as media
from storage.pictures import MAX_BYTES
from tenants import context, modules
from tenants.modules import Module
from tenants.states import Role

MOST_HOT_WORDS, LONGEST_HOT_WORD = 10, 20
PARTS = {
    Module.SHOP: _("Goods, cart and orders"),
    Module.OWNER: _("For staff: work on the phone"),
}
_BETWEEN_WORDS = re.compile(r"[,，、;；\n]")


class LookForm(forms.Form):
    """What of the shop front is changed here; banners and chosen goods are the API's."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    brand_colour = forms.RegexField(
        r"(?i)^#[0-9a-f]{6}$",
        label=_("Brand colour"),
        help_text=_("Lighter and darker shades, and the colour of words on it, are made from it."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("Square, PNG, JPEG or WebP, at most 10 MB. Empty: the present one stays."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    has_no_logo = forms.BooleanField(label=_("Show no logo"), required=False)
    announcement = forms.CharField(
        label=_("Announcement"),
        required=False,
        max_length=200,
        help_text=_("Above the goods on the first page. Empty: none is shown."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    service_phone = forms.RegexField(
        r"^[0-9+ -]{0,20}$",
        label=_("Telephone for customers"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "maxlength": 20}),
    )
    language = forms.ChoiceField(
        label=_("Language of the mini-program"),
        choices=[("zh-Hans", "简体中文"), ("en", "English")],
        help_text=_("Customers may choose the other one."),
    )
    hot_words = forms.CharField(
        label=_("Words offered in the search"),
        required=False,
        help_text=_("At most ten, separated by commas. Empty: what sells best."),
    )
    shows_newest = forms.BooleanField(label=_("Show the newest goods"), required=False)
    tab_home = forms.CharField(label=_("First tab"), required=False, max_length=12)
    tab_categories = forms.CharField(label=_("Second tab"), required=False, max_length=12)
    tab_cart = forms.CharField(label=_("Third tab"), required=False, max_length=12)
    tab_me = forms.CharField(
        label=_("Fourth tab"),
        required=False,
        max_length=12,
        help_text=_("Your own words for the four tabs. Empty: the usual ones."),
    )

    @classmethod
    def showing(cls, front: Front) -> "LookForm":
        """Return the form filled with how the shop looks now."""
        return cls(initial=_as_typed(front))

    def clean_logo(self) -> Any:
        """Refuse what is too large before it is read."""
        logo = self.cleaned_data["logo"]
        if logo and logo.size > MAX_BYTES:
            raise forms.ValidationError(gettext("The picture is larger than 10 MB."))
        return logo

    def clean_hot_words(self) -> list[str]:
        """Return each word once."""
        typed = _BETWEEN_WORDS.split(self.cleaned_data["hot_words"])
        words = list(dict.fromkeys(filter(None, (word.strip() for word in typed))))
        if len(words) > MOST_HOT_WORDS or any(len(word) > LONGEST_HOT_WORD for word in words):
            raise forms.ValidationError(gettext("At most ten words of 20 characters each."))
        return words

    def changes(self) -> dict[str, Any]:
        """Return what was typed as `home.actions.decorate` takes it; the logo is not among it."""
        typed = self.cleaned_data
        kept = ("announcement", "service_phone", "language", "hot_words", "shows_newest")
        return {
            **{name: typed[name] for name in kept},
            "brand_colour": typed["brand_colour"].lower(),
            "tab_labels": {tab: typed[f"tab_{tab}"] for tab in TABS},
        }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.MANAGER)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form beside the phone; save what comes, all of it or nothing."""
    typed = request.POST.copy()
    form = LookForm(typed, request.FILES) if request.method == "POST" else None
    status = 200
    with context.activate(desk.shop):
        if form is not None:
            status = _save(form)
        front = queries.front()
        theme = queries.theme()
    if form is not None and status == 200:
        messages.success(request, gettext("Saved. Customers see it the next time they open it."))
        return redirect("portal:look", public_id=desk.shop.public_id)
    if status == 412:
        # What was typed stays on the screen; saving it again is then a decision.
        typed["version"] = str(front.version)
    content = {
        "desk": desk,
        "form": form or LookForm.showing(front),
        "logo_url": theme["logo_url"],
        "palette": list(enumerate(theme["palette"])),
        "is_light": theme["on_brand"] != palette.WHITE,
        "parts": [(part.value, words, part in desk.shop.modules) for part, words in PARTS.items()],
        "preview": offers.of(desk.shop.public_id),
    }
    return render(request, "portal/look.html", content, status=status)


@require_POST
@at_desk(Role.OWNER)
def choose_parts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open exactly the ticked parts of the mini-program; what is off answers nobody."""
    chosen = [part for part in PARTS if part in request.POST.getlist("parts")]
    try:
        modules.choose(tenant=desk.tenant, modules=chosen, by=desk.account.email)
        messages.success(request, gettext("Saved. Within seconds what is off answers nobody."))
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    return redirect("portal:look", public_id=desk.shop.public_id)


def _save(form: LookForm) -> int:
    """Save it in the current shop; return the status to answer. Reasons are on the form."""
    if not form.is_valid():
        return 422
    changes = form.changes()
    try:
        if form.cleaned_data["has_no_logo"]:
            changes["logo_id"] = None
        elif form.cleaned_data["logo"]:
            changes["logo_id"] = media.upload(data=form.cleaned_data["logo"].read()).pk
        actions.decorate(version=form.cleaned_data["version"], **changes)
    except ChangedMeanwhile as refusal:
        words = gettext("Somebody else changed the look meanwhile. Yours is below, not yet saved.")
        form.add_error(None, words)
        return refusal.status
    except Refusal as refusal:
        form.add_error("logo", sentence(refusal))
        return 422
    return 200


def _as_typed(front: Front) -> dict[str, Any]:
    same = ("version", "brand_colour", "announcement", "service_phone", "language", "shows_newest")
    return {
        **{name: getattr(front, name) for name in same},
        "hot_words": "，".join(front.hot_words),
        **{f"tab_{tab}": front.tab_labels.get(tab, "") for tab in TABS},
    }
