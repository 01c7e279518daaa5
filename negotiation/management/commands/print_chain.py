"""``manage.py print_chain``: the bank's certificates, for whoever is to check its documents without this system."""

from typing import Any

from asn1crypto import pem, x509
from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiation.documents.signing_keys import SigningUnavailable, bank_signer, bank_trust


class Command(BaseCommand):
    help = "Prints the chain of the signing certificate, from the signer to the root, with fingerprints; --pem for the file to hand out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pem", action="store_true", help="PEM only, to be given to verify_document --trust")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            certificates = dict.fromkeys([bank_signer().certificate, *bank_trust().certificates])
        except SigningUnavailable as unavailable:
            raise CommandError(str(unavailable)) from unavailable
        for certificate in certificates:
            if options["pem"]:
                self.stdout.write(pem.armor("CERTIFICATE", certificate.dump()).decode(), ending="")
            else:
                self._describe(certificate)

    def _describe(self, certificate: x509.Certificate) -> None:
        validity = certificate["tbs_certificate"]["validity"]
        self.stdout.write(f"subject:  {certificate.subject.human_friendly}")
        self.stdout.write(f"issuer:   {certificate.issuer.human_friendly}")
        self.stdout.write(f"serial:   {certificate.serial_number:x}")
        self.stdout.write(
            f"valid:    {validity['not_before'].native:%Y-%m-%d} to {validity['not_after'].native:%Y-%m-%d}"
        )
        self.stdout.write(f"SHA-256:  {certificate.sha256_fingerprint}\n")
