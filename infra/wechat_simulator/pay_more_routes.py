"""Paths of bills, sharing, transfers, onboarding and complaints (CONTRACT §4.10-4.14)."""

from .pay_door import Answer, Call, File, Table, Work
from .simulator import Simulator

SHARING = "/v3/profitsharing"
TRANSFER = "/v3/fund-app/mch-transfer"
COMPLAINTS = "/v3/merchant-service"


def table(simulator: Simulator) -> Table:
    """Method, path and work of every call beyond payments and refunds."""
    return [
        *_bills(simulator),
        *_sharing(simulator),
        *_transfers(simulator, "", is_partner=False),
        *_transfers(simulator, "/partner", is_partner=True),
        *_grants(simulator),
        *_onboarding(simulator),
        *_settlements(simulator),
        *_complaints(simulator),
    ]


def _bills(simulator: Simulator) -> Table:
    bills = simulator.pay.bills

    def trade(call: Call) -> Answer:
        return 200, bills.trade(call.merchant, call.query)

    def fund_flow(call: Call) -> Answer:
        return 200, bills.fund_flow(call.merchant, call.query)

    def sub_merchant(call: Call) -> Answer:
        key = simulator.merchants.public_keys(call.merchant.mchid)[0]
        return 200, bills.sub_merchant_fund_flow(call.merchant, call.query, key)

    def file(call: Call) -> Answer:
        return 200, File(*bills.file(call.merchant, call.query))

    return [
        ("GET", "/v3/bill/tradebill", trade),
        ("GET", "/v3/bill/fundflowbill", fund_flow),
        ("GET", "/v3/bill/sub-merchant-fundflowbill", sub_merchant),
        ("GET", "/v3/billdownload/file", file),
    ]


def _sharing(simulator: Simulator) -> Table:
    sharing, receivers = simulator.pay.sharing, simulator.pay.receivers
    returns = simulator.pay.share_returns

    def query(call: Call) -> Answer:
        return 200, sharing.query(call.merchant, call.number, call.query)

    def query_return(call: Call) -> Answer:
        return 200, returns.query(call.merchant, call.number, call.query)

    return [
        ("POST", f"{SHARING}/receivers/add", lambda c: (200, receivers.add(c.merchant, c.json()))),
        (
            "POST",
            f"{SHARING}/receivers/delete",
            lambda c: (200, receivers.delete(c.merchant, c.json())),
        ),
        ("POST", f"{SHARING}/orders", lambda c: (200, sharing.create(c.merchant, c.json()))),
        (
            "POST",
            f"{SHARING}/orders/unfreeze",
            lambda c: (200, sharing.unfreeze(c.merchant, c.json())),
        ),
        ("GET", SHARING + "/orders/{number}", query),
        ("POST", f"{SHARING}/return-orders", lambda c: (200, returns.create(c.merchant, c.json()))),
        ("GET", SHARING + "/return-orders/{number}", query_return),
        (
            "GET",
            SHARING + "/transactions/{number}/amounts",
            lambda c: (200, sharing.amounts(c.merchant, c.number)),
        ),
        (
            "GET",
            SHARING + "/merchant-configs/{number}",
            lambda c: (200, sharing.config(c.merchant, c.number)),
        ),
    ]


def _transfers(simulator: Simulator, family: str, *, is_partner: bool) -> Table:
    transfers, base = simulator.pay.transfers, f"{TRANSFER}{family}/transfer-bills"

    def create(call: Call) -> Answer:
        return 200, transfers.create(call.merchant, call.json(), is_partner=is_partner)

    def sub_mchid(call: Call) -> str:
        """A partner names the sub-merchant in the query of a GET and in the body of a POST."""
        if not is_partner:
            return ""
        named = call.query.get("sub_mchid")
        return named or (str(call.json().get("sub_mchid", "")) if call.raw.strip() else "")

    def query(call: Call) -> Answer:
        return 200, transfers.query(call.merchant, call.number, sub_mchid(call))

    def query_by_id(call: Call) -> Answer:
        return 200, transfers.query_by_id(call.merchant, call.number, sub_mchid(call))

    def cancel(call: Call) -> Answer:
        return 200, transfers.cancel(call.merchant, call.number, sub_mchid(call))

    return [
        ("POST", base, create),
        ("GET", base + "/out-bill-no/{number}", query),
        ("GET", base + "/transfer-bill-no/{number}", query_by_id),
        ("POST", base + "/out-bill-no/{number}/cancel", cancel),
    ]


