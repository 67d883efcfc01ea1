"""Taking the shop along: ask for an export, see how far it is, fetch the file."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel.errors import Refusal
from portal.access import Desk, at_desk
from portal.words import sentence
from tenants.archives import exports
from tenants.archives.states import ExportState
from tenants.lifecycle import Door
from tenants.states import Role

SHOWN = 20


@never_cache
@require_safe
@at_desk(Role.OWNER)
def list_exports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what was exported, by whom and when; the page looks again while one is being made."""
    rows = list(exports.exports_of(desk.tenant)[:SHOWN])
    under_way = {ExportState.WANTED, ExportState.RUNNING}
    content = {
        "desk": desk,
        "exports": rows,
        "is_busy": any(row.state in under_way for row in rows),
        "most": exports.MOST_A_DAY,
        "minutes": exports.LINK_SECONDS // 60,
    }
    return render(request, "portal/exports.html", content)


@require_POST
@at_desk(Role.OWNER, door=Door.READ)
def want(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the worker make one."""
    try:
        exports.want(tenant=desk.tenant, by=desk.account.email)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        words = gettext("The export is being made. This page shows when it is ready.")
        messages.success(request, words)
    return redirect("portal:exports", public_id=desk.shop.public_id)


@require_POST
@at_desk(Role.OWNER, door=Door.READ)
def fetch(request: HttpRequest, desk: Desk, export_id: int) -> HttpResponse:
    """Lead to the file by a link of some minutes."""
    export = get_object_or_404(exports.exports_of(desk.tenant), pk=export_id)
    try:
        token = exports.link_to(export)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return redirect("portal:exports", public_id=desk.shop.public_id)
    return redirect("portal:exported", token=token)


@never_cache
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the file. Whoever has the link has it: it works for some minutes."""
    try:
        export, file = exports.opened(token)
    except Refusal as refusal:
        return HttpResponse(sentence(refusal), status=refusal.status, content_type="text/plain")
    day = export.created_at.strftime("%Y%m%d")
    name = f"{export.tenant.public_id}-{day}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer.headers["X-Archive-Sha256"] = export.sha256
    return answer
