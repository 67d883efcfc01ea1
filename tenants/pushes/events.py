"""Which push is which: its name, who hears it, and what in it is secret (CONTRACT §3, §5–§9)."""

from collections.abc import Mapping

from tenants.pushes import messages

TICKET = "component_verify_ticket"
OTHER = "other"

PLATFORM: dict[str, type] = dict.fromkeys(
    ("authorized", "updateauthorized", "unauthorized", "notify_third_fasteregister"),
    messages.AppAuthorized,
)
"""Events of the component that the platform hears itself."""

SHOP: dict[str, type] = {
    **dict.fromkeys(
        ("weapp_audit_success", "weapp_audit_fail", "weapp_audit_delay"), messages.AuditDecided
    ),
    **dict.fromkeys(
        (
            "wxa_nickname_audit",
            "wxa_category_audit",
            "wxa_illegal_record",
            "wxa_appeal_record",
            "wxa_privacy_apply",
            "notify_3rd_wxa_auth",
            "notify_3rd_wxa_wxverify",
            "notify_apply_icpfiling_result",
        ),
        messages.ProgramJudged,
    ),
    "wxa_media_check": messages.MediaChecked,
    **dict.fromkeys(
        (
            "subscribe_msg_popup_event",
            "subscribe_msg_change_event",
            "subscribe_msg_sent_event",
        ),
        messages.PermitsChanged,
    ),
    **dict.fromkeys(
        (
            "text",
            "image",
            "voice",
            "video",
            "shortvideo",
            "location",
            "link",
            "miniprogrampage",
            "user_enter_tempsession",
            "CLICK",
        ),
        messages.CustomerSpoke,
    ),
    **dict.fromkeys(("subscribe", "unsubscribe", "SCAN"), messages.FollowerChanged),
    **dict.fromkeys(
        (
            "trade_manage_remind_access_api",
            "trade_manage_remind_shipping",
            "trade_manage_order_settlement",
        ),
        messages.ShippingReminded,
    ),
}
"""Events about one app, heard inside the shop that it belongs to."""

UNHEARD = frozenset({"VIEW"})
"""Known, and of no consequence here: kept and marked as ignored."""

SECRET = frozenset({"AuthorizationCode", "PreAuthCode", "auth_code", "ComponentVerifyTicket"})
"""Fields that open something for whoever has them; they are sealed before they are stored."""


def name_of(fields: Mapping[str, str]) -> str:
    """Return the name of a push: its InfoType or Event, or the MsgType of what a person wrote."""
    kind = fields.get("MsgType", "")
    return (fields.get("InfoType") or fields.get("Event") or kind or OTHER)[:64]


def app_in(fields: Mapping[str, str]) -> str:
    """Return the appid that a component's event is about, or an empty text.

    The event spells it in one of three ways (CONTRACT §3.3, 7 and §3.4).
    """
    names = ("AuthorizerAppid", "authorizer_appid", "appid")
    return next((fields[name] for name in names if fields.get(name)), "")[:32]


def label(event: str) -> str:
    """Return an event's name for a counter: a name that we do not know is `other`."""
    known = event == TICKET or event in PLATFORM or event in SHOP or event in UNHEARD
    return event if known else OTHER