def _grants(simulator: Simulator) -> Table:
    checks, base = simulator.pay.transfer_checks, f"{TRANSFER}/partner/sub-mch-authorizations"
    return [
        ("POST", base, lambda c: (200, checks.ask_grant(c.merchant, c.json()))),
        (
            "GET",
            base + "/{number}",
            lambda c: (200, checks.find_grant(c.merchant, c.number)),
        ),
    ]


def _onboarding(simulator: Simulator) -> Table:
    applyments, uploads = simulator.pay.applyments, simulator.pay.uploads
    base = "/v3/applyment4sub/applyment"

    def upload(kind: str) -> Work:
        return lambda call: (200, uploads.add(call.merchant, kind, call.parts))

    def submit(call: Call) -> Answer:
        return 200, applyments.submit(call.merchant, call.json())

    return [
        ("POST", "/v3/merchant/media/upload", upload("image")),
        ("POST", "/v3/merchant/media/video_upload", upload("video")),
        ("POST", f"{COMPLAINTS}/images/upload", upload("complaint")),
        ("POST", f"{base}/", submit),
        ("POST", base, submit),
        (
            "GET",
            base + "/business_code/{number}",
            lambda c: (200, applyments.by_code(c.merchant, c.number)),
        ),
        (
            "GET",
            base + "/applyment_id/{number}",
            lambda c: (200, applyments.by_id(c.merchant, c.number)),
        ),
    ]


def _settlements(simulator: Simulator) -> Table:
    settlements, base = simulator.pay.settlements, "/v3/apply4sub/sub_merchants/{number}"

    def modify(call: Call) -> Answer:
        return 200, settlements.modify(call.merchant, call.number, call.json())

    def application(call: Call) -> Answer:
        number = call.names["application_no"]
        return 200, settlements.application(call.merchant, call.number, number)

    return [
        ("POST", base + "/modify-settlement", modify),
        ("GET", base + "/settlement", lambda c: (200, settlements.current(c.merchant, c.number))),
        ("GET", base + "/application/{application_no}", application),
    ]


def _complaints(simulator: Simulator) -> Table:
    complaints = simulator.pay.complaints
    one, hook = COMPLAINTS + "/complaints-v2/{number}", f"{COMPLAINTS}/complaint-notifications"

    def respond(call: Call) -> Answer:
        complaints.respond(call.merchant, call.number, call.json())
        return 204, None

    def complete(call: Call) -> Answer:
        complaints.complete(call.merchant, call.number, call.json())
        return 204, None

    def refund_progress(call: Call) -> Answer:
        complaints.refund_progress(call.merchant, call.number, call.json())
        return 204, None

    def forget_url(call: Call) -> Answer:
        complaints.remove_url(call.merchant)
        return 204, None

    def history(call: Call) -> Answer:
        return 200, complaints.history(call.merchant, call.number, call.query)

    return [
        (
            "GET",
            f"{COMPLAINTS}/complaints-v2",
            lambda c: (200, complaints.page(c.merchant, c.query)),
        ),
        ("GET", one, lambda c: (200, complaints.detail(c.merchant, c.number))),
        ("GET", one + "/negotiation-historys", history),
        ("POST", one + "/response", respond),
        ("POST", one + "/complete", complete),
        ("POST", one + "/update-refund-progress", refund_progress),
        ("POST", hook, lambda c: (200, complaints.set_url(c.merchant, c.json(), is_new=True))),
        ("PUT", hook, lambda c: (200, complaints.set_url(c.merchant, c.json(), is_new=False))),
        ("GET", hook, lambda c: (200, complaints.url(c.merchant))),
        ("DELETE", hook, forget_url),
    ]
