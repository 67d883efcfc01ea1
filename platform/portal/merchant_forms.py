"""The forms of how a shop is paid."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.applyments.answers import LONG_TERM, PICTURES, TRADES, BankAccount, Subject
from tenants.merchants import Keys

SUBJECTS = [
    (Subject.INDIVIDUAL.value, _("Sole trader (个体工商户)")),
    (Subject.ENTERPRISE.value, _("Company (企业)")),
]
ACCOUNTS = [
    (BankAccount.CORPORATE.value, _("Account of the business")),
    (BankAccount.PERSONAL.value, _("The sole trader's own card")),
]
PARTS = [
    (_("The business"), (
        "subject_type", "license_copy", "license_number", "merchant_name", "merchant_shortname",
        "service_phone", "qualification_type",
    )),
    (_("The legal person, who signs"), (
        "legal_person", "id_card_copy", "id_card_national", "id_card_number", "id_card_address",
        "card_period_begin", "card_period_end", "mobile_phone", "contact_email",
    )),
    (_("The bank account"), (
        "bank_account_type", "account_name", "account_bank", "bank_name", "account_number",
    )),
]  # fmt: skip
"""What stands together on the page."""

_DAY = r"^\d{4}-\d{2}-\d{2}$"


class NumberForm(forms.Form):
    """A sub-merchant number that there is."""

    sub_mchid = forms.RegexField(
        label=_("Merchant number (sub-merchant)"),
        regex=r"^[0-9]{6,32}$",
        help_text=_("pay.weixin.qq.com → Account centre → Merchant information. Digits only."),
        error_messages={"invalid": _("A merchant number has 6 to 32 digits.")},
    )


def _picture(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/bmp"}),
    )


class ApplymentForm(forms.Form):
    """What WeChat asks of a merchant. Numbers of persons and accounts are not shown again."""

    UNSHOWN: ClassVar[frozenset[str]] = frozenset({"id_card_number", "account_number", *PICTURES})

    subject_type = forms.ChoiceField(label=_("Kind of business"), choices=SUBJECTS)
    license_copy = _picture(_("Picture of the business licence"))
    license_number = forms.RegexField(
        label=_("Unified social credit code"), regex=r"^[0-9A-Z]{15}([0-9A-Z]{3})?$",
        error_messages={"invalid": _("15 or 18 digits and capital letters, as on the licence.")},
    )  # fmt: skip
    merchant_name = forms.CharField(label=_("Name on the licence"), max_length=100)
    merchant_shortname = forms.CharField(
        label=_("Name that customers see when they pay"), max_length=20
    )
    service_phone = forms.RegexField(
        label=_("Customers' telephone"), regex=r"^[0-9-]{5,20}$",
        error_messages={"invalid": _("Digits and hyphens only.")},
    )  # fmt: skip
    qualification_type = forms.ChoiceField(
        label=_("Trade"), choices=[(trade, trade) for trade in TRADES],
        help_text=_(
            "Another trade needs more papers: apply at WeChat Pay and bind the number here."
        ),
    )  # fmt: skip
    legal_person = forms.CharField(label=_("Name as on the ID card"), max_length=100)
    id_card_copy = _picture(_("ID card, side with the portrait"))
    id_card_national = _picture(_("ID card, side with the emblem"))
    id_card_number = forms.RegexField(
        label=_("ID card number"), regex=r"^[0-9]{17}[0-9X]$", required=False,
        error_messages={"invalid": _("17 digits and a digit or X.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    id_card_address = forms.CharField(
        label=_("Address on the ID card"), max_length=128, required=False,
        help_text=_("Companies only."),
    )  # fmt: skip
    card_period_begin = forms.RegexField(
        label=_("ID card valid from"), regex=_DAY,
        error_messages={"invalid": _("A day such as 2026-11-29.")},
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    card_period_end = forms.RegexField(
        label=_("ID card valid until"), regex=rf"{_DAY}|^{LONG_TERM}$",
        help_text=_("A day such as 2036-11-29, or 长期 if it does not expire."),
        error_messages={"invalid": _("A day such as 2026-11-29, or 长期.")},
    )  # fmt: skip
    mobile_phone = forms.RegexField(
        label=_("Mobile phone"), regex=r"^1[0-9]{10}$",
        error_messages={"invalid": _("A mobile number has 11 digits.")},
    )  # fmt: skip
    contact_email = forms.EmailField(label=_("E-mail"))
    bank_account_type = forms.ChoiceField(label=_("Kind of account"), choices=ACCOUNTS)
    account_name = forms.CharField(label=_("Name of the account"), max_length=100)
    account_bank = forms.CharField(
        label=_("Bank"), max_length=40,
        help_text=_("As WeChat lists it: 工商银行, 招商银行 and so on; 其他银行 for any other."),
    )  # fmt: skip
    bank_name = forms.CharField(
        label=_("Full name of the branch"), max_length=100, required=False,
        help_text=_("For 其他银行 only."),
    )  # fmt: skip
    account_number = forms.RegexField(
        label=_("Account number"), regex=r"^[0-9]{8,30}$", required=False,
        error_messages={"invalid": _("Digits only.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, answers: Mapping[str, str]) -> None:
        shown = {name: text for name, text in answers.items() if name not in self.UNSHOWN}
        super().__init__(data, initial=shown)
        self.answers = answers

    def clean(self) -> dict[str, Any]:
        """Ask for what is neither here now nor kept from before."""
        found: dict[str, Any] = super().clean() or {}
        for name in self.UNSHOWN:
            if not self.answers.get(name) and not self.errors.get(name):
                self.add_error(name, _("WeChat asks for this."))
        is_company = found.get("subject_type") == Subject.ENTERPRISE
        if is_company and not found.get("id_card_address"):
            self.add_error("id_card_address", _("WeChat asks for this."))
        if is_company and found.get("bank_account_type") == BankAccount.PERSONAL:
            self.add_error("bank_account_type", _("A company is paid to its own account."))
        return found


class DirectForm(forms.Form):
    """The keys of a merchant of the shop's own. What is secret is never shown again."""

    mchid = forms.RegexField(
        label=_("Merchant number"), regex=r"^[0-9]{6,32}$",
        error_messages={"invalid": _("A merchant number has 6 to 32 digits.")},
    )  # fmt: skip
    serial_no = forms.RegexField(
        label=_("Serial number of the merchant certificate"), regex=r"^[0-9A-Fa-f]{1,40}$",
        help_text=_("pay.weixin.qq.com → Account centre → API security."),
        error_messages={"invalid": _("Up to 40 digits and letters A to F.")},
    )  # fmt: skip
    private_key_pem = forms.CharField(
        label=_("Private key (apiclient_key.pem)"), max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    apiv3_key = forms.RegexField(
        label=_("APIv3 key"), regex=r"^[\x21-\x7e]{32}$",
        error_messages={"invalid": _("The APIv3 key has exactly 32 characters.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    wechatpay_public_key_id = forms.RegexField(
        label=_("ID of WeChat Pay's public key"), regex=r"^PUB_KEY_ID_[0-9A-Za-z]+$",
        error_messages={"invalid": _("It begins with PUB_KEY_ID_.")},
    )  # fmt: skip
    wechatpay_public_key_pem = forms.CharField(
        label=_("WeChat Pay's public key (pub_key.pem)"), max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )  # fmt: skip

    def keys(self) -> Keys:
        """Return what was entered."""
        return Keys(**{**self.cleaned_data, "serial_no": self.cleaned_data["serial_no"].upper()})
