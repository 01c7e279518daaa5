"""``manage.py verify_evidence FILE.zip``: is the bundle whole, and is every file in it as the bank signed it?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from negotiation.documents.evidence import LARGEST_BUNDLE, BundleBroken, check_bundle
from negotiation.management.commands.verify_document import trust_in


class Command(BaseCommand):
    help = "Checks the signature over a bundle of evidence and every file in it; exit 0 if it is whole, else 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--trust", type=Path, metavar="CERT", help="certificate(s), PEM or DER; else the bank's chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_BUNDLE + 1)
        except OSError as unreadable:
            raise CommandError(f"{path} cannot be read: {unreadable.strerror}") from unreadable
        try:
            bundle = check_bundle(content, trust=trust_in(options["trust"]), now=timezone.now())
        except BundleBroken as broken:
            self.stdout.write(f"BROKEN: {broken}")
            raise SystemExit(1) from broken
        self.stdout.write(f"WHOLE: evidence of agreement {bundle.reference}, files: {len(bundle.files)}")
        self.stdout.write(f"made at: {timezone.localtime(bundle.made_at):%Y-%m-%d %H:%M:%S %z}")
