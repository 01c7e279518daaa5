"""The one place where the state of a negotiation is written."""

from datetime import datetime
from typing import Any

from django.db import transaction

from negotiation.domain.workflow import CLOSED_STATES, Action, NegotiationState, next_state
from negotiation.models import Event, Negotiation
from negotiation.queries.events import negotiation_stream
from negotiation.services.events import Actor, record
from negotiation.services.refusals import StaleNegotiation


@transaction.atomic
def move(
    *,
    negotiation: Negotiation,
    action: Action,
    actor: Actor,
    event: str,
    now: datetime,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Event:
    """Make one move of the transition table: claim it by the old state, write ``changes`` with it, record the event.

    :raises TransitionNotAllowed: if the table has no such move.
    :raises StaleNegotiation: if the row is no longer in the state that ``negotiation`` was read in.
    """
    old = NegotiationState(negotiation.state)
    new = next_state(old, action, actor.kind)
    if new in CLOSED_STATES:
        changes["closed_at"] = now
    if not Negotiation.objects.filter(pk=negotiation.pk, state=old).update(state=new, **changes):
        raise StaleNegotiation(negotiation.reference)
    for name, value in {"state": new, **changes}.items():
        setattr(negotiation, name, value)
    return record(
        stream=negotiation_stream(negotiation),
        kind=event,
        actor=actor,
        data={"negotiation": negotiation.reference, "from": old.value, "to": new.value, **(data or {})},
        now=now,
    )
