"""What WeChat asks of a merchant-to-be, and how our answers become its application.

Names on the left are WeChat's own leaf names (CONTRACT §4.13), so that what it refuses is shown at
the field. We take sole traders and companies whose legal person applies; other subjects and
somebody else who acts for them apply at WeChat Pay and bind the number.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.errors import Refusal
from wechat.onboarding import Application


class Subject(StrEnum):
    """Who applies, as WeChat spells it."""

    INDIVIDUAL = "SUBJECT_TYPE_INDIVIDUAL"
    ENTERPRISE = "SUBJECT_TYPE_ENTERPRISE"


class BankAccount(StrEnum):
    """Whose account the settlements go to: the company's, or the sole trader's own."""

    CORPORATE = "BANK_ACCOUNT_TYPE_CORPORATE"
    PERSONAL = "BANK_ACCOUNT_TYPE_PERSONAL"


PICTURES = ("license_copy", "id_card_copy", "id_card_national")
TEXTS = (
    "subject_type",
    "license_number",
    "merchant_name",
    "legal_person",
    "id_card_number",
    "id_card_address",
    "card_period_begin",
    "card_period_end",
    "mobile_phone",
    "contact_email",
    "merchant_shortname",
    "service_phone",
    "qualification_type",
    "bank_account_type",
    "account_name",
    "account_bank",
    "bank_name",
    "account_number",
)
OPTIONAL = frozenset({"id_card_address", "bank_name"})
NAMES = TEXTS + PICTURES

SETTLEMENT_IDS = {Subject.INDIVIDUAL: "719", Subject.ENTERPRISE: "716"}
"""WeChat's rule of rate and term for ordinary trade. Unverified: 719 is in public clients, 716
from memory; an applyment that WeChat refuses for it says so at `settlement_id`."""
TRADES = ("零售批发/生活娱乐/其他", "餐饮", "食品生鲜", "网上商城")
"""`qualification_type`: trades that need no special licence. Texts from memory, unverified."""
LONG_TERM = "长期"
"""`card_period_end` of a card that does not expire."""

_SAME = {"contact_name": "legal_person", "id_card_name": "legal_person"}
"""What WeChat asks twice and we once."""


class ApplymentIncomplete(Refusal):
    """Something that WeChat asks for is not filled in."""

    status = 422
    en = "Please fill in everything first. Missing: {missing}."
    zh = "请先填写完整。缺少：{missing}。"


def missing(answers: Mapping[str, str]) -> list[str]:
    """Return the names that WeChat needs and that have no answer, in their order."""
    needed = [name for name in NAMES if name not in OPTIONAL]
    if answers.get("subject_type") == Subject.ENTERPRISE:
        needed.append("id_card_address")
    return [name for name in needed if not answers.get(name)]


def place_of(field: str) -> str:
    """Return our name of a field that WeChat refused, "" for one that we do not ask.

    WeChat names it by its leaf, or by the way there with dots or slashes (unverified which).
    """
    leaf = field.replace("/", ".").rpartition(".")[2]
    name = _SAME.get(leaf, leaf)
    return name if name in NAMES else ""


def application_of(
    answers: Mapping[str, str], *, business_code: str, appid: str
) -> Application:
    """Write the application for a mini-program that sells. Raises ApplymentIncomplete."""
    if gaps := missing(answers):
        raise ApplymentIncomplete(missing=", ".join(gaps))
    who, subject = answers["legal_person"], Subject(answers["subject_type"])
    card = {name: answers[name] for name in ("id_card_copy", "id_card_national")}
    card |= {"id_card_name": who, "id_card_number": answers["id_card_number"]}
    if answers.get("id_card_address"):
        card["id_card_address"] = answers["id_card_address"]
    card |= {name: answers[name] for name in ("card_period_begin", "card_period_end")}
    bank = ("bank_account_type", "account_name", "account_bank", "bank_name", "account_number")
    return Application(
        business_code=business_code,
        contact_info={
            "contact_type": "LEGAL",
            "contact_name": who,
            "mobile_phone": answers["mobile_phone"],
            "contact_email": answers["contact_email"],
        },
        subject_info={
            "subject_type": subject,
            "business_license_info": {
                "license_copy": answers["license_copy"],
                "license_number": answers["license_number"],
                "merchant_name": answers["merchant_name"],
                "legal_person": who,
            },
            "identity_info": {
                "id_holder_type": "LEGAL",
                "id_doc_type": "IDENTIFICATION_TYPE_IDCARD",
                "id_card_info": card,
                "owner": True,
            },
        },
        business_info={
            "merchant_shortname": answers["merchant_shortname"],
            "service_phone": answers["service_phone"],
            "sales_info": {
                "sales_scenes_type": ["SALES_SCENES_MINI_PROGRAM"],
                "mini_program_info": {"mini_program_sub_appid": appid},
            },
        },
        settlement_info={
            "settlement_id": SETTLEMENT_IDS[subject],
            "qualification_type": answers["qualification_type"],
        },
        bank_account_info={name: answers[name] for name in bank if answers.get(name)},
    )
