"""Recording what happened: one append-only row, chained to the one before it, with the job that tells others of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from negotiation.domain.chain import event_hash
from negotiation.domain.workflow import ActorKind
from negotiation.jobs.outbox import enqueue
from negotiation.models import Event, EventStream, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role."""

    kind: ActorKind
    user: User | None = None


SYSTEM = Actor(ActorKind.SYSTEM)


def record(*, stream: str, kind: str, actor: Actor, data: dict[str, Any], now: datetime) -> Event:
    """Append one event to a stream, inside the caller's transaction. ``data`` holds references, never personal data."""
    assert connection.in_atomic_block, "an event is recorded in the transaction of what it tells"
    chain, _is_new = EventStream.objects.select_for_update().get_or_create(name=stream)
    said: dict[str, Any] = {
        "seq": chain.length + 1,
        "kind": kind,
        "actor_kind": actor.kind.value,
        "at": now,
        "data": data,
        "previous_hash": chain.head,
    }
    digest = event_hash(stream=stream, actor_id=actor.user.pk if actor.user else None, **said)
    event = Event.objects.create(stream=chain, actor_user=actor.user, hash=digest, **said)
    EventStream.objects.filter(pk=chain.pk).update(length=event.seq, head=digest)
    enqueue(kind="event", key=f"event:{event.pk}", payload={"event": event.pk}, run_at=now)
    return event


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first event of a stream that is not what it was when it was written."""

    stream: str
    seq: int
    fault: str


def broken_links() -> Iterator[BrokenLink]:
    """Walk every stream from its first event to its head and yield the first fault of each.

    A stream that seems broken is walked again, because an event may just have been appended to it.
    """
    for chain in EventStream.objects.order_by("name").iterator():
        fault = _first_fault(chain) and _first_fault(EventStream.objects.get(pk=chain.pk))
        if fault is not None:
            yield fault


def _first_fault(chain: EventStream) -> BrokenLink | None:
    seq, head = 0, ""
    for event in chain.events.order_by("seq").iterator():
        if event.seq != seq + 1:
            return BrokenLink(chain.name, seq + 1, "missing")
        if event.previous_hash != head or event.hash != _hash_of(chain, event):
            return BrokenLink(chain.name, event.seq, "altered")
        seq, head = event.seq, event.hash
    if (seq, head) != (chain.length, chain.head):
        return BrokenLink(chain.name, seq + 1, "missing")
    return None


def _hash_of(chain: EventStream, event: Event) -> str:
    return event_hash(
        stream=chain.name,
        seq=event.seq,
        kind=event.kind,
        actor_kind=event.actor_kind,
        actor_id=event.actor_user_id,
        at=event.at,
        data=event.data,
        previous_hash=event.previous_hash,
    )
