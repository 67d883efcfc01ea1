"""Names, phones and card numbers inside WeChat Pay's JSON, each sealed on its own (CONTRACT §4.1).

The cryptography is wechatpayv3's (`utils`, LIBS §3), held to `tests/wechat/vectors.json`.
"""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from wechatpayv3 import utils

from wechat.credentials import PayCredentials, serial_name
from wechat.errors import BadAnswer

# The library carries no annotations; these are its signatures, said once.
_encrypt: Callable[[str, RSAPublicKey], str] = utils.rsa_encrypt
_decrypt: Callable[[str, RSAPrivateKey], str] = utils.rsa_decrypt


def conceal(text: str, *, pay: PayCredentials) -> tuple[str, str]:
    """Seal a text for WeChat Pay: the base64 and the `Wechatpay-Serial` the request must name."""
    serial = pay.wechatpay_public_key_id
    return _encrypt(text, pay.wechat_keys[serial_name(serial)]), serial


def reveal(sealed: str, *, pay: PayCredentials) -> str:
    """Open a text that WeChat Pay sealed for our merchant. Raises BadAnswer."""
    try:
        return _decrypt(sealed, pay.merchant_private_key)
    except ValueError:
        raise BadAnswer("a sealed field does not open with the merchant's key") from None
