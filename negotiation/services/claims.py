"""Taking a case and giving it back, so that two reviewers do not work on one; and who may act on it at all."""

from datetime import datetime

from django.db import transaction

from negotiation.domain.workflow import ActorKind
from negotiation.models import Event, Negotiation, User
from negotiation.queries.claims import holder_of, unclaimed
from negotiation.queries.conflicts import is_debt_of
from negotiation.queries.events import negotiation_stream
from negotiation.queries.staff import reviewing_role
from negotiation.services.events import Actor, record
from negotiation.services.refusals import ClaimedByAnother, NotAuthorised, OwnAccount


def reviewer_actor(negotiation: Negotiation, reviewer: User) -> Actor:
    """The reviewer in the role that decides on this negotiation.

    :raises NotAuthorised: if they have no reviewing role.
    :raises OwnAccount: if it is their own account.
    """
    role = reviewing_role(reviewer)
    if role is None:
        raise NotAuthorised(reviewer.pk)
    if is_debt_of(negotiation.cardholder, reviewer):
        raise OwnAccount(negotiation.reference)
    return Actor(role, reviewer)


def deciding_actor(negotiation: Negotiation, reviewer: User, *, now: datetime) -> Actor:
    """The same, unless somebody else has the case at this moment.

    :raises ClaimedByAnother, NotAuthorised, OwnAccount:
    """
    actor = reviewer_actor(negotiation, reviewer)
    if holder_of(negotiation, now=now) not in (None, reviewer.pk):
        raise ClaimedByAnother(negotiation.reference)
    return actor


@transaction.atomic
def claim(*, negotiation: Negotiation, reviewer: User, now: datetime) -> Event:
    """Take the case, or keep one's own for longer; what a colleague took and left may be taken over.

    :raises ClaimedByAnother: if somebody else has it.
    :raises NotAuthorised, OwnAccount:
    """
    actor, before = reviewer_actor(negotiation, reviewer), negotiation.assigned_to_id
    rows = Negotiation.objects.filter(pk=negotiation.pk)
    free = rows.filter(assigned_to=reviewer) if before == reviewer.pk else rows.filter(unclaimed(now=now))
    if not free.update(assigned_to=reviewer, assigned_at=now):
        raise ClaimedByAnother(negotiation.reference)
    negotiation.assigned_to, negotiation.assigned_at = reviewer, now
    data = {"negotiation": negotiation.reference} | (
        {"taken_over_from": before} if before not in (None, reviewer.pk) else {}
    )
    return record(stream=negotiation_stream(negotiation), kind="claimed", actor=actor, data=data, now=now)


@transaction.atomic
def release(*, negotiation: Negotiation, reviewer: User, now: datetime) -> Event:
    """Give the case back to the queue; a senior reviewer may release anybody's.

    :raises ClaimedByAnother: if somebody else has it and the reviewer is not senior.
    """
    actor = reviewer_actor(negotiation, reviewer)
    held = Negotiation.objects.filter(pk=negotiation.pk)
    if actor.kind != ActorKind.SENIOR_REVIEWER:
        held = held.filter(assigned_to=reviewer)
    if not held.update(assigned_to=None, assigned_at=None):
        raise ClaimedByAnother(negotiation.reference)
    negotiation.assigned_to = negotiation.assigned_at = None
    data = {"negotiation": negotiation.reference}
    return record(stream=negotiation_stream(negotiation), kind="released", actor=actor, data=data, now=now)
