"""Closing the shop, and coming back while there is time."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from tenants import standing
from tenants.lifecycle import Door
from tenants.states import Role


class CloseForm(forms.Form):
    """That it is meant, and why."""

    name = forms.CharField(label=_("The shop's name, to be sure"), max_length=60)
    reason = forms.CharField(
        label=_("Why do you leave?"), max_length=150, required=False,
        help_text=_("You need not say."),
    )  # fmt: skip

    def __init__(self, *args: object, shop_name: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # forwarded as they come
        self.shop_name = shop_name

    def clean_name(self) -> str:
        """Refuse another name than the shop's."""
        name: str = self.cleaned_data["name"]
        if name.strip().casefold() != self.shop_name.casefold():
            raise forms.ValidationError(gettext("This is not the name of the shop."))
        return name


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what closing means; begin it when the form comes back with the shop's name."""
    sent = request.POST if request.method == "POST" else None
    form = CloseForm(sent, shop_name=desk.shop.name)
    if form.is_valid():
        reason = form.cleaned_data["reason"] or "closed by its owner"
        try:
            standing.begin_closing(tenant=desk.tenant, reason=reason, by=desk.account.email)
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return redirect("portal:shop", public_id=desk.shop.public_id)
    content = {
        "desk": desk,
        "form": form,
        "days": settings.CLOSING_DAYS,
        "unfinished": standing.unfinished(desk.tenant),
    }
    return render(request, "portal/close.html", content, status=422 if form.is_bound else 200)


@require_POST
@at_desk(Role.OWNER, door=Door.ACCOUNT)
def come_back(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open the shop again as it was."""
    try:
        standing.come_back(tenant=desk.tenant, reason="its owner came back", by=desk.account.email)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, gettext("Welcome back. The shop is as it was."))
    return redirect("portal:shop", public_id=desk.shop.public_id)
