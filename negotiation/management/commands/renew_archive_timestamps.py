"""``manage.py renew_archive_timestamps``: a new archive timestamp for every document whose last one ends soon.

Each document is renewed in a transaction of its own, so a run that is stopped has lost nothing and the next one goes on from there.
"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import IntegrityError, transaction
from django.utils import timezone

from negotiation.documents.signing import SealNotVerified
from negotiation.documents.signing_keys import SigningUnavailable
from negotiation.models import Document
from negotiation.queries.issued import RENEW_WITHIN, archived_at_most_until
from negotiation.services.archiving import renew_archive_timestamp


class Command(BaseCommand):
    help = "Renews archive timestamps that end soon, first those that end first, with progress; exit 1 if any is left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--within-days", type=int, default=RENEW_WITHIN.days, help="end within so many days")

    def handle(self, *args: Any, **options: Any) -> None:
        due = archived_at_most_until(timezone.now() + timedelta(days=options["within_days"]))
        keys, left = list(due.values_list("pk", flat=True)), 0
        for number, key in enumerate(keys, 1):
            document = Document.objects.select_related("agreement").get(pk=key)
            try:
                outcome = _renew(document)
            except SealNotVerified as refused:
                outcome, left = f"NOT renewed: {refused}", left + 1
            except SigningUnavailable as unavailable:
                self.stderr.write(f"{number - 1} of {len(keys)} done; no renewal: {unavailable}")
                raise SystemExit(1) from unavailable
            self.stdout.write(f"{number} of {len(keys)}: {document.reference} {outcome}")
        if left:
            raise SystemExit(1)


def _renew(document: Document) -> str:
    """Renew one, or find that another run has done it meanwhile."""
    keep = renew_archive_timestamp(document=document, now=timezone.now())
    try:
        with transaction.atomic():
            keep()
    except IntegrityError:
        return "was renewed already"
    return "renewed"
