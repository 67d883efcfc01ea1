"""What can happen. One set of rules: a seed chooses among them, and so does Hypothesis.

Every rule is one event and returns what it came to, for the log. A rule whose time has not come
returns None and counts for nothing. All that a rule decides, it decides by `world.rng`.
"""

from collections.abc import Callable

from jobs import schedule
from kernel import clock
from tenants import context
from tests.soak.customers import Customers
from tests.soak.outside import Outside
from tests.soak.staff import Staff
from tests.soak.world import World

WITHDRAWAL_RULES = {
    "is_open": True, "minimum_minor": 100, "fee_bp": 100, "fee_fixed_minor": 10,
    "daily_minor": 200_000, "daily_count": 5, "second_approval_from_minor": 20_000,
}  # fmt: skip
PICKUP_POINT = {
    "name": "门店", "address": "杭州市西湖区文三路 1 号", "hours": "09:00-21:00", "phone": "057112345678",
}  # fmt: skip
CLOCK_STEPS = {
    (1, 20): 30, (30, 120): 24, (200, 900): 10, (1_200, 2_000): 8, (3_600, 14_400): 3,
    (40_000, 90_000): 1,
}  # fmt: skip
Rule = Callable[[], str | None]


class Rules(Customers, Staff, Outside):
    """Everything that may happen, and how likely it is."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.waiting = 0
        """How many messages were due when a worker last looked."""
        for shop in self.shops:
            for _ in range(2):
                self._newcomer(shop)
            said = shop.owner.ask("PUT", "/withdrawals/rules", WITHDRAWAL_RULES)
            assert said.status == 200, said
            said = shop.owner.ask("POST", "/withdrawals/transfer-grant")
            assert said.status == 200, said
            said = shop.owner.ask("POST", "/pickup-points", PICKUP_POINT)
            assert said.status == 201, said
            shop.point = said.json["id"]
        self.customer: list[tuple[int, Rule]] = [
            (2, self.newcomer), (6, self.browse), (4, self.fill_cart), (14, self.order),
            (14, self.pay), (5, self.pay_by_an_old_sheet), (2, self.refuse_to_pay),
            (3, self.refresh), (3, self.cancel), (5, self.confirm_receipt), (4, self.ask_back),
            (1, self.take_request_back), (2, self.stranger), (3, self.repeat_errand),
            (3, self.withdraw), (1, self.cancel_withdrawal), (3, self.take_the_money),
        ]  # fmt: skip
        self.staff: list[tuple[int, Rule]] = [
            (2, self.reprice), (4, self.restock), (1, self.change_freight), (9, self.ship),
            (2, self.make_ready), (4, self.hand_over),
            (2, self.refund), (3, self.refund_a_part), (2, self.second_person),
            (4, self.answer_request), (3, self.look_at_pages), (3, self.owe_commission),
            (4, self.decide_withdrawal),
        ]  # fmt: skip
        self.outside: list[tuple[int, Rule]] = [
            (3, self.fault_of_wechat), (2, self.fault_of_callbacks), (1, self.calm),
            (3, self.storm), (5, self.death), (2, self.forge), (2, self.refund_goes_wrong),
            (2, self.transfer_ends), (1, self.receipt_at_wechat), (1, self.replay_callback),
            (1, self.lock), (5, self.unlock),
        ]  # fmt: skip

    def step(self) -> None:
        """Let one thing happen."""
        while True:
            kind = self._kind()
            if kind == "job" and self.deliver():
                return
            if kind == "wechat" and self.wechat_does():
                return
            if kind == "clock":
                self.pass_time()
                return
            table = {"customer": self.customer, "staff": self.staff, "outside": self.outside}
            if kind in table:
                weights, rules = zip(*table[kind], strict=True)
                (rule,) = self.rng.choices(rules, weights)
                if self.play(rule):
                    return

    def _kind(self) -> str:
        kinds = {
            "customer": 30, "staff": 13, "outside": 5, "clock": 8,
            "job": 34 + (80 if self.waiting >= 20 else 0), "wechat": 16,
        }  # fmt: skip
        (kind,) = self.rng.choices(list(kinds), list(kinds.values()))
        return kind

    def play(self, rule: Rule) -> bool:
        """Try a rule; count and log it if its time had come."""
        told = rule()
        if told is not None:
            self.world.note(rule.__name__, told)
        return told is not None

    def deliver(self) -> bool:
        """Let a worker take a message: mostly the oldest, any that is due; it may die of it."""
        due = self.world.worker.due()
        self.waiting = len(due)
        if not due:
            return False
        chosen = due[0] if self.rng.random() < 0.6 else self.rng.choice(due)
        dies, self.world.die_next = self.world.die_next, None
        if dies is None and self.rng.random() < 0.04:
            dies = self.rng.randrange(1, 40)
        forgets = self.rng.random() < 0.03
        self.world.note("job", self.world.worker.run(chosen, die_after=dies, forgets=forgets))
        return True

    def wechat_does(self) -> bool:
        """Let WeChat do what it is due to do, in any order."""
        due = self.world.wechat.due()
        if not due:
            return False
        chosen = due[0] if self.rng.random() < 0.5 else self.rng.choice(due)
        self.world.note("wechat", self.world.wechat.happen(chosen))
        return True

    def pass_time(self, seconds: float | None = None) -> None:
        """Let time go by; what is due on the schedule is sent."""
        if seconds is None:
            (between,) = self.rng.choices(list(CLOCK_STEPS), list(CLOCK_STEPS.values()))
            seconds = self.rng.uniform(*between)
        self.world.time.move_by(seconds)
        self._push_tickets()
        with context.public():
            sent = schedule.send_due(clock.now())
        self.world.note("clock", f"{seconds:.3f} {sent}")

    def _push_tickets(self) -> None:
        """WeChat's tickets come every ten minutes: a leap must not look like a day without."""
        dies, self.world.die_next = self.world.die_next, None
        for row in self.world.wechat.books("SELECT id, due_at FROM agenda WHERE kind = 'ticket'"):
            if row["due_at"] <= self.world.time.seconds:
                self.world.wechat.happen(row["id"])
        self.world.die_next = dies
