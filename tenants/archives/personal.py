"""Which columns of a shop hold personal data, and how each is masked in a copy.

Every column that can hold words is named here, as personal or as plain; a test holds the lists
against the models. Numbers, moments and ids of ours say nothing about a person by themselves, and
choices are ours. What is named nowhere is masked: a column that somebody forgot leaks nothing.

A mask is an expression over the column `{c}`. Masks that must keep values apart (unique columns)
or equal (the same person in two tables) digest them with a salt that is made for one copy and
then forgotten.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import BinaryField, CharField, Field, JSONField, TextField

from kernel import identifiers
from tenants.template import quote
from tenants.versions import labels

_DIGEST = "md5({c} || %(salt)s)"


def _unless_empty(mask: str) -> str:
    return f"CASE WHEN {{c}} = '' THEN {{c}} ELSE {mask} END"


NAME = _unless_empty(f"'顾客' || left({_DIGEST}, 6)")
OPENID = _unless_empty(f"'o' || left({_DIGEST}, 27)")
APPID = _unless_empty(f"'wx' || left({_DIGEST}, 16)")
PHONE = _unless_empty(
    f"'139' || lpad((('x' || left({_DIGEST}, 7))::bit(28)::int %% 100000000)::text, 8, '0')"
)
NUMBER = _unless_empty(f"left({_DIGEST}, 28)")
WORDS = _unless_empty("'***'")
STAFF = f"CASE WHEN {{c}} LIKE '%%@%%' THEN 'staff-' || left({_DIGEST}, 6) ELSE {{c}} END"
TEXTS_OF_OBJECT = (
    "CASE WHEN {c} IS NOT NULL THEN"
    " (SELECT coalesce(jsonb_object_agg(k, CASE WHEN jsonb_typeof(v) = 'string'"
    " THEN to_jsonb('***'::text) ELSE 'null'::jsonb END), '{{}}') FROM jsonb_each({c}) AS e (k, v))"
    " END"
)
NOTHING_IN_IT = (
    "CASE jsonb_typeof({c}) WHEN 'array' THEN '[]'::jsonb WHEN 'object' THEN '{{}}'::jsonb END"
)
MAILS = r"""regexp_replace({c}::text, '[^" ]+@[^" ]+', '***', 'g')::jsonb"""

EMPTIED = frozenset({"members_token", "idempotency_key", "moderation_allowance"})
"""Tables that a copy has no use for: sessions, remembered answers, what somebody used today."""

PERSONAL: Mapping[str, Mapping[str, str]] = {
    "aftersale_aftersale": {"description": WORDS, "answer": WORDS},
    "aftersale_aftersalestep": {"by": STAFF},
    "catalog_productstep": {"by": STAFF},
    "distribution_distributorstep": {"by": STAFF},
    "distribution_productrate": {"by": STAFF},
    "distribution_programme": {"by": STAFF},
    "home_front": {"service_phone": PHONE},
    "imports_import": {"by": STAFF},
    "inventory_movement": {"by": STAFF},
    "ledger_journal": {"why": MAILS},
    "members_address": {
        "recipient": NAME,
        "phone": PHONE,
        "district": WORDS,
        "street": WORDS,
        "postcode": WORDS,
    },
    "members_member": {
        "appid": APPID,
        "openid": OPENID,
        "unionid": OPENID,
        "nickname": NAME,
        "pending_nickname": NAME,
    },
    "moderation_check": {
        "body": WORDS,
        "digest": NUMBER,
        "appid": APPID,
        "openid": OPENID,
        "trace_id": NUMBER,
        "last_error": WORDS,
        "decided_by": STAFF,
        "statement": WORDS,
    },
    "moderation_checkstep": {"statement": WORDS, "by": STAFF},
    "moderation_prohibitedword": {"by": STAFF},
    "notices_notice": {
        "appid": APPID,
        "openid": OPENID,
        "data": NOTHING_IN_IT,
        "page": WORDS,
        "last_error": WORDS,
    },
    "notices_permit": {"appid": APPID, "openid": OPENID},
    "notices_setup": {"appid": APPID, "last_error": WORDS, "by": STAFF},
    "notices_template": {"appid": APPID},
    "orders_order": {
        "address": TEXTS_OF_OBJECT,
        "pickup": TEXTS_OF_OBJECT,
        "pickup_code": NUMBER,
        "remark": WORDS,
    },
    "orders_orderreturn": {"reason": WORDS, "by": STAFF, "decided_by": STAFF},
    "orders_orderstep": {"reason": WORDS, "by": STAFF},
    "orders_parcel": {"tracking_number": NUMBER, "by": STAFF},
    "orders_shippingupload": {"last_error": WORDS},
    "payments_attempt": {
        "direct_mchid": NUMBER,
        "sub_mchid": NUMBER,
        "appid": APPID,
        "openid": OPENID,
        "prepay_id": NUMBER,
        "transaction_id": NUMBER,
    },
    "payments_paymentstep": {"facts": NOTHING_IN_IT},
    "pickup_points_pickuppoint": {"phone": PHONE},
    "reconciliation_difference": {"facts": NOTHING_IN_IT, "note": WORDS, "ended_by": STAFF},
    "reconciliation_differencestep": {"by": STAFF, "facts": NOTHING_IN_IT},
    "reconciliation_line": {"wechat_number": NUMBER},
    "refunds_refund": {"reason": WORDS, "by": STAFF, "refusal": WORDS},
    "refunds_refundstep": {"facts": NOTHING_IN_IT},
    "sharing_knownreceiver": {"sub_mchid": NUMBER, "appid": APPID, "account": NUMBER},
    "sharing_part": {"account": NUMBER, "reason": WORDS, "why": MAILS},
    "sharing_sharereturn": {"cause": WORDS, "reason": WORDS},
    "sharing_sharing": {"refusal": WORDS},
    "sharing_sharingstep": {"facts": NOTHING_IN_IT},
    "withdrawals_withdrawal": {
        "appid": APPID,
        "openid": OPENID,
        "sealed_name": WORDS,
        "direct_mchid": NUMBER,
        "sub_mchid": NUMBER,
        "transfer_bill_no": NUMBER,
        "package_info": WORDS,
        "fail_reason": WORDS,
        "refusal": WORDS,
        "reviewer": STAFF,
        "approver": STAFF,
        "answer": WORDS,
    },
    "withdrawals_withdrawalstep": {"by": STAFF, "facts": NOTHING_IN_IT},
}

PLAIN: Mapping[str, frozenset[str]] = {
    table: frozenset(columns.split())
    for table, columns in {
        "aftersale_aftersale": "currency",
        "aftersale_aftersalestep": "state",
        "catalog_category": "name",
        "catalog_product": "code title subtitle description_html vendor product_type tags"
        " search_text search",
        "catalog_productimage": "alt",
        "catalog_productstep": "before after",
        "catalog_sku": "code spec_value_ids spec_key label barcode",
        "catalog_spec": "name",
        "catalog_specvalue": "value",
        "coupons_coupon": "scope_ids title",
        "coupons_membercouponstep": "state",
        "distribution_commission": "currency rule",
        "distribution_commissionstep": "state",
        "distribution_distributor": "code",
        "distribution_distributorstep": "state",
        "home_banner": "title",
        "home_front": "announcement chosen_product_ids brand_colour tab_labels hot_words",
        "imports_import": "file_name errors warnings unknown_columns image_ids",
        "inventory_movement": "reference",
        "ledger_balance": "account currency",
        "ledger_holderbalance": "account currency",
        "ledger_journal": "reference",
        "ledger_transfer": "currency",
        "media_image": "source_url failure_code sha256 small_key medium_key large_key",
        "members_address": "country province city",
        "members_member": "nickname_standing",
        "moderation_check": "part kind reason",
        "moderation_checkstep": "state reason",
        "moderation_content": "kind",
        "moderation_prohibitedword": "word",
        "notices_notice": "news order_number template_id",
        "notices_permit": "template_id",
        "notices_permitentry": "cause reference",
        "notices_setup": "missing",
        "notices_template": "news template_id title facts",
        "orders_order": "number currency explain",
        "orders_orderline": "title label image_url",
        "orders_orderreturn": "key currency",
        "orders_orderstep": "state",
        "orders_parcel": "carrier_code",
        "payments_attempt": "out_trade_no",
        "payments_payment": "order_number currency description",
        "payments_paymentstep": "state event",
        "pickup_points_pickuppoint": "name address hours",
        "reconciliation_difference": "number mark currency order_number",
        "reconciliation_differencestep": "state event",
        "reconciliation_line": "number of_number state currency",
        "refunds_refund": "key out_refund_no currency",
        "refunds_refundstep": "state event",
        "replies_rule": "keyword text link_appid link_path link_title",
        "samples_sampleitem": "kind",
        "settlements_statement": "currency",
        "sharing_part": "description",
        "sharing_sharereturn": "out_return_no currency",
        "sharing_sharing": "out_order_no currency",
        "sharing_sharingstep": "state event",
        "withdrawals_withdrawal": "key number currency",
        "withdrawals_withdrawalstep": "state event",
    }.items()
}

WORDY = (CharField, TextField, JSONField, BinaryField, ArrayField, SearchVectorField)
"""Fields that can hold words."""
FILE_KEYS: Mapping[str, tuple[str, ...]] = {
    "catalog_product": ("description_html",),
    "media_image": ("small_key", "medium_key", "large_key"),
    "orders_orderline": ("image_url",),
}
"""Columns in which the shop's own folder is named."""


