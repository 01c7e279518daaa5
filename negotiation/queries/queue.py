"""The desk's queue: which negotiations wait for whom, against the time in which the bank promised to answer.

Drafts are the cardholder's own; nobody at the bank sees them.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from negotiation.domain.workflow import TALKING_STATES, ActorKind, NegotiationState
from negotiation.models import CardAccount, Negotiation, Offer, OfferKind, User
from negotiation.queries.claims import unclaimed
from negotiation.queries.conflicts import own_cases
from negotiation.queries.negotiations import queue

WAITING_STATES = (NegotiationState.WITH_BANK, NegotiationState.AWAITING_SECOND_APPROVAL)
SOON = timedelta(hours=24)
_UNREAD = Q(unread_since__isnull=False) | Q(unopened_since__isnull=False)


class Desk(StrEnum):
    """Whose work a part of the queue is."""

    WAITING = "waiting"
    MINE = "mine"
    SECOND = "second"
    CARDHOLDER = "cardholder"
    UNREAD = "unread"
    ALL = "all"


class Target(StrEnum):
    """How a case stands against the time in which the bank promised to answer."""

    LATE = "late"
    SOON = "soon"
    IN_TIME = "in_time"


def cases() -> QuerySet[Negotiation]:
    """Every negotiation that left the draft, with account and people; ``rounds`` counts the cardholder's proposals."""
    proposals = (
        Offer.objects.filter(
            negotiation=OuterRef("pk"), kind__in=[OfferKind.OFFER, OfferKind.COUNTER], party=ActorKind.CARDHOLDER
        )
        .order_by()
        .values("negotiation")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Negotiation.objects.exclude(state=NegotiationState.DRAFT)
        .select_related("account", "cardholder", "assigned_to")
        .annotate(rounds=Coalesce(Subquery(proposals), 0))
    )


def on_desk(rows: QuerySet[Negotiation], desk: Desk, *, reviewer: User) -> QuerySet[Negotiation]:
    """The rows that belong to one part of the queue; ``MINE`` are those the reviewer has taken."""
    match desk:
        case Desk.WAITING:
            return rows.filter(state__in=WAITING_STATES)
        case Desk.MINE:
            return rows.filter(state__in=WAITING_STATES, assigned_to=reviewer)
        case Desk.SECOND:
            return rows.filter(state=NegotiationState.AWAITING_SECOND_APPROVAL)
        case Desk.UNREAD:
            return rows.filter(_UNREAD, state__in=TALKING_STATES)
        case Desk.CARDHOLDER:
            return rows.filter(state__in=[NegotiationState.WITH_CARDHOLDER, NegotiationState.AGREED])
    return rows


def by_target(rows: QuerySet[Negotiation], target: Target, *, now: datetime) -> QuerySet[Negotiation]:
    """Of what waits for the bank, the rows that are late, due within a day, or due after that."""
    waiting = rows.filter(state__in=WAITING_STATES)
    match target:
        case Target.LATE:
            return waiting.filter(answer_due_at__lt=now)
        case Target.SOON:
            return waiting.filter(answer_due_at__gte=now, answer_due_at__lt=now + SOON)
    return waiting.filter(answer_due_at__gte=now + SOON)


def target_of(negotiation: Negotiation, *, now: datetime) -> Target | None:
    """How the case stands; None if it does not wait for the bank."""
    due = negotiation.answer_due_at
    if negotiation.state not in WAITING_STATES or due is None:
        return None
    if due < now:
        return Target.LATE
    return Target.SOON if due < now + SOON else Target.IN_TIME


def next_in_queue(*, after: Negotiation, reviewer: User, now: datetime) -> Negotiation | None:
    """The most urgent other case that nobody else has at this moment."""
    others = queue().exclude(pk=after.pk).exclude(own_cases(reviewer))
    return others.filter(unclaimed(now=now)).first() or others.filter(assigned_to=reviewer).first()


def products() -> list[str]:
    """The products of all accounts. One step in their index for each, however many accounts there are."""
    table = connection.ops.quote_name(CardAccount._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found(product) AS (SELECT MIN(product) FROM {table} UNION ALL "  # noqa: S608  (a table of ours)
            f"SELECT (SELECT MIN(product) FROM {table} WHERE product > found.product) FROM found "
            "WHERE found.product IS NOT NULL) SELECT product FROM found WHERE product IS NOT NULL"
        )
        return [product for (product,) in cursor.fetchall()]
