"""The credentials file is refused by name when a value cannot be right, and never shown."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from wechat.credentials import Credentials, CredentialsRefused, serial_name


@pytest.fixture
def file(tmp_path, content):
    """Write the file with changes: `{"pay.sp_mchid": …}`; None drops the value."""

    def write(changes=None):
        whole = json.loads(json.dumps(content))
        for name, value in (changes or {}).items():
            group, _, key = name.rpartition(".")
            place = whole[group] if group else whole
            if value is None:
                del place[key]
            else:
                place[key] = value
        path = tmp_path / "wechat.json"
        path.write_text(json.dumps(whole), encoding="utf-8")
        return path

    return write


def pem_of(key):
    encoding = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return key.private_bytes(*encoding).decode()


def test_a_whole_file_is_read(file):
    found = Credentials.read(file({"pay.platform_certificates_pem": None}))
    assert found.component.appid == "wx00000000000000c0"
    assert found.pay.sp_mchid == "1900000100"
    assert list(found.pay.wechat_keys) == ["PUB_KEY_ID_0110000000000000000000000000000001"]


def test_owners_are_sent_to_wechats_own_pages_or_to_others(file):
    there = {"api_base": "https://api.weixin.qq.com"}
    found = Credentials.read(file(there))
    assert (found.mp_base, found.open_base) == (
        "https://mp.weixin.qq.com",
        "https://open.weixin.qq.com",
    )
    found = Credentials.read(file({"api_base": "http://127.0.0.1:9"}))
    assert found.mp_base == found.open_base == "http://127.0.0.1:9"
    found = Credentials.read(file(there | {"mp_base": "https://mp.example/"}))
    assert (found.mp_base, found.open_base) == ("https://mp.example", "https://open.weixin.qq.com")
    for name in ("mp_base", "open_base"):
        with pytest.raises(CredentialsRefused, match=name):
            Credentials.read(file({name: "http://mp.example"}))


def test_a_platform_certificate_is_known_by_its_serial_with_or_without_its_zero(file, vectors):
    keys = Credentials.read(file()).pay.wechat_keys
    serial = vectors["keys"]["platform_cert_serial"]
    assert serial.startswith("0")
    assert keys[serial_name(serial)] is keys[serial_name(serial.lstrip("0").lower())]
    assert len(keys) == 2


NAMED = [
    ("api_base", "ftp://api.weixin.qq.com"),
    ("api_base", "http://api.weixin.qq.com"),
    ("api_base", "https://api.weixin.qq.com/cgi-bin"),
    ("api_base", "https://user:pw@api.weixin.qq.com"),
    ("pay_base", ""),
    ("pay_base", 7),
    ("component.appid", "gh_123456"),
    ("component.appsecret", " "),
    ("component.token", "with space"),
    ("component.encoding_aes_key", "short"),
    ("component.encoding_aes_key", "x" * 44),
    ("pay.sp_mchid", "19000x0100"),
    ("pay.sp_appid", ""),
    ("pay.merchant_serial_no", "not-hex"),
    ("pay.apiv3_key", "0" * 31),
    ("pay.apiv3_key", "密" * 32),
    ("pay.wechatpay_public_key_id", "0110000000000000000000000000000001"),
    (
        "pay.merchant_private_key_pem",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ),
    ("pay.merchant_private_key_pem", pem_of(ec.generate_private_key(ec.SECP256R1()))),
    ("pay.merchant_private_key_pem", pem_of(rsa.generate_private_key(65537, 1024))),
    ("pay.wechatpay_public_key_pem", "hello"),
    (
        "pay.wechatpay_public_key_pem",
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ),
    ("pay.platform_certificates_pem", "one text"),
    ("pay.platform_certificates_pem", ["no certificate"]),
    ("pay.sp_mchid", 1900000100),
    ("pay.apiv3_keey", "typing error"),
]


@pytest.mark.parametrize(("name", "value"), NAMED)
def test_a_wrong_value_is_refused_by_name(name, value, file):
    with pytest.raises(CredentialsRefused) as caught:
        Credentials.read(file({name: value}))
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "name", ["api_base", "component", "pay", "component.token", "pay.apiv3_key", "pay.sp_appid"]
)
def test_a_missing_value_is_refused_by_name(name, file):
    with pytest.raises(CredentialsRefused, match=rf"^{name} is missing$"):
        Credentials.read(file({name: None}))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff", b'"SECRET'])
def test_a_file_that_is_no_object_is_refused_without_quoting_it(text, tmp_path):
    path = tmp_path / "wechat.json"
    path.write_bytes(text)
    with pytest.raises(CredentialsRefused) as caught:
        Credentials.read(path)
    assert "SECRET" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CredentialsRefused, match="cannot be read"):
        Credentials.read(tmp_path / "absent.json")


def test_nothing_secret_is_shown(file, content):
    shown = repr(Credentials.read(file()))
    secrets = [
        content["component"]["appsecret"],
        content["component"]["encoding_aes_key"],
        content["component"]["token"],
        content["pay"]["apiv3_key"],
        "PRIVATE KEY",
    ]
    assert [secret for secret in secrets if secret in shown] == []
    assert "1900000100" in shown


OWN = {"appid": "wx0000000000000001", "token": "own0token", "encoding_aes_key": "k" * 43}


def test_own_apps_are_optional_and_their_key_too(file):
    assert Credentials.read(file()).own_apps == ()
    plain = {"appid": "wx0000000000000002", "token": "own0token"}
    sealed, bare = Credentials.read(file({"own_apps": [OWN, plain]})).own_apps
    assert (sealed.appid, sealed.encoding_aes_key) == (OWN["appid"], "k" * 43)
    assert bare.encoding_aes_key == ""
    assert "own0token" not in repr(sealed)
    assert "kkk" not in repr(sealed)


@pytest.mark.parametrize(
    ("own_apps", "named"),
    [
        ({}, "own_apps must be a list"),
        (["x"], "own_apps must be a JSON object"),
        ([OWN | {"appid": "x"}], "own_apps.appid"),
        ([OWN | {"token": ""}], "own_apps.token"),
        ([OWN | {"token": 1}], "own_apps.token must be a text"),
        ([OWN | {"encoding_aes_key": "short"}], "own_apps.encoding_aes_key"),
        ([OWN | {"mode": "safe"}], "own_apps.mode is not a name we know"),
        ([{"appid": OWN["appid"]}], "own_apps.token is missing"),
    ],
    ids=str,
)
def test_an_own_app_that_cannot_be_right_is_named(file, own_apps, named):
    with pytest.raises(CredentialsRefused, match=named):
        Credentials.read(file({"own_apps": own_apps}))
