"""Connecting the shop with WeChat: its mini-program and its merchant number."""

import json
from typing import Any

import requests
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from preview import simulator
from tenants import actions
from tenants.models import Merchant, MiniProgram
from tenants.states import Role

SIMULATOR_SECONDS = 3


class ConnectionForm(forms.Form):
    """The two numbers that WeChat gives."""

    appid = forms.RegexField(
        label=_("AppID of the mini-program"),
        regex=r"^wx[0-9A-Za-z]{4,30}$",
        help_text=_("mp.weixin.qq.com → Development → Development settings. It begins with wx."),
        error_messages={"invalid": _("An AppID begins with wx and has letters and digits only.")},
    )
    sub_mchid = forms.RegexField(
        label=_("Merchant number (sub-merchant)"),
        regex=r"^[0-9]{6,32}$",
        help_text=_("pay.weixin.qq.com → Account centre → Merchant information. Digits only."),
        error_messages={"invalid": _("A merchant number has 6 to 32 digits.")},
    )


class SimulatorAway(Refusal):
    """The simulator of WeChat does not answer."""

    status = 503
    en = "The WeChat simulator does not answer. Is it running?"
    zh = "微信模拟器没有响应，请确认它已启动。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Role.OWNER)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form; connect when it comes back filled."""
    known = connected(desk)
    sent = request.POST if request.method == "POST" else None
    form = ConnectionForm(sent, initial=known)
    if form.is_valid() and _connect(request, desk, form):
        return redirect("portal:shop", public_id=desk.shop.public_id)
    content = {"desk": desk, "form": form, "known": known, "simulator": simulator.address()}
    return render(request, "portal/wechat.html", content, status=422 if form.is_bound else 200)


@require_POST
@at_desk(Role.OWNER)
def ask_simulator(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the simulator make a mini-program with a merchant, and connect it. Simulation only."""
    if not simulator.address():
        raise Http404
    try:
        made = _made_by_simulator(desk.shop.name)
        actions.connect_wechat(
            tenant=desk.tenant, appid=made["appid"], sub_mchid=made["sub_mchid"]
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return redirect("portal:wechat", public_id=desk.shop.public_id)
    told = gettext("Connected with the simulated mini-program %(appid)s.")
    messages.success(request, told % {"appid": made["appid"]})
    return redirect("portal:shop", public_id=desk.shop.public_id)


def connected(desk: Desk) -> dict[str, str]:
    """Return the latest appid and the merchant number, empty where there is none."""
    program = MiniProgram.objects.filter(tenant=desk.tenant).order_by("-pk").first()
    merchant = Merchant.objects.filter(tenant=desk.tenant).first()
    return {
        "appid": program.appid if program else "",
        "sub_mchid": merchant.sub_mchid if merchant else "",
    }


def _connect(request: HttpRequest, desk: Desk, form: ConnectionForm) -> bool:
    try:
        actions.connect_wechat(tenant=desk.tenant, **form.cleaned_data)
    except Refusal as refusal:
        named = "sub_mchid" if "sub_mchid" in refusal.facts else "appid"
        form.add_error(named, sentence(refusal))
        return False
    messages.success(request, gettext("WeChat is connected."))
    return True


def _made_by_simulator(name: str) -> dict[str, Any]:
    """Return the simulator's answer; no secret of ours goes there."""
    try:
        answer = requests.post(
            f"{simulator.address()}/_control/mini_programs",
            json={"name": name},
            timeout=SIMULATOR_SECONDS,
        )
        answer.raise_for_status()
        made = answer.json()
        return {"appid": str(made["appid"]), "sub_mchid": str(made["sub_mchid"])}
    except (requests.RequestException, json.JSONDecodeError, KeyError, TypeError):
        raise SimulatorAway from None
