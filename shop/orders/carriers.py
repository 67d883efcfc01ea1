"""The couriers a shop may name, by WeChat's delivery ids (CONTRACT §5.1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Carrier:
    """A courier with its id at WeChat and its names."""

    code: str
    zh: str
    en: str


CARRIERS = {
    code: Carrier(code, zh, en)
    for code, zh, en in (
        ("SF", "顺丰速运", "SF Express"),
        ("ZTO", "中通快递", "ZTO Express"),
        ("YTO", "圆通速递", "YTO Express"),
        ("YD", "韵达速递", "Yunda Express"),
        ("STO", "申通快递", "STO Express"),
        ("JTSD", "极兔速递", "J&T Express"),
        ("JD", "京东快递", "JD Logistics"),
        ("EMS", "邮政特快专递", "EMS"),
        ("YZPY", "邮政快递包裹", "China Post parcel"),
        ("DBL", "德邦快递", "Deppon Express"),
        ("HTKY", "百世快递", "Best Express"),
        ("UC", "优速快递", "UC Express"),
    )
}
