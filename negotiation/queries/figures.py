"""The bank's figures: what waits now, what became of the first proposals of a period, and how answers spread over reviewers.

Summed in the database, over one narrow row a negotiation (``Course``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Q,
    Sum,
)
from django.utils import timezone

from negotiation.domain.figures import ANSWER_TIMES, MOST_ROUNDS_TOLD, Period, Segment, Tally
from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import Course, Negotiation, Offer, OfferKind
from negotiation.queries.claims import unclaimed
from negotiation.queries.queue import SOON, WAITING_STATES

_REVIEWERS = (ActorKind.REVIEWER.value, ActorKind.SENIOR_REVIEWER.value)
_ANSWERS = (OfferKind.ACCEPT, OfferKind.COUNTER, OfferKind.DECLINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """What waits for the bank at a moment. ``late`` is past the promised time, ``soon`` due within a day; the ages sum to all."""

    waiting: int
    late: int
    soon: int
    second: int
    untaken: int
    age_1: int
    age_2: int
    age_3: int
    age_4: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerTally:
    """How many answers a reviewer gave and how long the cardholders had waited for them; says nothing of money."""

    name: str
    answers: int
    accepted: int
    countered: int
    declined: int
    waited: timedelta

    @property
    def mean_wait(self) -> timedelta:
        return self.waited / self.answers


def queue_now(*, now: datetime) -> QueueNow:
    """What waits, against the promised time and by age since the first proposal: up to 1, 2, 5 days, and longer."""
    one, two, five = (now - timedelta(days=days) for days in (1, 2, 5))
    counted = {
        "late": Q(answer_due_at__lt=now),
        "soon": Q(answer_due_at__gte=now, answer_due_at__lt=now + SOON),
        "second": Q(state=NegotiationState.AWAITING_SECOND_APPROVAL),
        "untaken": unclaimed(now=now),
        "age_1": Q(submitted_at__gte=one),
        "age_2": Q(submitted_at__lt=one, submitted_at__gte=two),
        "age_3": Q(submitted_at__lt=two, submitted_at__gte=five),
        "age_4": Q(submitted_at__lt=five),
    }
    waiting = Negotiation.objects.filter(state__in=WAITING_STATES)
    sums = {name: Count("pk", filter=condition) for name, condition in counted.items()}
    return QueueNow(**waiting.aggregate(waiting=Count("pk"), **sums))


def tallies(*, period: Period) -> list[tuple[Segment, Tally]]:
    """What became of the first proposals that were made in the period, by segment. One query."""
    rows = (
        Course.objects.filter(**_within("proposed_at", period))
        .values("product", "balance_band", "days_range")
        .annotate(**_sums())
        .order_by("product", "balance_band", "days_range")
    )
    return [(Segment(row.pop("product"), row.pop("balance_band"), row.pop("days_range")), _tally(row)) for row in rows]


def reviewers(*, period: Period) -> list[ReviewerTally]:
    """Who at the bank answered in the period, by name; the time is from the statement answered to the answer. One query."""
    answers = Offer.objects.filter(kind__in=_ANSWERS, party__in=_REVIEWERS, **_within("made_at", period))
    rows = (
        answers.values("author__name", "author_id")
        .annotate(
            answers=Count("pk"),
            accepted=Count("pk", filter=Q(kind=OfferKind.ACCEPT)),
            countered=Count("pk", filter=Q(kind=OfferKind.COUNTER)),
            declined=Count("pk", filter=Q(kind=OfferKind.DECLINE)),
            waited=Sum(_between("waiting_since", "made_at")),
        )
        .order_by("author__name", "author_id")
    )
    return [_reviewer(row) for row in rows]


def _reviewer(row: dict[str, Any]) -> ReviewerTally:
    numbers = {name: row[name] for name in ("answers", "accepted", "countered", "declined")}
    return ReviewerTally(name=row["author__name"], waited=row["waited"] or timedelta(0), **numbers)


def _sums() -> dict[str, Expression]:
    agreed = Q(outcome=OfferKind.ACCEPT)
    counted = {
        "answered": Q(answer_seconds__isnull=False),
        **{f"answered_{number}": condition for number, condition in enumerate(_answer_classes())},
        "agreed": agreed,
        "automatic": agreed & Q(outcome_party=ActorKind.SYSTEM),
        "bank_accepted": agreed & Q(outcome_party__in=_REVIEWERS),
        "cardholder_accepted": agreed & Q(outcome_party=ActorKind.CARDHOLDER),
        "declined": Q(outcome=OfferKind.DECLINE),
        "withdrawn": Q(outcome=OfferKind.WITHDRAW),
        "expired": Q(outcome=OfferKind.EXPIRE),
        **{f"rounds_{number}": agreed & Q(rounds=number) for number in range(1, MOST_ROUNDS_TOLD)},
        f"rounds_{MOST_ROUNDS_TOLD}": agreed & Q(rounds__gte=MOST_ROUNDS_TOLD),
    }
    return {
        "proposed": Count("pk"),
        "answer_seconds_sum": Sum("answer_seconds"),
        **{name: Count("pk", filter=condition) for name, condition in counted.items()},
        **{f"{name}_sum": Sum(name, filter=agreed) for name in _SUMMED},
    }


_SUMMED = ("rounds", "asked_days", "agreed_days", "asked_interest", "agreed_interest")


def _tally(row: dict[str, Any]) -> Tally:
    """A sum over no rows is nothing."""
    empty = Tally()
    named = {name.removesuffix("_sum"): value for name, value in row.items()}
    return Tally(**{name: getattr(empty, name) if value is None else value for name, value in named.items()})


def _answer_classes() -> Iterator[Q]:
    """One condition for each class of time to the first answer, the last without end."""
    after: int | None = None
    for limit in (*(length // timedelta(seconds=1) for length in ANSWER_TIMES), None):
        bounds = {"answer_seconds__isnull": False} if after is None else {"answer_seconds__gt": after}
        yield Q(**bounds, **({} if limit is None else {"answer_seconds__lte": limit}))
        after = limit


def _between(earlier: str, later: str) -> ExpressionWrapper:
    return ExpressionWrapper(F(later) - F(earlier), output_field=DurationField())


def _within(column: str, period: Period) -> dict[str, datetime]:
    """From the first moment of the first day to the last of the last, in the bank's time zone."""
    days = (period.first, period.last + timedelta(days=1))
    first, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in days)
    return {f"{column}__gte": first, f"{column}__lt": end}
