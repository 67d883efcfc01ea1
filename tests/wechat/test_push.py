"""Pushes to the third-party platform: the honest open, everything else is refused alike."""

import base64
import hashlib
import os
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat import push

TICKET = (
    "<xml><AppId>wx00000000000000c0</AppId><CreateTime>1795168800</CreateTime>"
    "<InfoType>component_verify_ticket</InfoType>"
    "<ComponentVerifyTicket>ticket@@@1</ComponentVerifyTicket></xml>"
)


class Sealer:
    """Seals as WeChat does (CONTRACT §3.1); shares no code with `wechat.push`."""

    def __init__(self, component):
        self.token, self.appid = component["token"], component["appid"]
        self.key = base64.b64decode(component["encoding_aes_key"] + "=")

    def encrypt(self, message, appid=None):
        plain = os.urandom(16) + struct.pack(">I", len(message)) + message
        plain += (appid or self.appid).encode()
        padding = 32 - len(plain) % 32
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def query(self, encrypt):
        text = "".join(sorted([self.token, "1795168800", "1001", encrypt]))
        return {
            "timestamp": "1795168800",
            "nonce": "1001",
            "encrypt_type": "aes",
            "msg_signature": hashlib.sha1(text.encode()).hexdigest(),
        }

    def push(self, message, appid=None):
        encrypt = self.encrypt(message.encode(), appid)
        return self.query(encrypt), self.around(encrypt)

    def around(self, encrypt):
        return f"<xml><AppId>{self.appid}</AppId><Encrypt>{encrypt}</Encrypt></xml>".encode()


@pytest.fixture
def sealer(content):
    return Sealer(content["component"])


def refused(query, body, reason):
    with pytest.raises(push.BadPush, match=rf"^{reason}$"):
        push.open_component_push(query, body)


def test_a_ticket_opens(sealer, credentials, no_network):
    assert push.open_component_push(*sealer.push(TICKET)) == {
        "AppId": "wx00000000000000c0",
        "CreateTime": "1795168800",
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": "ticket@@@1",
    }


def test_repeated_elements_carry_their_place(sealer, credentials):
    message = "<xml><E>x</E><List><T>a</T></List><List><T>b</T></List><Empty></Empty></xml>"
    assert push.open_component_push(*sealer.push(message)) == {
        "E": "x",
        "List.0.T": "a",
        "List.1.T": "b",
        "Empty": "",
    }


def test_markup_inside_a_text_stays_text(sealer, credentials):
    message = "<xml><Reason><![CDATA[1: <!-- 名称 --><br>违规]]></Reason></xml>"
    fields = push.open_component_push(*sealer.push(message))
    assert fields == {"Reason": "1: <!-- 名称 --><br>违规"}


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_push_without_a_parameter_is_refused(name, sealer, credentials):
    query, body = sealer.push(TICKET)
    del query[name]
    refused(query, body, "missing_parameter")


@pytest.mark.parametrize("change", [{"encrypt_type": "raw"}, {"encrypt_type": ""}])
def test_a_push_in_plain_is_refused(change, sealer, credentials):
    query, _ = sealer.push(TICKET)
    refused(query | change, TICKET.encode(), "encrypt_type")


@pytest.mark.parametrize(
    "change",
    [
        {"msg_signature": "0" * 40},
        {"msg_signature": "签名"},
        {"timestamp": "1795168801"},
        {"nonce": "1002"},
    ],
)
def test_a_push_wrongly_signed_is_refused(change, sealer, credentials):
    query, body = sealer.push(TICKET)
    refused(query | change, body, "signature")


def test_a_push_for_another_component_is_refused(sealer, credentials):
    refused(*sealer.push(TICKET, appid="wx00000000000000c1"), "ciphertext")


@pytest.mark.parametrize(
    "encrypt",
    [
        "AAAA",
        "not base64!",
        base64.b64encode(b"x" * 16).decode(),
        base64.b64encode(b"x" * 32).decode(),
    ],
)
def test_a_signed_ciphertext_that_does_not_open_is_refused(encrypt, sealer, credentials):
    refused(sealer.query(encrypt), sealer.around(encrypt), "ciphertext")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<xml>", b"<html/>", b"<xml/>", b"<xml>text</xml>", b"<xml><Encrypt/></xml>",
     b"<xml><Encrypt><a>1</a></Encrypt></xml>", b"\xff\xfe", BOMB.encode(), OUTSIDE.encode(),
     b"<xml>" + b"<a>" * 5000],
)  # fmt: skip
def test_a_body_that_is_no_envelope_is_refused(body, sealer, credentials, no_network):
    query, _ = sealer.push(TICKET)
    refused(query, body, "not_xml")


def test_a_sealed_message_that_is_no_xml_is_refused(sealer, credentials):
    refused(*sealer.push("hello"), "not_xml")


def test_a_body_too_large_is_refused_unread(sealer, credentials):
    query, body = sealer.push(TICKET)
    refused(query, body + b" " * push.MAX_BODY_BYTES, "too_large")
