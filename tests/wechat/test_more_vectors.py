"""The vectors of sessions, sealed fields and bills; and that no vector is left out.

See test_vectors.py for those of signatures, callbacks and pushes.
"""

import base64
import gzip
import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from wechat import bills, errors, open_data, session_keys, signing
from wechat.session_keys import KeyForm

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
KEYS = VECTORS["keys"]
ABOUT = {"about", "keys", "cross_checks"}
NOT_OURS = {"taobao_top_sign", "meituan_cps_sign"}
"""The affiliate interfaces of §10, which this client does not speak."""


def test_every_vector_is_used_by_the_client():
    text = "".join((HERE / name).read_text() for name in ("test_vectors.py", Path(__file__).name))
    used = set(re.findall(r'VECTORS\["(\w+)"\]', text))
    assert VECTORS.keys() - ABOUT - NOT_OURS <= used


class TestOpenData:
    vector = VECTORS["open_data_decrypt"]

    def opened(self, **changes):
        wish = {
            "appid": self.vector["appid"],
            "session_key": self.vector["session_key"],
            "iv": self.vector["iv"],
            "encrypted_data": self.vector["encrypted_data"],
        }
        return open_data.decrypted(**{**wish, **changes})

    def test_it_opens(self):
        assert self.opened() == self.vector["expected"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"appid": "wx0000000000000001"},
            {"session_key": "HyVFkGl5F5OQWJZZaNzBBg=="},
            {"session_key": "dG9vc2hvcnQ="},
            {"session_key": "not base64!"},
            {"iv": "HyVFkGl5F5OQWJZZaNzBBg=="},
            {"iv": "AAAA"},
            {"encrypted_data": "AAAA"},
            {"encrypted_data": ""},
            {"encrypted_data": base64.b64encode(b"x" * 64).decode()},
        ],
    )
    def test_what_is_not_quite_it_does_not(self, changes):
        with pytest.raises(open_data.OpenDataRefused) as caught:
            self.opened(**changes)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    def test_raw_data_is_signed(self):
        vector = VECTORS["raw_data_signature"]
        given = {name: vector[name] for name in ("raw_data", "session_key", "signature")}
        assert open_data.is_signed(**given)
        assert not open_data.is_signed(**given | {"raw_data": vector["raw_data"] + " "})
        assert not open_data.is_signed(**given | {"signature": ""})
        assert not open_data.is_signed(**given | {"signature": "ä"})


def test_a_session_is_signed_in_either_reading_of_its_key():
    vector = VECTORS["check_session"]
    key = vector["session_key"]
    text, raw = vector["signature_hmac_text_key"], vector["signature_hmac_raw_key"]
    assert session_keys.signature_of(key, form=KeyForm.TEXT) == text
    assert session_keys.signature_of(key, form=KeyForm.BYTES) == raw


class TestSensitiveFields:
    vectors = {vector["name"]: vector for vector in VECTORS["sensitive_fields"]}

    def test_what_wechat_sealed_is_revealed(self, credentials):
        vector = self.vectors["response_payer_phone"]
        assert vector["decrypt_with"] == "merchant_private_key_pem"
        assert signing.reveal(vector["ciphertext_b64"], pay=credentials.pay) == "13800138000"

    def test_what_we_seal_wechat_can_read(self, given):
        """The vector holds WeChat's private key, so the test can stand on WeChat's side."""
        vector = self.vectors["request_user_name"]
        assert vector["decrypt_with"] == "wechatpay_public_key_private_pem"
        wechat = given({"pay.merchant_private_key_pem": KEYS[vector["decrypt_with"]]}).pay
        assert signing.reveal(vector["ciphertext_b64"], pay=wechat) == vector["plaintext"]
        sealed, serial = signing.conceal(vector["plaintext"], pay=wechat)
        assert serial == KEYS["wechatpay_public_key_id"]
        assert sealed != vector["ciphertext_b64"]
        assert signing.reveal(sealed, pay=wechat) == vector["plaintext"]

    @pytest.mark.parametrize("sealed", ["", "AAAA", "not base64!"])
    def test_what_is_not_sealed_for_us_is_not_authentic(self, sealed, credentials):
        with pytest.raises(signing.NotAuthentic):
            signing.reveal(sealed, pay=credentials.pay)


class TestTheTradeBill:
    vector = VECTORS["trade_bill_all"]

    def test_it_is_unpacked_and_proved(self):
        packed = base64.b64decode(self.vector["gzip_b64"])
        digest = self.vector["hash_value"]
        assert bills.unpacked(packed, hash_value=digest) == self.vector["csv"]
        plain = self.vector["csv"].encode()
        assert bills.unpacked(plain, hash_value=digest.upper())
        for broken in (packed[:-20], b"<html>", packed[:200] + b"\0" + packed[201:]):
            with pytest.raises(errors.BadAnswer):
                bills.unpacked(broken, hash_value=digest)
        with pytest.raises(errors.HashMismatch):
            bills.unpacked(plain + b"\n", hash_value=digest)

    def test_a_bomb_is_not_unpacked_whole(self, monkeypatch):
        monkeypatch.setattr(bills, "MAX_BILL_BYTES", 1_000)
        with pytest.raises(errors.BadAnswer, match="too long"):
            bills.unpacked(gzip.compress(b"0" * 1_000_000), hash_value="")

    def test_it_is_read_in_fen(self):
        bill = bills.read_trade_bill(self.vector["csv"])
        paid, refunded = bill.rows()
        sums = bill.summary
        assert (sums.count, sums.settled_fen, sums.refund_fen) == (2, 100, 40)
        assert paid.at.isoformat() == "2026-11-19T10:00:09+08:00"
        assert (paid.mchid, paid.sub_mchid, paid.appid) == (
            "1900000001",
            "",
            "wx0000000000000001",
        )
        assert (paid.out_trade_no, paid.transaction_id) == (
            "T20261119000001",
            "4200000000202611190000000001",
        )
        assert (paid.trade_state, paid.settled_fen, paid.refund_fen) == ("SUCCESS", 100, 0)
        assert (paid.refund_id, paid.out_refund_no, paid.fee_yuan) == ("", "", Decimal("0.01"))
        assert (refunded.trade_state, refunded.refund_state) == ("REFUND", "SUCCESS")
        assert (refunded.out_refund_no, refunded.refund_fen) == ("R20261119000001", 40)

    def test_a_mark_at_the_start_bare_line_feeds_and_commas_in_names_are_fine(self):
        text = self.vector["csv"].replace("\r\n", "\n").replace("测试商品", '茶, "龙井", 一级')
        body = b"\xef\xbb\xbf" + text.encode()
        digest = hashlib.sha1(body).hexdigest()
        read = bills.unpacked(body, hash_value=digest)
        names = [row.goods_name for row in bills.read_trade_bill(read).rows()]
        assert names == ['茶, "龙井", 一级'] * 2

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "<html></html>",
            "a,b\n`1,`2\n",
            VECTORS["trade_bill_all"]["csv"].replace("`1.00", "`x"),
        ],
    )
    def test_another_file_is_no_bill(self, text):
        with pytest.raises(errors.BadAnswer):
            bills.read_trade_bill(text)
