"""Every signature and cipher WeChat uses, and nothing else (CONTRACT §3.1, §4.1-4.6, §1.3).

Texts are UTF-8. Keys are the objects of the `cryptography` package, signatures and ciphertexts
are base64 text. Decryption raises `CannotDecrypt`; verification answers a boolean.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PUSH_BLOCK = 32
CBC_BLOCK = 16


class CannotDecrypt(ValueError):
    """The ciphertext, its key or its envelope is wrong."""


# --- keys -------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def private_key(pem: str) -> rsa.RSAPrivateKey:
    """Load an RSA private key; raises TypeError when the PEM holds anything else."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA private key")
    return key


@lru_cache(maxsize=32)
def public_key(pem: str) -> rsa.RSAPublicKey:
    """Load an RSA public key; raises TypeError when the PEM holds anything else."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("not an RSA public key")
    return key


def x509_dates(pem: str) -> tuple[float, float]:
    """When a certificate starts and stops being valid, in seconds since 1970."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return start.timestamp(), end.timestamp()


# --- signatures -------------------------------------------------------------------------------


def sign(key: rsa.RSAPrivateKey, text: bytes) -> str:
    """RSA PKCS1v15 SHA-256, base64 (CONTRACT §4.1)."""
    return base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(key: rsa.RSAPublicKey, text: bytes, signature: str) -> bool:
    """Tell whether `signature` (base64) is the one `key`'s owner gave to `text`."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def lines(*parts: bytes | str) -> bytes:
    """Join parts as WeChat does: each one followed by a line feed."""
    raw = (part.encode() if isinstance(part, str) else part for part in parts)
    return b"".join(part + b"\n" for part in raw)


def request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What a merchant signs. `target` is the path with its query, exactly as sent (§4.1)."""
    return lines(method, target, timestamp, nonce, body)


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What WeChat Pay signs in answers and callbacks; a 204 signs an empty body (§4.2)."""
    return lines(timestamp, nonce, body)


def payment_text(appid: str, timestamp: str, nonce: str, package: str) -> bytes:
    """What a merchant signs for wx.requestPayment (§4.6)."""
    return lines(appid, timestamp, nonce, package)


# --- AEAD_AES_256_GCM and sensitive fields ----------------------------------------------------


def seal(apiv3_key: str, nonce: str, associated_data: str, plaintext: bytes) -> str:
    """Encrypt a callback resource or a certificate; the 16-byte tag ends the text (§4.4)."""
    cipher = AESGCM(apiv3_key.encode())
    sealed = cipher.encrypt(nonce.encode(), plaintext, associated_data.encode())
    return base64.b64encode(sealed).decode()


def unseal(apiv3_key: str, nonce: str, associated_data: str, ciphertext: str) -> bytes:
    """Undo `seal`; raises CannotDecrypt."""
    try:
        raw = base64.b64decode(ciphertext, validate=True)
        return AESGCM(apiv3_key.encode()).decrypt(nonce.encode(), raw, associated_data.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt("not sealed with this key") from error


def encrypt_file(key: str, nonce: str, plaintext: bytes) -> bytes:
    """Encrypt a bill's file under its own key: binary, nothing else authenticated."""
    return AESGCM(key.encode()).encrypt(nonce.encode(), plaintext, None)


def _oaep() -> padding.OAEP:
    sha1 = hashes.SHA1()  # noqa: S303 - the protocol fixes RSA-OAEP with SHA-1 (§4.4)
    return padding.OAEP(mgf=padding.MGF1(sha1), algorithm=sha1, label=None)


def conceal(key: rsa.RSAPublicKey, text: str) -> str:
    """Encrypt one sensitive field for the owner of `key` (§4.4)."""
    return base64.b64encode(key.encrypt(text.encode(), _oaep())).decode()


def reveal(key: rsa.RSAPrivateKey, ciphertext: str) -> str:
    """Decrypt one sensitive field; raises CannotDecrypt."""
    try:
        return key.decrypt(base64.b64decode(ciphertext, validate=True), _oaep()).decode()
    except ValueError as error:
        raise CannotDecrypt("not encrypted for this key") from error


# --- message pushes ---------------------------------------------------------------------------


def push_signature(token: str, *parts: str) -> str:
    """Hex SHA-1 over the sorted parts and the token (§3.1)."""
    joined = "".join(sorted((token, *parts)))
    return hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 - fixed by the protocol


def _push_cipher(encoding_aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:CBC_BLOCK]))


def encrypt_push(
    message: str, appid: str, encoding_aes_key: str, *, prefix: bytes | None = None
) -> str:
    """Wrap a push: 16 random bytes, length, message, appid; AES-256-CBC, PKCS#7 of 32 (§3.1)."""
    text = message.encode()
    head = prefix if prefix is not None else os.urandom(16)
    plain = head + len(text).to_bytes(4, "big") + text + appid.encode()
    fill = PUSH_BLOCK - len(plain) % PUSH_BLOCK
    encryptor = _push_cipher(encoding_aes_key).encryptor()
    sealed = encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt_push(ciphertext: str, appid: str, encoding_aes_key: str) -> str:
    """Unwrap a push; raises CannotDecrypt, also when it is meant for another appid."""
    try:
        raw = base64.b64decode(ciphertext, validate=True)
        decryptor = _push_cipher(encoding_aes_key).decryptor()
        plain = _without_padding(decryptor.update(raw) + decryptor.finalize(), PUSH_BLOCK)
    except ValueError as error:
        raise CannotDecrypt("not a push") from error
    length = int.from_bytes(plain[16:20], "big")
    message, owner = plain[20 : 20 + length], plain[20 + length :]
    if owner != appid.encode():
        raise CannotDecrypt("a push for another app")
    return message.decode()


def _without_padding(plain: bytes, block: int) -> bytes:
    fill = plain[-1] if plain else 0
    if not 1 <= fill <= block or plain[-fill:] != bytes([fill]) * fill:
        raise CannotDecrypt("wrong padding")
    return plain[:-fill]


# --- open data of a mini-program --------------------------------------------------------------


def open_data(session_key: str, iv: str, ciphertext: str) -> bytes:
    """Decrypt wx.getUserProfile-style data: AES-128-CBC, PKCS#7 (§1.3); raises CannotDecrypt."""
    try:
        key, start = base64.b64decode(session_key), base64.b64decode(iv)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
        plain = decryptor.update(base64.b64decode(ciphertext)) + decryptor.finalize()
    except ValueError as error:
        raise CannotDecrypt("not open data") from error
    return _without_padding(plain, CBC_BLOCK)


def raw_data_signature(raw_data: str, session_key: str) -> str:
    """Hex SHA-1 of the raw data and the session key's text (§1.3)."""
    return hashlib.sha1((raw_data + session_key).encode()).hexdigest()  # noqa: S324


def is_same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
