"""Permission sets (权限集): their ids, their names, and which kind of account has them (§0.2)."""

MINI_PROGRAM = "mini_program"
OFFICIAL_ACCOUNT = "official_account"

OF_MINI_PROGRAMS: dict[int, str] = {
    17: "account management 帐号管理",
    18: "development and data 开发管理与数据分析",
    19: "customer service 客服消息管理",
    25: "open platform account 开放平台帐号管理",
    30: "basic information 基本信息设置",
    31: "certified names 认证名称检测",
    40: "plug-ins 插件管理",
    142: "order shipping 订单发货管理",
}
OF_OFFICIAL_ACCOUNTS: dict[int, str] = {
    1: "messages 消息管理",
    2: "followers 用户管理",
    3: "account service 帐号服务",
    4: "web pages 网页服务",
    7: "mass messages 群发与通知",
    11: "material 素材管理",
    15: "menus 自定义菜单",
    27: "fast registration 快速注册小程序",
    33: "mini-programs of the account 小程序管理",
}


def offered(kind: str) -> dict[int, str]:
    """What an account of this kind may grant: id → name, in the order of the page."""
    return OF_OFFICIAL_ACCOUNTS if kind == OFFICIAL_ACCOUNT else OF_MINI_PROGRAMS
