"""What the cardholder wrote or attached that nobody at the bank has looked at: kept as two moments on the negotiation, for the queue."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from negotiation.domain.workflow import ActorKind
from negotiation.models import Event, Negotiation, User
from negotiation.queries.attachments import attached_to
from negotiation.queries.events import negotiation_stream
from negotiation.services.claims import reviewer_actor
from negotiation.services.events import record


def keep_unread(negotiation: Negotiation, *, now: datetime) -> None:
    """The cardholder wrote; what is unread longer keeps its moment."""
    Negotiation.objects.filter(pk=negotiation.pk, unread_since__isnull=True).update(unread_since=now)


@transaction.atomic
def mark_read(*, negotiation: Negotiation, reviewer: User, newest: uuid.UUID, now: datetime) -> Event | None:
    """Somebody at the bank has read every message up to ``newest``; later ones stay unread. None if nothing was unread.

    :raises NotAuthorised, OwnAccount:
    :raises Message.DoesNotExist: if the negotiation has no such message.
    """
    actor = reviewer_actor(negotiation, reviewer)
    read_to = negotiation.messages.get(pk=newest).made_at
    later = negotiation.messages.filter(party=ActorKind.CARDHOLDER, made_at__gt=read_to)
    unread_since = later.aggregate(first=Min("made_at"))["first"]
    unread = Negotiation.objects.filter(pk=negotiation.pk, unread_since__lte=read_to)
    if not unread.update(unread_since=unread_since):
        return None
    return record(
        stream=negotiation_stream(negotiation),
        kind="messages_read",
        actor=actor,
        data={"negotiation": negotiation.reference, "message": str(newest)},
        now=now,
    )


def keep_unopened(negotiation: Negotiation) -> None:
    """A document was attached, opened or deleted: since when the oldest one waits that nobody at the bank has opened."""
    unopened = attached_to(negotiation).filter(opened_at__isnull=True)
    first = unopened.aggregate(first=Min("attached_at"))["first"]
    Negotiation.objects.filter(pk=negotiation.pk).update(unopened_since=first)
