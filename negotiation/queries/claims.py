"""Until when a case that a reviewer has taken is theirs alone. After that a colleague may take it, or decide."""

from datetime import datetime, timedelta

from django.db.models import Q

from negotiation.models import Negotiation

CLAIM_LASTS = timedelta(hours=8)
"""A working day: a case that was taken and left does not wait for its reviewer to come back."""


def claim_ends(negotiation: Negotiation) -> datetime | None:
    """When the present claim ends or ended; None if nobody has taken the case."""
    taken = negotiation.assigned_at
    return taken + CLAIM_LASTS if taken and negotiation.assigned_to_id else None


def holder_of(negotiation: Negotiation, *, now: datetime) -> int | None:
    """The key of whoever has the case at this moment."""
    ends = claim_ends(negotiation)
    return negotiation.assigned_to_id if ends and now < ends else None


def unclaimed(*, now: datetime) -> Q:
    """Cases that anybody may take: nobody has, or the claim has ended."""
    return Q(assigned_to__isnull=True) | Q(assigned_at__isnull=True) | Q(assigned_at__lte=now - CLAIM_LASTS)
