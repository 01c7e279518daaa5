"""Writing down what a party states in a negotiation."""

from datetime import datetime

from negotiation.models import Negotiation, Offer, Quote
from negotiation.services.courses import follow
from negotiation.services.events import Actor


def state_offer(
    *,
    negotiation: Negotiation,
    kind: str,
    actor: Actor,
    now: datetime,
    quote: Quote | None = None,
    reason_codes: str = "",
    message: str = "",
    expires_at: datetime | None = None,
) -> Offer:
    """Append one statement. The caller holds the negotiation's row (a move was claimed in this transaction)."""
    last = negotiation.offers.order_by("-seq").values_list("seq", "made_at").first()
    offer = Offer.objects.create(
        negotiation=negotiation,
        seq=last[0] + 1 if last else 1,
        kind=kind,
        party=actor.kind.value,
        author=actor.user,
        quote=quote,
        reason_codes=reason_codes,
        message=message,
        made_at=now,
        waiting_since=last[1] if last else None,
        expires_at=expires_at,
    )
    follow(offer)
    return offer


def named(quote: Quote) -> dict[str, object]:
    """What an event says of a quote: which one, what it was, and by which policy it was judged."""
    return {"quote": quote.reference, "sha256": quote.sha256, "policy_version": quote.policy_version}
