"""`manage.py wechatpay_certificates`: what belongs in `pay.platform_certificates_pem`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wechat import certificates
from wechat.errors import WeChatFailure


class Command(BaseCommand):
    """Prints a JSON list of PEM texts on stdout, and what each is on stderr."""

    help = "Ask WeChat Pay for its valid certificates and print them for the credentials file."

    def handle(self, *_: Any, **__: Any) -> None:
        """Ask and print. Changes nothing."""
        try:
            found = certificates.valid()
        except WeChatFailure as failure:
            raise CommandError(f"WeChat Pay does not tell: {failure}") from failure
        for one in found:
            self.stderr.write(f"{one.serial_no}: {one.effective_at:%F} to {one.expires_at:%F}")
        self.stdout.write(json.dumps([one.pem for one in found], indent=1))
