"""Public templates for subscribe messages, as an app finds them in the library (CONTRACT §7)."""

from dataclasses import dataclass

ONE_OFF, LONG_TERM = 2, 3


@dataclass(frozen=True)
class Keyword:
    """One line of a template; `name` is the wire name, `rule` its type."""

    kid: int
    rule: str
    label: str
    example: str

    @property
    def name(self) -> str:
        return f"{self.rule}{self.kid}"


@dataclass(frozen=True)
class PublicTemplate:
    tid: int
    title: str
    category_id: int
    keywords: tuple[Keyword, ...]
    type: int = ONE_OFF


CATEGORIES = {307: "商家自营", 112: "餐饮服务", 231: "生活服务"}


def _template(
    tid: int, title: str, category_id: int, *lines: tuple[str, str, str], type_: int = ONE_OFF
) -> PublicTemplate:
    keywords = tuple(Keyword(kid, *line) for kid, line in enumerate(lines, start=1))
    return PublicTemplate(tid, title, category_id, keywords, type_)


_NUMBER = ("character_string", "订单编号", "202611200001")
_GOODS = ("thing", "商品名称", "西湖龙井 250g")
_TOTAL = ("amount", "订单金额", "¥128.00")
_NOTE = ("thing", "温馨提示", "如有疑问请联系客服")
_WHEN = ("time", "时间", "2026年11月20日 15:01")

TEMPLATES: tuple[PublicTemplate, ...] = (
    _template(
        *(1128, "订单支付成功通知", 307),
        _NUMBER,
        _GOODS,
        _TOTAL,
        _WHEN,
        ("phrase", "支付状态", "已支付"),
        _NOTE,
    ),
    _template(
        *(1856, "订单发货通知", 307),
        *(_NUMBER, _GOODS, ("thing", "快递公司", "顺丰速运")),
        *(("character_string", "快递单号", "SF1234567890"), _WHEN, _NOTE),
    ),
    _template(
        *(1451, "退款成功通知", 307),
        *(
            _NUMBER,
            ("amount", "退款金额", "¥128.00"),
            ("thing", "退款原因", "买家申请退款"),
            _WHEN,
            _NOTE,
        ),
    ),
    _template(
        *(1435, "退款失败通知", 307),
        *(_NUMBER, ("amount", "退款金额", "¥128.00"), ("thing", "失败原因", "账户异常"), _NOTE),
    ),
    _template(
        *(2041, "订单取消通知", 307), _NUMBER, _GOODS, ("thing", "取消原因", "超时未支付"), _WHEN
    ),
    _template(
        *(1763, "订单待付款提醒", 307),
        _NUMBER,
        _GOODS,
        _TOTAL,
        ("date", "截止时间", "2026年11月20日 15:31"),
    ),
    _template(
        *(2304, "确认收货提醒", 307), _NUMBER, _GOODS, ("date", "发货日期", "2026年11月20日"), _NOTE
    ),
    _template(
        *(1990, "售后进度通知", 307),
        *(_NUMBER, ("phrase", "处理状态", "已同意"), ("thing", "处理说明", "请寄回商品"), _WHEN),
    ),
    _template(
        *(2288, "优惠券到期提醒", 307),
        *(("thing", "券名称", "满100减20"), ("date", "到期日期", "2026年12月1日"), _NOTE),
    ),
    _template(*(3012, "商品到货提醒", 307), _GOODS, ("amount", "价格", "¥128.00"), _NOTE),
    _template(
        *(2875, "取餐提醒", 112),
        *(("character_string", "取餐号", "A018"), ("thing", "门店名称", "西湖店"), _WHEN, _NOTE),
    ),
    _template(
        *(2610, "自提提醒", 307),
        *(
            ("number", "提货码", "385210"),
            ("thing", "自提点", "西湖店"),
            ("name", "提货人", "李雷"),
        ),
        *(("phone_number", "联系电话", "0571-12345678"), _WHEN),
    ),
    _template(
        *(3340, "配送员接单通知", 112),
        *(
            _NUMBER,
            ("name", "骑手姓名", "韩梅梅"),
            ("phone_number", "骑手电话", "13800000000"),
            _WHEN,
        ),
    ),
    _template(
        *(2531, "预约成功通知", 231),
        *(
            ("thing", "预约项目", "茶艺体验"),
            _WHEN,
            ("letter", "场次", "A"),
            ("symbol", "备注符号", "**"),
        ),
    ),
    _template(
        *(3555, "提现到账通知", 307),
        *(("amount", "到账金额", "¥50.00"), _WHEN, ("phrase", "状态", "已到账"), _NOTE),
    ),
    _template(
        *(4001, "审核结果通知", 231),
        *(
            ("thing", "审核内容", "商品发布"),
            ("phrase", "审核结果", "通过"),
            ("thing", "原因", "内容合规"),
            _WHEN,
        ),
    ),
    _template(
        *(5001, "停车缴费通知", 231),
        *(("car_number", "车牌号", "浙A12345"), ("amount", "金额", "¥10.00"), _WHEN),
        type_=LONG_TERM,
    ),
)


def of_categories(ids: list[int]) -> list[PublicTemplate]:
    return [template for template in TEMPLATES if template.category_id in ids]


def find(tid: object) -> PublicTemplate | None:
    return next((template for template in TEMPLATES if str(template.tid) == str(tid)), None)
