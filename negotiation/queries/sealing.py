"""How it stands with the bank's signature: can it be given today, until when, and how many wait for it. For operators; no names."""

from datetime import datetime, timedelta

from django.db.models import Count, Min

from negotiation.documents.signing_keys import SigningUnavailable, bank_signer
from negotiation.models import Agreement


def can_sign(*, now: datetime) -> bool:
    """Whether the configured key opens, is fit, and its certificate is valid ``now``."""
    try:
        bank_signer().check(now)
    except SigningUnavailable:
        return False
    return True


def certificate_ends_at() -> datetime | None:
    """The last moment of the signing certificate; None if there is no key."""
    try:
        return bank_signer().ends_at
    except SigningUnavailable:
        return None


def waiting_for_seal(*, now: datetime) -> tuple[int, timedelta]:
    """How many agreements the cardholder has signed and the bank has not, and how long the first of them waits."""
    waiting = Agreement.objects.filter(signed_at__isnull=False, sealed_at__isnull=True)
    found = waiting.aggregate(number=Count("pk"), first=Min("signed_at"))
    return found["number"], now - found["first"] if found["first"] else timedelta(0)
