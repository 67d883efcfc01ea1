"""The throw-away keys of the test vectors, as WeChat's consoles would hand them to us."""

import json
from functools import lru_cache
from pathlib import Path

from wechat.credentials import Credentials

VECTORS = Path(__file__).parent / "wechat" / "vectors.json"


@lru_cache
def keys() -> dict[str, str]:
    return json.loads(VECTORS.read_text(encoding="utf-8"))["keys"]


@lru_cache
def credentials() -> Credentials:
    push = json.loads(VECTORS.read_text(encoding="utf-8"))["component_push"]
    return Credentials.of(
        {
            "api_base": "http://127.0.0.1:9",
            "pay_base": "http://127.0.0.1:9",
            "component": {
                "appid": push["component_appid"],
                "appsecret": "component-secret",
                "token": push["token"],
                "encoding_aes_key": push["encoding_aes_key"],
            },
            "pay": {
                "sp_mchid": keys()["mchid_partner"],
                "sp_appid": "wx0000000000000100",
                "merchant_private_key_pem": keys()["merchant_private_key_pem"],
                "merchant_serial_no": keys()["merchant_cert_serial"],
                "apiv3_key": keys()["apiv3_key"],
                "wechatpay_public_key_id": keys()["wechatpay_public_key_id"],
                "wechatpay_public_key_pem": keys()["wechatpay_public_key_pem"],
            },
        }
    )
