"""What submit_audit refuses in its body (CONTRACT §3.6)."""

from typing import Any

from .categories import USER_CONTENT, WITHDRAWN, Categories
from .media import Media
from .refusals import WeixinRefusal
from .store import Row

MOST_ITEMS = 5
MOST_TAGS = 10
LONGEST_TAG = 20
LONGEST_TITLE = 32
LONGEST_FEEDBACK = 200
MOST_FEEDBACK_PICTURES = 5
LONGEST_DESCRIPTION = 500
MOST_PREVIEWS = 5
NO_USER_CONTENT = 0


class Submissions:
    """Checks one body after the other question by question; the first refusal counts."""

    def __init__(self, categories: Categories, media: Media) -> None:
        self._categories, self._media = categories, media

    def check(
        self,
        app: Row,
        body: dict[str, Any],
        pages: list[str],
        *,
        is_first: bool,
        was_refused: bool,
    ) -> None:
        """Raises 85006-85008, 85010, 85011, 85023, 85051, 85077, 85092-85094 or 40097."""
        appid, usable = str(app["appid"]), self._categories.usable(app["appid"])
        if any(one["second_id"] in WITHDRAWN for one in usable):
            raise WeixinRefusal(85077, "some category of app is invalid")
        self._check_items(body.get("item_list"), usable, pages)
        self._check_feedback(appid, body, was_refused=was_refused)
        description = body.get("version_desc", "")
        if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
            raise WeixinRefusal(85051, "version_desc or preview_info out of range")
        self._check_preview(appid, body.get("preview_info"))
        _check_user_content(body.get("ugc_declare"), usable, is_first=is_first)
        path = body.get("order_path", "")
        if not isinstance(path, str) or (path and path not in pages):
            raise WeixinRefusal(85007, "page is in invalid format")
        if not isinstance(body.get("privacy_api_not_use", False), bool):
            raise WeixinRefusal(47001, "data format error")

    def _check_items(self, items: object, usable: list[dict[str, Any]], pages: list[str]) -> None:
        if items is None:
            if not usable:
                raise WeixinRefusal(85008, "no category is set")
            return
        if not isinstance(items, list):
            raise WeixinRefusal(47001, "data format error")
        if not 1 <= len(items) <= MOST_ITEMS:
            raise WeixinRefusal(85023, "item size is not in valid range")
        for item in items:
            if not isinstance(item, dict) or not item:
                raise WeixinRefusal(85010, "some item is empty")
            _check_item(item, usable, pages)

    def _check_feedback(self, appid: str, body: dict[str, Any], *, was_refused: bool) -> None:
        text, pictures = body.get("feedback_info", ""), body.get("feedback_stuff", "")
        if not isinstance(text, str) or not isinstance(pictures, str):
            raise WeixinRefusal(47001, "data format error")
        if (text or pictures) and not was_refused:
            raise WeixinRefusal(40097, "invalid args: feedback is for a refused version")
        media_ids = pictures.split("|") if pictures else []
        if len(text) > LONGEST_FEEDBACK or len(media_ids) > MOST_FEEDBACK_PICTURES:
            raise WeixinRefusal(40097, "invalid args: feedback is too long")
        for media_id in media_ids:
            self._media.find(appid, media_id)

    def _check_preview(self, appid: str, preview: object) -> None:
        if preview is None:
            return
        if not isinstance(preview, dict):
            raise WeixinRefusal(85092, "invalid preview_info format")
        for name, kind in (("video_id_list", "video"), ("pic_id_list", "image")):
            media_ids = preview.get(name, [])
            if not isinstance(media_ids, list):
                raise WeixinRefusal(85092, "invalid preview_info format")
            if len(media_ids) > MOST_PREVIEWS:
                raise WeixinRefusal(85093, "preview_info has too many videos or pictures")
            for media_id in media_ids:
                self._check_media(appid, media_id, kind)

    def _check_media(self, appid: str, media_id: object, kind: str) -> None:
        try:
            row = self._media.find(appid, str(media_id))
        except WeixinRefusal as error:
            raise WeixinRefusal(85092, "invalid preview_info format") from error
        if row["kind"] != kind:
            raise WeixinRefusal(85092, "invalid preview_info format")


def _check_item(item: dict[str, Any], usable: list[dict[str, Any]], pages: list[str]) -> None:
    tags = item.get("tag", "")
    if not isinstance(tags, str) or len(tags.split()) > MOST_TAGS:
        raise WeixinRefusal(85006, "tag is in invalid format")
    if any(len(tag) > LONGEST_TAG for tag in tags.split()):
        raise WeixinRefusal(85006, "tag is in invalid format")
    if item.get("address", "") not in ("", *pages):
        raise WeixinRefusal(85007, "page is in invalid format")
    names = ("first_class", "second_class", "first_id", "second_id")
    chosen = {name: item.get(name) for name in names}
    if chosen not in [{name: one[name] for name in names} for one in usable]:
        raise WeixinRefusal(85008, "category is in invalid format")
    title = item.get("title", "")
    if not isinstance(title, str) or len(title) > LONGEST_TITLE:
        raise WeixinRefusal(85011, "title is in invalid format")


def _check_user_content(declared: object, usable: list[dict[str, Any]], *, is_first: bool) -> None:
    if declared is None:
        if is_first and any(one["second_id"] in USER_CONTENT for one in usable):
            raise WeixinRefusal(85094, "ugc_declare is required")
        return
    if not isinstance(declared, dict) or not isinstance(declared.get("scene"), list):
        raise WeixinRefusal(47001, "data format error")
    has_content = any(scene != NO_USER_CONTENT for scene in declared["scene"])
    if has_content and not (declared.get("method") and declared.get("audit_desc")):
        raise WeixinRefusal(85094, "audit_desc is required")
