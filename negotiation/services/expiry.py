"""What silence means: an unanswered negotiation expires, and both sides are told."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from negotiation.domain.workflow import Action, NegotiationState
from negotiation.jobs.registry import handles
from negotiation.models import Negotiation, OfferKind
from negotiation.queries.negotiations import expired
from negotiation.services.events import SYSTEM
from negotiation.services.fingerprints import fingerprinted
from negotiation.services.offers import state_offer
from negotiation.services.refusals import StaleNegotiation
from negotiation.services.transitions import move


def expire(*, negotiation: Negotiation, now: datetime) -> None:
    """End one negotiation whose time has run out.

    :raises StaleNegotiation, TransitionNotAllowed: if somebody acted in the meantime.
    """
    with transaction.atomic():
        was_draft = negotiation.state == NegotiationState.DRAFT
        move(
            negotiation=negotiation,
            action=Action.EXPIRE,
            actor=SYSTEM,
            event="draft_expired" if was_draft else "expired",
            data={} if was_draft else fingerprinted(),
            now=now,
        )
        if not was_draft:
            state_offer(negotiation=negotiation, kind=OfferKind.EXPIRE, actor=SYSTEM, now=now)


@handles("expire_negotiations", every=timedelta(minutes=5), slow=True)
def expire_negotiations(payload: dict[str, Any], *, now: datetime) -> None:
    """Expire all that are due, each in its own transaction; one that moved meanwhile is left alone."""
    for negotiation in list(expired(now=now)):
        try:
            expire(negotiation=negotiation, now=now)
        except StaleNegotiation:
            continue
