"""What a mini-program tells its users about the data it collects (§3.5).

A guide that is set comes into force with the next version that is audited and released.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wechat import api, callers

_PATH = "/cgi-bin/component"
_DEVELOPMENT = 2


@dataclass(frozen=True)
class PrivacyGuide:
    """The guide as we set it. `settings` pairs WeChat's key of a kind of data (`PhoneNumber`)
    with what we use it for; `store_days_text` is like `30天`, or empty for WeChat's own words."""

    contact_email: str
    contact_phone: str
    notice_method: str
    store_days_text: str
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CurrentGuide:
    """The guide as WeChat has it. `keys_in_code` is what its machine found in the committed code,
    and may lack what it missed; `key_names` are WeChat's words for every key it knows."""

    code_exists: bool
    keys_in_code: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    key_names: tuple[tuple[str, str], ...] = ()

    @property
    def missing_keys(self) -> tuple[str, ...]:
        """The kinds of data that the code uses and the guide does not explain."""
        explained = {key for key, purpose in self.settings if purpose}
        return tuple(key for key in self.keys_in_code if key not in explained)


def set_guide(appid: str, guide: PrivacyGuide) -> None:
    """Replace the guide of the version to come.

    Raises ValueError when no way to reach us is given, or a WeChatFailure.
    """
    if not (guide.contact_email or guide.contact_phone):
        raise ValueError("a guide names a way to reach its owner")
    owner = {
        "contact_email": guide.contact_email,
        "contact_phone": guide.contact_phone,
        "notice_method": guide.notice_method,
        "store_expire_timestamp": guide.store_days_text,
    }
    content = {
        "privacy_ver": _DEVELOPMENT,
        "owner_setting": {name: value for name, value in owner.items() if value},
        "setting_list": [
            {"privacy_key": key, "privacy_text": purpose} for key, purpose in guide.settings
        ],
    }
    path = f"{_PATH}/setprivacysetting"
    callers.app_post(appid, path, call="privacy.set_guide", content=content)


def guide(appid: str) -> CurrentGuide:
    """Return the guide of the version to come. Raises a WeChatFailure."""
    answer = callers.app_post(
        appid,
        f"{_PATH}/getprivacysetting",
        call="privacy.guide",
        content={"privacy_ver": _DEVELOPMENT},
        is_read=True,
    )
    named = api.object_in(answer, "privacy_desc")
    return CurrentGuide(
        code_exists=api.whole_or(answer, "code_exist", 0) == 1,
        keys_in_code=api.texts_in(answer, "privacy_list"),
        settings=_pairs(answer, "setting_list", "privacy_text"),
        key_names=_pairs(named, "privacy_desc_list", "privacy_desc"),
    )


def apply_for_interface(appid: str, *, api_name: str, purpose: str) -> None:
    """Ask that the app's code may call an interface to private data, like `wx.getLocation`.

    WeChat decides in days; a `wxa_privacy_apply` push tells. Raises a WeChatFailure.
    """
    content = {"api_name": api_name, "content": purpose}
    path = "/wxa/security/apply_privacy_interface"
    callers.app_post(appid, path, call="privacy.apply_for_interface", content=content)


def _pairs(answer: Mapping[str, Any], name: str, value: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (api.text_in(item, "privacy_key"), api.text_or_empty(item, value))
        for item in api.objects_in(answer, name)
    )
