"""The parts of WeChat Pay beyond payments and refunds, put together (CONTRACT §4.10-4.14)."""

from typing import TYPE_CHECKING

from .applyments import Applyments
from .bills import Bills
from .complaints import Complaints
from .receivers import Receivers
from .settlements import Settlements
from .share_returns import ShareReturns
from .sharing import Sharing
from .transfer_checks import TransferChecks
from .transfers import Transfers
from .uploads import Uploads

if TYPE_CHECKING:
    from .simulator import Simulator


class PayParts:
    """Built by `Simulator` once its own parts are there."""

    def __init__(self, simulator: "Simulator") -> None:
        store, clock, agenda = simulator.store, simulator.clock, simulator.agenda
        merchants, signer, funds = simulator.merchants, simulator.signer, simulator.funds
        payments, callbacks = simulator.payments, simulator.callbacks
        base_url = str(simulator.keys.handed["pay_base"])
        self.bills = Bills(store, clock, funds, base_url)
        self.receivers = Receivers(store, clock, signer)
        self.sharing = Sharing(
            store, clock, agenda, merchants, payments, funds, self.receivers, callbacks
        )
        self.share_returns = ShareReturns(store, clock, agenda, self.sharing, funds)
        self.transfer_checks = TransferChecks(store, clock, merchants, simulator.apps, signer)
        self.transfers = Transfers(store, clock, agenda, funds, self.transfer_checks, callbacks)
        self.uploads = Uploads(store, clock)
        self.applyments = Applyments(store, clock, merchants, signer, self.uploads, base_url)
        self.settlements = Settlements(store, clock, merchants, signer)
        self.complaints = Complaints(store, clock, merchants, payments, callbacks)
