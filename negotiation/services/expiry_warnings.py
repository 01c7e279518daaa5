"""Before silence counts: both sides are told that an offer, a proposal or an agreement is about to run out.

Each warning is an event; who is told of it in which words is not known here.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from negotiation.domain.workflow import TALKING_STATES
from negotiation.jobs.registry import handles
from negotiation.models import Negotiation
from negotiation.queries.events import negotiation_stream
from negotiation.queries.negotiations import running_out
from negotiation.services.events import SYSTEM, record

LEADS = (timedelta(hours=12), timedelta(hours=48))
"""How long before the end. The later one leaves room for a night: the contact window is closed for at most ten hours."""


@handles("warn_of_expiry", every=timedelta(minutes=5), slow=True)
def warn_of_expiry(payload: dict[str, Any], *, now: datetime) -> None:
    """Warn once at each lead; somebody who comes late to both gets the later one alone."""
    for lead in LEADS:
        for negotiation in list(running_out(now=now, lead=lead, states=TALKING_STATES)):
            warn(negotiation=negotiation, lead=lead, now=now)


@transaction.atomic
def warn(*, negotiation: Negotiation, lead: timedelta, now: datetime) -> bool:
    """Record one warning; False if it was recorded before, or something has moved since the row was read."""
    untold = Q(expiry_told_at__isnull=True) | Q(expiry_told_at__lt=F("expires_at") - lead)
    same = Negotiation.objects.filter(untold, pk=negotiation.pk, state=negotiation.state)
    if not same.filter(expires_at=negotiation.expires_at).update(expiry_told_at=now):
        return False
    record(
        stream=negotiation_stream(negotiation),
        kind="running_out",
        actor=SYSTEM,
        data={
            "negotiation": negotiation.reference,
            "state": negotiation.state,
            "expires_at": negotiation.expires_at.isoformat(),
        },
        now=now,
    )
    return True