def wordy_columns() -> "dict[str, dict[str, Field[Any, Any]]]":
    """Return the columns of the shops' tables that can hold words other than a choice of ours."""
    ours = labels()
    found: dict[str, dict[str, Field[Any, Any]]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ours:
            found[model._meta.db_table] = {
                str(field.column): field
                for field in model._meta.concrete_fields
                if isinstance(field, WORDY) and not field.choices
            }
    return found


def mask(cursor: Any, schema: str) -> None:
    """Mask every personal column of a schema, by the owner's hand, beyond recovery."""
    for table in EMPTIED:
        cursor.execute(f"DELETE FROM {quote(schema)}.{quote(table)}")
    salt = {"salt": identifiers.secret()}
    for table, columns in wordy_columns().items():
        masked = [
            f"{quote(name)} = {expression}"
            for name, field in columns.items()
            if (expression := _mask_of(table, name, field))
        ]
        if masked and table not in EMPTIED:
            cursor.execute(f"UPDATE {quote(schema)}.{quote(table)} SET {', '.join(masked)}", salt)


def move_folder(cursor: Any, schema: str, before: str, after: str) -> None:
    """Have the columns that name the shop's folder name another one."""
    for table, columns in FILE_KEYS.items():
        changes = ", ".join(f"{quote(c)} = replace({quote(c)}, %(b)s, %(a)s)" for c in columns)
        names = {"b": f"{before}/", "a": f"{after}/"}
        cursor.execute(f"UPDATE {quote(schema)}.{quote(table)} SET {changes}", names)


def _mask_of(table: str, column: str, field: "Field[Any, Any]") -> str | None:
    """Return the expression that masks a column; None where it is plain."""
    expression = PERSONAL.get(table, {}).get(column)
    if expression is None:
        if column in PLAIN.get(table, ()):
            return None
        expression = _forgotten(field)
    text = expression.format(c=quote(column))
    return f"left({text}, {field.max_length})" if isinstance(field, CharField) else text


def _forgotten(field: "Field[Any, Any]") -> str:
    """Return what hides a column that nobody declared."""
    if isinstance(field, JSONField):
        return NOTHING_IN_IT
    if isinstance(field, CharField | TextField):
        return WORDS
    return "NULL" if field.null else "DEFAULT"
