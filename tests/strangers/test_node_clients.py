"""Two Node clients that we did not write work unchanged but for their base address."""

import pytest

from tests.strangers.stage import install, journey, require_node
from tests.wechat_simulator.stage import Simulated

pytest_plugins = ("tests.wechat_simulator.fixtures",)


@pytest.fixture(scope="module")
def packages() -> None:
    require_node()
    install()


@pytest.mark.usefixtures("packages")
def test_wechatpay_axios_plugin(simulated: Simulated) -> None:
    assert journey("wechatpay_axios_plugin.mjs", simulated) == [
        "prepay as a provider",
        "prepay as a direct merchant",
        "prepay for a QR code",
        "query an unpaid order",
        "close an order, answered with an empty 204",
        "read a refusal",
        "open the callback of a payment",
        "query by the transaction",
        "refund and query the refund",
        "download the certificates with the merchant key alone",
        "work in certificate mode from then on",
        "share a profit with an encrypted name",
        "transfer to a person with an encrypted name",
        "upload a picture",
        "download a trade bill, plain and gzip",
    ]


@pytest.mark.usefixtures("packages")
def test_wechatpay_node_v3(simulated: Simulated) -> None:
    assert journey("wechatpay_node_v3.mjs", simulated) == [
        "read the serial number of the merchant certificate",
        "download the certificates first",
        "prepay, be paid, verify and open the callback",
        "query and refund",
        "close an unpaid order",
        "apply for a trade bill",
    ]
