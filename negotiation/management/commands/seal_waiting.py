"""``manage.py seal_waiting``: put the bank's signature on every agreement that waits for it, after an outage of the key for instance.

Each agreement is sealed in a transaction of its own, so a run that is stopped has lost nothing and the next one goes on from there.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from negotiation.documents.signing_keys import SigningUnavailable
from negotiation.domain.workflow import TransitionNotAllowed
from negotiation.models import Agreement
from negotiation.services.refusals import StaleNegotiation
from negotiation.services.sealing import seal_documents


class Command(BaseCommand):
    help = "Seals all agreements that are being signed, oldest first, with progress; exit 1 if the bank cannot sign."

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = Agreement.objects.filter(signed_at__isnull=False, sealed_at__isnull=True).order_by("signed_at")
        total = waiting.count()
        for number, agreement in enumerate(waiting.only("pk", "reference").iterator(), 1):
            try:
                outcome = _seal(agreement)
            except SigningUnavailable as unavailable:
                self.stderr.write(f"{number - 1} of {total} done; the bank cannot sign: {unavailable}")
                raise SystemExit(1) from unavailable
            self.stdout.write(f"{number} of {total}: {agreement.reference} {outcome}")


def _seal(agreement: Agreement) -> str:
    """Seal one agreement, or find that a worker has done it meanwhile."""
    effect = seal_documents({"agreement": str(agreement.pk)}, now=timezone.now())
    try:
        if effect is not None:
            with transaction.atomic():
                effect()
            return "sealed"
    except (StaleNegotiation, TransitionNotAllowed):
        pass
    return "was sealed already"
