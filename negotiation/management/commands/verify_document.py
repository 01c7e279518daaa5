"""``manage.py verify_document FILE.pdf``: is it genuine, who signed, when, and is it still in force?

With ``--trust CERT`` the file and that certificate suffice; the records are asked only if they can be reached.
"""

from pathlib import Path
from typing import Any

from asn1crypto import x509
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from negotiation.documents.signing_keys import SigningKeyMissing, bank_trust, read_certificates
from negotiation.documents.verification import LARGEST_FILE, Reason, Trust, Verification, verify
from negotiation.queries.verification import CheckedDocument, check_document

LARGEST_TRUST = 256 * 1024
REASONS = {
    Reason.TOO_LARGE: f"the file is larger than {LARGEST_FILE // 1024 // 1024} MB",
    Reason.NOT_A_PDF: "the file is not a PDF",
    Reason.ENCRYPTED: "the file is encrypted; the bank's documents are not",
    Reason.NOT_SIGNED: "the file has no signature",
    Reason.ALTERED: "the file was altered",
    Reason.CHANGED_AFTER_SIGNING: "something was added after the bank signed",
    Reason.UNKNOWN_SIGNER: "it is signed, but not by a certificate that is trusted here",
    Reason.CERTIFICATE_EXPIRED: "the certificate of the signature, or of its last timestamp, has expired",
    Reason.CERTIFICATE_REVOKED: "the certificate was revoked",
    Reason.TIMESTAMP_REVOKED: "the authority of its timestamp was revoked, so that nothing shows when it was signed",
    Reason.UNREADABLE: "the signature cannot be read",
}


class Command(BaseCommand):
    help = "Says whether a PDF is valid, who signed it, when, and whether it is current or superseded; exit 0 if valid, else 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--trust", type=Path, metavar="CERT", help="certificate(s), PEM or DER; else the bank's chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        content = _read(options["file"], LARGEST_FILE)
        trust = trust_in(options["trust"])
        checked = _check(content, trust)
        verification = checked.verification if checked else verify(content, trust=trust, now=timezone.now())
        if not verification.valid:
            self.stdout.write(f"NOT VALID: {REASONS[verification.reason]}")
            raise SystemExit(1)
        self._tell(verification, checked)

    def _tell(self, verification: Verification, checked: CheckedDocument | None) -> None:
        assert verification.signed_at is not None
        proof = "timestamp" if verification.has_timestamp else "stated by the signer"
        self.stdout.write(f"VALID: {verification.title}")
        self.stdout.write(f"signed by: {verification.signer}")
        self.stdout.write(f"signed at: {timezone.localtime(verification.signed_at):%Y-%m-%d %H:%M:%S %z} ({proof})")
        self.stdout.write(f"sha-256:   {verification.sha256}")
        self.stdout.write(f"standing:  {_standing(checked)}")


def _read(path: Path, most: int) -> bytes:
    """At most one byte more than ``most``, however large the file is."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as unreadable:
        raise CommandError(f"{path} cannot be read: {unreadable.strerror}") from unreadable


def trust_in(path: Path | None) -> Trust:
    """The certificates of a file, or the bank's own.

    :raises CommandError: if there are none.
    """
    if path:
        return Trust(_certificates(path))
    try:
        return bank_trust()
    except SigningKeyMissing as missing:
        raise CommandError(f"no certificate to trust: {missing}; use --trust CERT") from missing


def _certificates(path: Path) -> tuple[x509.Certificate, ...]:
    content = _read(path, LARGEST_TRUST)
    if len(content) > LARGEST_TRUST:
        raise CommandError(f"{path} is larger than {LARGEST_TRUST // 1024} KB: too large for certificates")
    try:
        return read_certificates(content)
    except ValueError as unreadable:
        raise CommandError(f"{path} holds no certificate") from unreadable


def _check(content: bytes, trust: Trust) -> CheckedDocument | None:
    """The answer with the records, or None if there is no database here."""
    try:
        return check_document(content, now=timezone.now(), trust=trust)
    except DatabaseError:
        return None


def _standing(checked: CheckedDocument | None) -> str:
    if checked is None or checked.standing is None:
        return "not known here (no record of it)"
    return (
        checked.standing.value
        if checked.is_recorded
        else f"{checked.standing.value} (agreement known, this copy is not)"
    )
