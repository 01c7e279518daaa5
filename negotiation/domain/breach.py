"""Does a balance keep to its plan, and for how many days is a debt delinquent?

Knows what was due and what is still owed; what an agreement counts as broken, row by row, is ``standing``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from negotiation.domain.bad_input import BadInput
from negotiation.domain.money import yuan
from negotiation.domain.terms import ZERO


class PausesOverlap(BadInput):
    says = "pauses of one plan overlap"


class PauseEndsBeforeStart(BadInput):
    says = "a pause ends before it starts"


class PlanHealth(StrEnum):
    LIVE = "LIVE"
    BREACHED = "BREACHED"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class DueAmount:
    """``amount`` yuan expected by ``due_date``."""

    due_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """What should be owed at most, what is owed, and the verdict; yuan."""

    expected_balance: Decimal
    actual_balance: Decimal
    health: PlanHealth

    @property
    def behind(self) -> Decimal:
        """Yuan by which the plan is behind; zero if it is not."""
        return max(self.actual_balance - self.expected_balance, ZERO)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which delinquency does not grow, from ``start`` to ``end`` not counted; an ``end`` of None is still running."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Delinquency:
    """``past_due_days`` since the due date; ``delinquent_days`` less grace and pauses."""

    past_due_days: int
    delinquent_days: int


def expected_balance(start_balance: Decimal, due: Sequence[DueAmount], today: date, tolerance_days: int = 0) -> Decimal:
    """What may still be owed today if every amount due by today less the tolerance was paid; never below zero.

    >>> expected_balance(Decimal("100.00"), [DueAmount(date(2019, 11, 1), Decimal("50.00"))], date(2019, 11, 6), 5)
    Decimal('50.00')
    """
    latest = today - timedelta(days=tolerance_days)
    called = sum((yuan(item.amount) for item in due if item.due_date <= latest), ZERO)
    return max(yuan(start_balance) - called, ZERO)


def check_plan(
    start_balance: Decimal, due: Sequence[DueAmount], today: date, actual_balance: Decimal, tolerance_days: int = 0
) -> PlanCheck:
    """Compare what is owed with what may be owed. A plan that catches up is LIVE again; one with nothing owed is COMPLETED."""
    expected, actual = expected_balance(start_balance, due, today, tolerance_days), yuan(actual_balance)
    health = PlanHealth.BREACHED if actual > expected else PlanHealth.LIVE
    return PlanCheck(expected, actual, PlanHealth.COMPLETED if actual <= 0 else health)


def delinquency(due_date: date, today: date, grace_days: int = 0, pauses: Sequence[Pause] = ()) -> Delinquency:
    """Days past due, and of those the days that count: after due date and grace, pauses left out.

    :raises PausesOverlap: if two pauses share a day.
    :raises PauseEndsBeforeStart: if a pause ends before it starts.
    """
    _check_pauses(pauses)
    counted_from = due_date + timedelta(days=grace_days)
    past_due = max((today - due_date).days, 0)
    paused = sum(_days_within(pause, counted_from, today) for pause in pauses)
    return Delinquency(past_due, max((today - counted_from).days - paused, 0))


def _days_within(pause: Pause, start: date, today: date) -> int:
    end = today if pause.end is None else min(pause.end, today)
    return max((end - max(pause.start, start)).days, 0)


def _check_pauses(pauses: Sequence[Pause]) -> None:
    ordered = sorted(pauses, key=lambda pause: pause.start)
    for pause in ordered:
        if pause.end is not None and pause.end < pause.start:
            raise PauseEndsBeforeStart(pause)
    for earlier, later in pairwise(ordered):
        if earlier.end is None or later.start < earlier.end:
            raise PausesOverlap(later)
