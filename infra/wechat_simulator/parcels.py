"""The parcels of a delivery, as upload_shipping_info names them (CONTRACT §5.1)."""

import re
from typing import Any

from .clock import parse_rfc3339
from .refusals import WeixinRefusal

EXPRESS = 1
UNIFIED = 1
MOST_PARCELS = 15
LONGEST_ITEM = 120
LONGEST_TRACKING = 128
MASKED = re.compile(r"\S*\d{4}")
WITH_CONTACT = ("SF",)


def parcels_of(body: dict[str, Any], mode: int) -> list[Any]:
    parcels = body.get("shipping_list")
    if not isinstance(parcels, list) or not parcels:
        raise WeixinRefusal(10060014, "参数错误: shipping_list")
    if len(parcels) > (1 if mode == UNIFIED else MOST_PARCELS):
        raise WeixinRefusal(10060024, "物流信息列表太长")
    return parcels


def parcel_of(parcel: object, logistics: int, upload_time: str) -> dict[str, Any]:
    if not isinstance(parcel, dict):
        raise WeixinRefusal(10060014, "参数错误: shipping_list")
    item, tracking = parcel.get("item_desc"), str(parcel.get("tracking_no") or "")
    company = str(parcel.get("express_company") or "")
    if not item:
        raise WeixinRefusal(10060008, "商品描述 item_desc 字段不能为空")
    if len(str(item)) > LONGEST_ITEM:
        raise WeixinRefusal(10060009, "商品描述 item_desc 字段太长")
    if len(tracking) > LONGEST_TRACKING:
        raise WeixinRefusal(10060026, "物流单号太长")
    if len(company) > LONGEST_TRACKING:
        raise WeixinRefusal(10060025, "物流公司编码太长")
    if logistics == EXPRESS and not (tracking and company):
        raise WeixinRefusal(10060014, "参数错误: tracking_no, express_company")
    contact = _contact(parcel, is_needed=logistics == EXPRESS and company in WITH_CONTACT)
    return {
        "tracking_no": tracking,
        "express_company": company,
        "goods_desc": str(item),
        "upload_time": int(parse_rfc3339(upload_time)),
        "contact": contact,
    }


def _contact(parcel: dict[str, Any], *, is_needed: bool) -> dict[str, str]:
    """A masked telephone of sender or receiver; its last four digits must be readable (§5.1)."""
    contact = parcel.get("contact") or {}
    given = contact if isinstance(contact, dict) else {}
    names = ("consignor_contact", "receiver_contact")
    found = {name: str(given[name]) for name in names if given.get(name)}
    if is_needed and not found:
        raise WeixinRefusal(10060014, "参数错误: 顺丰需要填写联系方式 contact")
    if any(not MASKED.fullmatch(value) for value in found.values()):
        raise WeixinRefusal(10060014, "参数错误: contact 末四位不可掩码")
    return found
