"""`manage.py ensure_superuser --email …`: somebody who may enter the superadmin."""

import os
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.models import Account


class Command(BaseCommand):
    """Makes the account, or lifts an existing one; safe to run again."""

    help = (
        "Make a superuser, unless there is one with this address. The password is read from"
        " SUPERUSER_PASSWORD, or made up and printed once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("--email", required=True)

    def handle(self, *_: Any, **options: Any) -> None:
        """Make or lift the account. A given password is set; none given changes none."""
        email = Account.objects.normalize_email(options["email"]).lower()
        given = os.environ.get("SUPERUSER_PASSWORD")
        account = Account.objects.filter(email=email).first()
        if account is None:
            password = given or secrets.token_urlsafe(18)
            Account.objects.create_superuser(email, password)
            self.stdout.write(f"{email} is a superuser now.")
            if not given:
                self.stdout.write(f"Password, shown this once: {password}")
            return
        self._lift(account, given)
        self.stdout.write(f"{email} is a superuser.")

    def _lift(self, account: Account, password: str | None) -> None:
        account.is_staff = account.is_superuser = account.is_active = True
        if password and not account.check_password(password):
            account.set_password(password)
        account.save()
