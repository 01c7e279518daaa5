"""Are the words of a negotiation those that were written, and is every message and note there? Told by the fingerprints in its events.

The words of the first versions were recorded without one; they are counted, not judged.
"""

from collections.abc import Iterator
from typing import Any

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Event, Negotiation, Offer
from negotiation.models.sealed import SealBroken
from negotiation.services.fingerprints import FIELD, are_altered, comparable_prefix

REQUESTED = "second_approval_requested"
KEPT = {"message": ("message_written",), "note": ("noted", "sent_back", "plan_terminated", "plan_reopened")}
"""What is kept in rows of its own, and the events that record one."""
WITH_WORDS = (
    "proposed",
    "countered",
    "accepted",
    "declined",
    "withdrawn",
    "expired",
    REQUESTED,
    *(kind for kinds in KEPT.values() for kind in kinds),
    "concern_raised",
    "concern_answered",
)


def altered_words(
    negotiation: Negotiation, events: list[Event], statements: list[tuple[Event, Offer]]
) -> Iterator[str]:
    """What was altered, by name. ``events`` are those of the negotiation and of its plan, ``statements`` each offer with its event."""
    for event, offer in statements:
        if any(words_differ(offer, "message", said) for said in _recorded(event, events)):
            yield f"words of offer {offer.seq}"
    requests = [event for event in events if event.kind == REQUESTED]
    if negotiation.pending_quote_id and requests and words_differ(negotiation, "pending_message", requests[-1]):
        yield "words that wait for a second approval"
    for name, kinds in KEPT.items():
        yield from _rows(negotiation, name, [event for event in events if event.kind in kinds])


def _recorded(event: Event, events: list[Event]) -> list[Event]:
    """The events that recorded a statement's words: its own, and the first approver's request if it was confirmed by a second."""
    if event.data["from"] != NegotiationState.AWAITING_SECOND_APPROVAL or "quote" not in event.data:
        return [event]
    before = [request for request in events if request.kind == REQUESTED and request.pk < event.pk]
    return [event, *before[-1:]]


def _rows(negotiation: Negotiation, name: str, events: list[Event]) -> Iterator[str]:
    """Messages or notes: all there, none that nobody wrote, each with its own words."""
    rows = {str(row.pk): row for row in getattr(negotiation, f"{name}s").all()}
    recorded = {str(event.data[name]): event for event in events if name in event.data}
    if rows.keys() != recorded.keys():
        yield f"{name}s"
    for number, (pk, row) in enumerate(rows.items(), 1):
        if pk in recorded and words_differ(row, "text", recorded[pk]):
            yield f"words of {name} {number}"


def words_differ(row: Any, field: str, event: Event) -> bool:
    """Whether a row's words are not those that its event recorded, or no longer open."""
    try:
        return are_altered(getattr(row, field), event.data)
    except SealBroken:
        return True


def words_without_fingerprint() -> int:
    """How many events record words and hold no fingerprint, or one of another ``INDEX_KEY``: nothing is said of those words."""
    events = Event.objects.filter(kind__in=WITH_WORDS)
    return events.count() - events.filter(**{f"data__{FIELD}__startswith": comparable_prefix()}).count()
