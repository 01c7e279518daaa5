"""``manage.py export_evidence REF``: the evidence of one agreement as a ZIP that the bank has signed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from negotiation.documents.signing_keys import SigningUnavailable
from negotiation.services.evidence_bundle import AgreementNotSealed, export_evidence


class Command(BaseCommand):
    help = "Writes the signed documents, the record of acceptance, the events and the texts of an agreement as one signed ZIP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference")
        parser.add_argument("--out", type=Path, help="file to write; default evidence-REF.zip here; never overwritten")

    def handle(self, *args: Any, **options: Any) -> None:
        reference = options["reference"]
        path = options["out"] or Path(f"evidence-{reference}.zip")
        try:
            with path.open("xb") as file:
                file.write(_bundle(reference, path))
        except FileExistsError as there:
            raise CommandError(f"{path} exists already") from there
        except OSError as refused:
            raise CommandError(f"{path} cannot be written: {refused.strerror}") from refused
        self.stdout.write(f"wrote {path}")


def _bundle(reference: str, path: Path) -> bytes:
    """The bundle; the file just opened is removed if there is none."""
    try:
        return export_evidence(reference=reference, now=timezone.now())
    except AgreementNotSealed as unsigned:
        path.unlink()
        raise CommandError(f"there is no signed agreement {reference}") from unsigned
    except SigningUnavailable as unavailable:
        path.unlink()
        raise CommandError(f"the bank cannot sign the manifest: {unavailable}") from unavailable
