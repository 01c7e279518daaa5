"""``manage.py verify_audit``: is every recorded event still there, unaltered and in its place, and do the records still say the same?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from negotiation.queries.events import stream_heads
from negotiation.services.audit import altered_records
from negotiation.services.audit_words import words_without_fingerprint
from negotiation.services.events import broken_links


class Command(BaseCommand):
    help = "Walks the event chains and compares the records with them; exit 0 if all is whole, 1 with what is broken or altered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads", action="store_true", help="also print length and head of every chain, to be kept elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(broken_links())
        for fault in faults:
            self.stderr.write(f"{fault.stream} #{fault.seq}: {fault.fault}")
        streams = 0
        for name, length, head in stream_heads():
            streams += 1
            if options["heads"]:
                self.stdout.write(f"{name} {length} {head}")
        altered = list(altered_records())
        for record in altered:
            self.stderr.write(f"{record.record}: {record.part} altered")
        untold = words_without_fingerprint()
        if untold:
            self.stdout.write(
                f"{untold} words recorded without a fingerprint that can be compared: nothing is said of them"
            )
        self.stdout.write(f"{streams} chains, {len(faults)} broken; {len(altered)} records altered")
        if faults or altered:
            raise SystemExit(1)
