"""Pictures and videos that merchants upload for onboarding and complaints (CONTRACT §4.13)."""

import base64
import hashlib
import json
from typing import Any

from . import credentials, crypto
from .clock import Clock
from .fields import parse_json
from .merchants import Merchant
from .multipart import Part
from .refusals import PayRefusal
from .store import Store

MEGABYTE = 1024 * 1024
LIMITS = {  # kind: endings and the most bytes of each
    "image": ({"jpg": 5, "jpeg": 5, "bmp": 5, "png": 5, "pdf": 8}),
    "video": dict.fromkeys(("avi", "wmv", "mpeg", "mp4", "mov", "mkv", "flv", "f4v", "m4v"), 5),
    "complaint": {"jpg": 2, "jpeg": 2, "bmp": 2, "png": 2},
}


class Uploads:
    """Only names, sizes and hashes are kept: enough to know a media_id again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def add(self, merchant: Merchant, kind: str, parts: dict[str, Part]) -> dict[str, str]:
        """A multipart body of `meta` (which was signed) and `file` → {media_id}."""
        meta, file = _meta(parts), parts.get("file")
        if file is None or not file.filename:
            raise _wrong("file", "is required")
        ending = file.filename.rpartition(".")[2].lower()
        most = LIMITS[kind].get(ending)
        if most is None:
            raise _wrong("file", f"must end in one of {', '.join(LIMITS[kind])}")
        if not 0 < len(file.body) <= most * MEGABYTE:
            raise _wrong("file", f"must have 1 byte to {most} MB")
        digest = hashlib.sha256(file.body).hexdigest()
        if not crypto.is_same(digest, str(meta.get("sha256", "")).lower()):
            raise PayRefusal(400, "PARAM_ERROR", "文件的sha256与meta中的不一致")
        media_id = base64.urlsafe_b64encode(credentials.text(60).encode()).decode().rstrip("=")
        entry = {
            "media_id": media_id,
            "mchid": merchant.mchid,
            "kind": kind,
            "name": file.filename,
            "size": len(file.body),
            "sha256": digest,
            "created_at": self._clock.now(),
        }
        self._store.insert("uploads", entry)
        return {"media_id": media_id}

    def is_known(self, merchant: Merchant, media_id: object) -> bool:
        sql = "SELECT 1 FROM uploads WHERE media_id = ? AND mchid = ?"
        return self._store.find(sql, str(media_id), merchant.mchid) is not None


def _meta(parts: dict[str, Part]) -> dict[str, Any]:
    if "meta" not in parts:
        raise _wrong("meta", "is required")
    try:
        meta = parse_json(parts["meta"].body)
    except (ValueError, json.JSONDecodeError) as error:
        raise _wrong("meta", "must be JSON") from error
    if not isinstance(meta, dict) or not meta.get("filename"):
        raise _wrong("meta", "must be an object with filename and sha256")
    return meta


def _wrong(field: str, issue: str) -> PayRefusal:
    detail = {"field": field, "issue": issue, "location": "body"}
    return PayRefusal(400, "PARAM_ERROR", f"参数错误: {field} {issue}", detail)
