"""Reads of the messages in a negotiation."""

from datetime import datetime

from django.db.models import QuerySet

from negotiation.domain.workflow import ActorKind
from negotiation.models import Message, Negotiation


def messages_of(negotiation: Negotiation) -> QuerySet[Message]:
    """Every message of both sides, oldest first."""
    return negotiation.messages.select_related("author").order_by("made_at", "pk")


def messages_of_side(negotiation: Negotiation, actor: ActorKind, *, since: datetime) -> QuerySet[Message]:
    """What one side has written after a moment, newest first; everybody at the bank is one side."""
    is_cardholder = actor == ActorKind.CARDHOLDER
    side = negotiation.messages.filter(made_at__gt=since).order_by("-made_at", "-pk")
    return side.filter(party=actor) if is_cardholder else side.exclude(party=ActorKind.CARDHOLDER)
