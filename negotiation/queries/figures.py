"""The bank's figures: what waits now, what became of the first proposals of a period, and how answers spread over reviewers.

Summed in the database. Parties speak in turn, so the second statement of a negotiation is the answer to its first, and an
agreement that is statement n was reached in n / 2 rounds, rounded down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

from negotiation.domain.figures import ANSWER_TIMES, BALANCES, DAYS_PAST_DUE, MOST_ROUNDS_TOLD, Period, Segment, Tally
from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import Negotiation, Offer, OfferKind
from negotiation.queries.queue import SOON, WAITING_STATES

_REVIEWERS = (ActorKind.REVIEWER.value, ActorKind.SENIOR_REVIEWER.value)
_BANK = (*_REVIEWERS, ActorKind.SYSTEM.value)
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
        "untaken": Q(assigned_to__isnull=True),
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
        _first_proposals(period)
        .values("negotiation__account__product", "balance_band", "days_range")
        .annotate(**dict(_sums()))
        .order_by("negotiation__account__product", "balance_band", "days_range")
    )
    return [(_segment(row), Tally(**{name: _plain(name, row[name]) for name, _ in _sums()})) for row in rows]


def reviewers(*, period: Period) -> list[ReviewerTally]:
    """Who at the bank answered in the period, by name; the time is from the statement answered to the answer. One query."""
    answers = Offer.objects.filter(kind__in=_ANSWERS, party__in=_REVIEWERS, **_within(period)).annotate(
        asked=FilteredRelation("negotiation__offers", condition=Q(negotiation__offers__seq=F("seq") - 1))
    )
    rows = (
        answers.values("author__name", "author_id")
        .annotate(
            answers=Count("pk"),
            accepted=Count("pk", filter=Q(kind=OfferKind.ACCEPT)),
            countered=Count("pk", filter=Q(kind=OfferKind.COUNTER)),
            declined=Count("pk", filter=Q(kind=OfferKind.DECLINE)),
            waited=Sum(_between(F("asked__made_at"), F("made_at"))),
        )
        .order_by("author__name", "author_id")
    )
    return [_reviewer(row) for row in rows]


def _reviewer(row: dict[str, Any]) -> ReviewerTally:
    numbers = {name: row[name] for name in ("answers", "accepted", "countered", "declined")}
    return ReviewerTally(name=row["author__name"], waited=row["waited"] or timedelta(0), **numbers)


def _first_proposals(period: Period) -> QuerySet[Offer]:
    """The first statement of each negotiation, beside the bank's answer to it and the agreement that ended it."""
    other = "negotiation__offers"
    return (
        Offer.objects.filter(kind=OfferKind.OFFER, **_within(period))
        .annotate(
            answer=FilteredRelation(
                other, condition=Q(**{f"{other}__seq": 2, f"{other}__party__in": _BANK, f"{other}__kind__in": _ANSWERS})
            ),
            agreement_reached=FilteredRelation(other, condition=Q(**{f"{other}__kind": OfferKind.ACCEPT})),
        )
        .annotate(
            balance_band=_number_of("quote__snapshot__total__lt", BALANCES),
            days_range=_number_of("quote__snapshot__days_past_due__lte", DAYS_PAST_DUE),
        )
    )


def _number_of(condition: str, bounds: tuple[Any, ...]) -> Case:
    """The number of the first bound that holds, from 0; one more than the last if none does."""
    cases = [When(Q(**{condition: bound}), then=Value(number)) for number, bound in enumerate(bounds)]
    return Case(*cases, default=Value(len(bounds)), output_field=IntegerField())


def _sums() -> Iterator[tuple[str, Expression]]:
    yield "proposed", Count("pk")
    yield "answered", Count("answer")
    yield "answer_time", Sum(_waited())
    for number, condition in enumerate(_answer_classes()):
        yield f"answered_{number}", Count("answer", filter=condition)
    for name, condition in _outcomes().items():
        yield name, Count("pk", filter=condition)
    for number in range(1, MOST_ROUNDS_TOLD):
        yield f"rounds_{number}", Count("pk", filter=Q(agreement_reached__seq__in=[2 * number, 2 * number + 1]))
    yield f"rounds_{MOST_ROUNDS_TOLD}", Count("pk", filter=Q(agreement_reached__seq__gte=2 * MOST_ROUNDS_TOLD))
    yield "rounds", Sum(F("agreement_reached__seq") / 2)
    yield from _terms()


def _outcomes() -> dict[str, Q]:
    states = NegotiationState
    party = {
        "automatic": [ActorKind.SYSTEM.value],
        "bank_accepted": _REVIEWERS,
        "cardholder_accepted": [ActorKind.CARDHOLDER.value],
    }
    ended = {"declined": states.DECLINED, "withdrawn": states.WITHDRAWN, "expired": states.EXPIRED}
    return {
        "agreed": Q(agreement_reached__isnull=False),
        **{name: Q(agreement_reached__party__in=parties) for name, parties in party.items()},
        **{name: Q(agreement_reached__isnull=True, negotiation__state=state) for name, state in ended.items()},
    }


def _answer_classes() -> Iterator[Q]:
    """One condition for each class of time to the first answer, the last without end."""
    after: timedelta | None = None
    for limit in (*ANSWER_TIMES, None):
        bounds = {} if after is None else {"answer__made_at__gt": F("made_at") + after}
        yield Q(
            answer__isnull=False, **bounds, **({} if limit is None else {"answer__made_at__lte": F("made_at") + limit})
        )
        after = limit


def _terms() -> Iterator[tuple[str, Expression]]:
    """Asked and agreed, both of those negotiations that came to an agreement."""
    agreed, proposed_on = Q(agreement_reached__isnull=False), TruncDate("made_at")
    yield "asked_days", Sum(_between(proposed_on, F("quote__last_due_date")), filter=agreed)
    yield "agreed_days", Sum(_between(proposed_on, F("agreement_reached__quote__last_due_date")), filter=agreed)
    yield "asked_interest", Sum("quote__total_interest", filter=agreed)
    yield "agreed_interest", Sum("agreement_reached__quote__total_interest", filter=agreed)


def _waited() -> ExpressionWrapper:
    return _between(F("made_at"), F("answer__made_at"))


def _between(earlier: Any, later: Any) -> ExpressionWrapper:
    return ExpressionWrapper(later - earlier, output_field=DurationField())


def _within(period: Period) -> dict[str, datetime]:
    """From the first moment of the first day to the last of the last, in the bank's time zone."""
    midnight = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (period.first, period.last + timedelta(days=1))
    )
    return dict(zip(("made_at__gte", "made_at__lt"), midnight, strict=True))


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(row["negotiation__account__product"], row["balance_band"], row["days_range"])


_DURATIONS = ("answer_time", "asked_days", "agreed_days")
_AMOUNTS = ("asked_interest", "agreed_interest")


def _plain(name: str, value: Any) -> Any:
    """A sum over no rows is nothing."""
    if value is not None:
        return value
    if name in _DURATIONS:
        return timedelta(0)
    return Decimal("0.00") if name in _AMOUNTS else 0
