"""Who a payer is across the apps of one owner (§1.6). Apps of different owners share no id."""

from wechat import api, callers


def paid_unionid(appid: str, *, openid: str, transaction_id: str) -> str:
    """Return the unionid of somebody who has just paid, without asking them for it.

    It works for minutes after the payment, and only for apps bound to an open-platform account.
    Raises WeChatRefused otherwise, or another WeChatFailure.
    """
    query = {"openid": openid, "transaction_id": transaction_id}
    answer = callers.app_get(
        appid, "/wxa/getpaidunionid", call="identity.paid_unionid", query=query
    )
    return api.text_in(answer, "unionid")
