"""``manage.py make_signing_key``: a signing key for the demonstration, once. A real bank brings its own (``docs/documents.md``)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from negotiation.documents.demonstration_key import KeyAlreadyThere, make_demonstration_key


class Command(BaseCommand):
    help = "Makes the demonstration's signing key and certificate; does nothing if there is one. Refused outside the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "A real bank signs with its own key: set PORTAL_SIGN_P12_FILE or PORTAL_SIGN_PKCS11_MODULE."
            )
        try:
            make_demonstration_key(
                key_file=settings.SIGN_P12_PATH,
                passphrase_file=settings.SIGN_P12_PASSPHRASE_FILE,
                chain_file=settings.SIGN_CHAIN_FILE,
                bank_name=settings.BANK_NAME_EN,
                now=timezone.now(),
            )
        except KeyAlreadyThere as there:
            self.stdout.write(f"There is a signing key already: {there}")
            return
        self.stdout.write(f"Made a signing key of no legal effect: {settings.SIGN_P12_PATH}")
