"""Pictures of a release that WeChat gives: the code that opens it, what reviewers saw."""

import structlog

from storage import files
from tenants.programs import actions as programs
from tenants.programs.actions import WeChatUnavailable
from tenants.releases.actions import ReleaseCannot
from tenants.releases.models import Rejection, Release
from tenants.releases.states import PREVIEWABLE
from wechat import program_code
from wechat.errors import AuthorizationLost, WeChatFailure

log = structlog.get_logger(__name__)


def preview(*, release: Release) -> bytes:
    """Return the picture of the code that opens the trial version; asked of WeChat once.

    Outside any transaction. Raises ReleaseCannot before the commit and after the release, when
    the trial version is another's; WeChatUnavailable.
    """
    if release.state not in PREVIEWABLE:
        raise ReleaseCannot(state=release.state)
    if release.preview_key:
        return files.read(release.preview_key)
    try:
        picture = program_code.trial_qr(release.mini_program.appid)
    except AuthorizationLost as lost:
        programs.lose(program=release.mini_program, reason=lost.code)
        raise programs.ProgramNotAuthorised from lost
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure
    key = _kept(release, "preview", picture)
    Release.objects.filter(pk=release.pk).update(preview_key=key)
    return picture


def fetch_screenshots(*, rejection_id: int) -> None:
    """Fetch the pictures of a refusal that are not fetched yet.

    Those that WeChat does not give stay away. Raises a WeChatFailure that is worth another try.
    """
    rows = Rejection.objects.select_related("release__mini_program__tenant")
    rejection = rows.get(pk=rejection_id)
    appid = rejection.release.mini_program.appid
    for place in range(len(rejection.files), len(rejection.media_ids)):
        try:
            picture = program_code.screenshot(appid, rejection.media_ids[place])
        except WeChatFailure as failure:
            if failure.retryable:
                raise
            log.info("screenshot_not_given", rejection=rejection.pk, code=failure.code)
            return
        key = _kept(rejection.release, f"refusal-{rejection.pk}-{place}", picture)
        rejection.files = [*rejection.files, key]
        Rejection.objects.filter(pk=rejection.pk).update(files=rejection.files)


def _kept(release: Release, name: str, picture: bytes) -> str:
    """Keep a picture that WeChat gave us; return its key."""
    ending, mime = next(kind for start, *kind in _PICTURES if picture.startswith(start))
    tenant = release.mini_program.tenant
    return files.put(
        prefix=f"{tenant.public_id}/releases",
        name=f"{release.pk.hex}-{name}{ending}",
        data=picture,
        content_type=mime,
    )


_PICTURES = (
    (b"\xff\xd8\xff", ".jpg", "image/jpeg"),
    (b"\x89PNG", ".png", "image/png"),
    (b"GIF8", ".gif", "image/gif"),
)
