"""`manage.py reconcile`: fetch WeChat's bills of some days again, and compare them."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.bills import actions, queries
from billing.bills.models import BillFile
from kernel import clock
from wechat import bills as wechat_bills


class Command(BaseCommand):
    """Says what is wanted; the worker fetches, keeps, loads and compares."""

    help = "Have WeChat's bills of a range of days fetched, if they are not here, and compared."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the first and the last day, in Beijing."""
        parser.add_argument("first", type=date.fromisoformat, metavar="FROM")
        parser.add_argument("last", type=date.fromisoformat, metavar="TO", nargs="?")

    def handle(self, *_: Any, **options: Any) -> None:
        """Want every bill of the range, and run those again that are here; print a line a day."""
        first = options["first"]
        last = options["last"] or first
        _check(first, last)
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            here = list(BillFile.objects.filter(day=day))
            actions.want_day(day)
            for file in here:
                actions.run_again(file=file)
            wanted = BillFile.objects.filter(day=day).count()
            self.stdout.write(f"{day}: {len(here)} bills again, {wanted - len(here)} new")


def _check(first: date, last: date) -> None:
    oldest = queries.today() - timedelta(days=actions.KEPT_DAYS)
    if last < first:
        raise CommandError("The last day lies before the first.")
    if first < oldest:
        raise CommandError(f"WeChat keeps bills for three months: none before {oldest}.")
    if wechat_bills.ready_at(last) > clock.now():
        raise CommandError(f"The bill of {last} is not made before 10:00 of the next day.")
