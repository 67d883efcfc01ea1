"""Seals and signs pushes as WeChat does (CONTRACT §3.1, §9); shares no code with `wechat.push`."""

import base64
import hashlib
import json
import os
import struct
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kernel import clock

SUCCESS = b"success"


def now():
    return str(int(clock.now().timestamp()))


def xml(fields):
    """Write nested fields as WeChat does; a list repeats its element."""

    def written(name, value):
        if isinstance(value, list):
            return "".join(written(name, item) for item in value)
        if isinstance(value, dict):
            inner = "".join(written(key, item) for key, item in value.items())
            return f"<{name}>{inner}</{name}>"
        return f"<{name}><![CDATA[{value}]]></{name}>"

    return written("xml", fields)


class Sealer:
    """One pair of keys: the component's, or an own app's."""

    def __init__(self, keys):
        self.token, self.appid = keys["token"], keys["appid"]
        self.key = base64.b64decode(keys["encoding_aes_key"] + "=")

    def encrypt(self, message, appid=None):
        plain = os.urandom(16) + struct.pack(">I", len(message)) + message
        plain += (appid or self.appid).encode()
        padding = 32 - len(plain) % 32
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypt):
        decryptor = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).decryptor()
        plain = decryptor.update(base64.b64decode(encrypt)) + decryptor.finalize()
        plain = plain[: -plain[-1]]
        (length,) = struct.unpack(">I", plain[16:20])
        assert plain[20 + length :].decode() == self.appid
        return plain[20 : 20 + length].decode()

    def signature(self, *parts):
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()

    def query(self, encrypt, at=None):
        at = at or now()
        return {
            "signature": self.signature(at, "1001"),
            "timestamp": at,
            "nonce": "1001",
            "encrypt_type": "aes",
            "msg_signature": self.signature(at, "1001", encrypt),
        }

    def plain_query(self, at=None, **more):
        at = at or now()
        return {"signature": self.signature(at, "1001"), "timestamp": at, "nonce": "1001"} | more

    def push(self, message, appid=None, at=None):
        encrypt = self.encrypt(message.encode(), appid)
        return self.query(encrypt, at), self.around(encrypt)

    def json_push(self, message, at=None):
        encrypt = self.encrypt(message.encode())
        body = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypt}).encode()
        return self.query(encrypt, at), body

    def around(self, encrypt):
        return f"<xml><AppId>{self.appid}</AppId><Encrypt>{encrypt}</Encrypt></xml>".encode()


def post(client, path, query, body, content_type="text/xml"):
    """POST to a door as WeChat does."""
    return client.post(f"{path}?{urlencode(query)}", data=body, content_type=content_type)
