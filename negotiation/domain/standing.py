"""Where does a running plan stand: what is paid on each row, what is missing, is it broken, made up or paid off?

Knows the agreed rows, the payments that the bank has received and the last day that its figures cover; no rows of a
database and no clock. Which moves a plan may make at all is ``workflow``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

from negotiation.domain.accrual import Segment, interest
from negotiation.domain.calendar import ONE_DAY
from negotiation.domain.money import yuan
from negotiation.domain.payoff import early_settlement, interest_start
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.terms import ZERO, Row, Schedule
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE, PlanAction, PlanState


class RowState(StrEnum):
    """``IN_GRACE``: the due date is over and a payment still counts as on time; ``MISSED``: it no longer does.

    ``NOT_NEEDED``: the plan was settled before this row was due.
    """

    PAID = "PAID"
    DUE_LATER = "DUE_LATER"
    IN_GRACE = "IN_GRACE"
    MISSED = "MISSED"
    NOT_NEEDED = "NOT_NEEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRule:
    """What the agreement says about being late and about settling early; days are calendar days, the rate a fraction a day."""

    grace_days: int = 3
    late_days: int = 30
    missed_in_a_row: int = 2
    cure_days: int = 10
    late_daily_rate: Decimal = ZERO
    days_a_year: int = 365

    @classmethod
    def of(cls, policy: LimitPolicy, late_daily_rate: Decimal) -> "PlanRule":
        """The rule of an agreement made under this policy version."""
        return cls(
            grace_days=policy.grace_days,
            late_days=policy.breach_after_days,
            missed_in_a_row=policy.breach_after_missed,
            cure_days=policy.cure_days,
            late_daily_rate=late_daily_rate,
            days_a_year=policy.days_in_year,
        )

    def grace_until(self, due_date: date) -> date:
        """The last day on which a payment counts as on time."""
        return due_date + timedelta(days=self.grace_days)

    def cure_until(self, told_on: date) -> date:
        """The last day for making up what is missing, counted from the day on which the notice was delivered."""
        return told_on + timedelta(days=self.cure_days)


@dataclass(frozen=True, slots=True)
class Payment:
    """``amount`` yuan that reached the account on a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RowStanding:
    """One row of the schedule and what was paid on it (yuan), ``paid_on`` the day of the last payment; row 0 is the down payment.

    ``late_interest`` is what the agreement charges for its lateness so far, apart from ``amount``.
    """

    seq: int
    due_date: date | None
    amount: Decimal
    paid: Decimal
    paid_on: date | None
    state: RowState
    late_interest: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return ZERO if self.state is RowState.NOT_NEEDED else self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Settlement:
    """What pays everything off on a day (yuan), by its parts; ``paid`` is what has been received already."""

    on: date
    fallen_due: Decimal
    principal: Decimal
    interest: Decimal
    late_interest: Decimal
    paid: Decimal

    @property
    def total(self) -> Decimal:
        return self.fallen_due + self.principal + self.interest + self.late_interest

    @property
    def unpaid_fallen_due(self) -> Decimal:
        """What is missing on rows that have fallen due."""
        return max(self.fallen_due - self.paid, ZERO)

    @property
    def paid_ahead(self) -> Decimal:
        """What was paid beyond the rows that have fallen due."""
        return max(self.paid - self.fallen_due, ZERO)

    @property
    def amount(self) -> Decimal:
        """What is still to be paid; never below zero."""
        return max(self.total - self.paid, ZERO)


@dataclass(frozen=True)
class PlanStanding:
    """The whole plan by the bank's figures up to the end of ``as_of``.

    ``payments`` are one a day, oldest first; ``credit`` is what was paid too much.
    """

    as_of: date
    rule: PlanRule
    down_payment: RowStanding
    rows: tuple[RowStanding, ...]
    payments: tuple[Payment, ...]
    settled_on: date | None
    credit: Decimal

    @property
    def received(self) -> Decimal:
        """All that was paid, yuan."""
        return sum((payment.amount for payment in self.payments), ZERO)

    def received_within(self, after: date | None, until: date) -> Decimal:
        """What was paid on the days after one (from the beginning for None) up to another, that one included; yuan."""
        amounts = (paid.amount for paid in self.payments if (after is None or paid.day > after) and paid.day <= until)
        return sum(amounts, ZERO)

    @cached_property
    def unpaid(self) -> tuple[RowStanding, ...]:
        """Rows that ask for more, oldest first."""
        return tuple(row for row in self.rows if row.state not in (RowState.PAID, RowState.NOT_NEEDED))

    @property
    def missed(self) -> tuple[RowStanding, ...]:
        """Rows whose days of grace are over; they follow one another."""
        return tuple(row for row in self.unpaid if row.state is RowState.MISSED)

    @property
    def in_grace(self) -> tuple[RowStanding, ...]:
        return tuple(row for row in self.unpaid if row.state is RowState.IN_GRACE)

    @property
    def next_row(self) -> RowStanding | None:
        """The first unpaid row that had not fallen due by ``as_of``."""
        return next((row for row in self.unpaid if row.state is RowState.DUE_LATER), None)

    @property
    def paid_count(self) -> int:
        return sum(row.state is RowState.PAID for row in self.rows)

    @property
    def paid(self) -> Decimal:
        """What was paid on the agreed rows, down payment included."""
        return sum((row.paid for row in self.rows), self.down_payment.paid)

    @property
    def asked(self) -> Decimal:
        """What the agreed rows ask for, down payment included; less what an early settlement saves."""
        return self.paid + sum((row.left for row in self.rows), self.down_payment.left)

    @property
    def behind(self) -> Decimal:
        """What rows that have fallen due still ask for, days of grace or not."""
        return sum((row.left for row in (*self.missed, *self.in_grace)), ZERO)

    @property
    def late_interest(self) -> Decimal:
        return sum((row.late_interest for row in self.rows), ZERO)

    @property
    def is_down_payment_received(self) -> bool:
        return self.down_payment.state is RowState.PAID

    @property
    def is_broken(self) -> bool:
        """One row more than ``late_days`` late, or ``missed_in_a_row`` of them missed one after the other."""
        missed, first = self.missed, next(iter(self.missed), None)
        if first is None or first.due_date is None:
            return False
        is_too_late = (self.as_of + ONE_DAY - first.due_date).days > self.rule.late_days
        return is_too_late or len(missed) >= self.rule.missed_in_a_row

    @property
    def keep_until(self) -> date | None:
        """The last day on which paying what is missing keeps the plan from being broken; None while nothing is missed."""
        late = [row.due_date for row in self.missed if row.due_date]
        if not late:
            return None
        days = [late[0] + timedelta(days=self.rule.late_days)]
        dated = [row.due_date for row in self.unpaid if row.due_date]
        if len(dated) >= self.rule.missed_in_a_row:
            days.append(self.rule.grace_until(dated[self.rule.missed_in_a_row - 1]))
        return min(days)

    def missing_since(self, broken_on: date) -> tuple[RowStanding, ...]:
        """Of the rows that were missed when the figures of ``broken_on`` broke the plan, those that are still unpaid."""
        return tuple(row for row in self.missed if row.due_date and self.rule.grace_until(row.due_date) <= broken_on)


def standing_of(schedule: Schedule, payments: Iterable[Payment], rule: PlanRule, as_of: date) -> PlanStanding:
    """The standing by payments in any order. They fill the down payment, then the rows in their order, never more than a row asks.

    A row is due until midnight of its date and on time until midnight of its last day of grace; the figures tell of days up to
    ``as_of``. Money beyond the rows pays for lateness. The plan is settled on the first day on which all was paid that
    settling on that day takes.
    """
    received = _by_day(payments)
    settled = _settled(schedule, received, rule)
    parts = _parts(schedule, received)
    until = settled.on if settled else as_of + ONE_DAY
    down_payment = schedule.terms.down_payment
    first = RowStanding(0, None, down_payment, *_sum(parts[0]), _state_of_down_payment(down_payment, parts[0]))
    rows = tuple(
        _row_standing(row, taken, rule, until, is_settled=settled is not None)
        for row, taken in zip(schedule.rows, parts[1:], strict=True)
    )
    total = sum((payment.amount for payment in received), ZERO)
    credit = total - settled.total if settled else ZERO
    return PlanStanding(as_of, rule, first, rows, tuple(received), settled.on if settled else None, credit)


def due_move(
    state: PlanState, standing: PlanStanding, *, broken_on: date | None, may_worsen: bool
) -> PlanAction | None:
    """The move that the figures ask of a plan in this state, one at a time; None if it stands where it should.

    ``broken_on`` is the last day of the figures that broke a BREACHED plan. Without ``may_worsen`` no move is to the cardholder's harm.
    """
    if state is PlanState.PENDING_DOWN_PAYMENT:
        return PlanAction.RECEIVE_DOWN_PAYMENT if standing.is_down_payment_received else None
    if standing.settled_on:
        return PlanAction.COMPLETE if state in PLAN_STATES_IN_FORCE else None
    if state is PlanState.ACTIVE:
        return PlanAction.MISS if standing.missed and may_worsen else None
    if state is PlanState.AT_RISK:
        if not standing.missed:
            return PlanAction.CATCH_UP
        return PlanAction.BREACH if standing.is_broken and may_worsen else None
    is_made_up = state is PlanState.BREACHED and broken_on and not standing.missing_since(broken_on)
    return PlanAction.CURE if is_made_up else None


def settlement(schedule: Schedule, payments: Iterable[Payment], rule: PlanRule, on: date) -> Settlement:
    """What settles the plan on a day: rows that have fallen due, the remaining principal, interest for the days since, lateness.

    Domain rules §3.7. Instalment interest that is not yet due is not charged. Payments after the day are not counted.
    """
    received = [payment for payment in _by_day(payments) if payment.day <= on]
    due = [row for row in schedule.rows if row.due_date <= on]
    fallen_due = sum((row.payment for row in due), schedule.terms.down_payment)
    parts = _parts(schedule, received)[1:]
    late = sum((_late_interest(row, taken, rule, on) for row, taken in zip(due, parts, strict=False)), ZERO)
    paid = sum((payment.amount for payment in received), ZERO)
    if len(due) == len(schedule.rows):
        return Settlement(on, fallen_due, ZERO, ZERO, late, paid)
    rest = early_settlement(schedule, len(due), max(on, interest_start(schedule, len(due))), rule.days_a_year)
    return Settlement(on, fallen_due, rest.remaining_principal, rest.accrued, late, paid)


def _by_day(payments: Iterable[Payment]) -> list[Payment]:
    """One payment a day, oldest first; a day on which nothing is left after corrections has none."""
    days: dict[date, Decimal] = {}
    for payment in payments:
        days[payment.day] = days.get(payment.day, ZERO) + yuan(payment.amount)
    return [Payment(day, days[day]) for day in sorted(days) if days[day] > 0]


def _settled(schedule: Schedule, received: list[Payment], rule: PlanRule) -> Settlement | None:
    least = schedule.terms.down_payment + sum((row.principal for row in schedule.rows), ZERO)
    totals = accumulate(payment.amount for payment in received)
    for payment, total in zip(received, totals, strict=True):
        if total < least:
            continue
        figure = settlement(schedule, received, rule, payment.day)
        if not figure.amount:
            return figure
    return None


def _parts(schedule: Schedule, received: Sequence[Payment]) -> list[list[Payment]]:
    """For the down payment and each row in turn, the parts of payments that went into it."""
    left, filled = list(received), []
    for amount in (schedule.terms.down_payment, *(row.payment for row in schedule.rows)):
        taken: list[Payment] = []
        missing = amount
        while missing and left:
            part = min(missing, left[0].amount)
            taken.append(Payment(left[0].day, part))
            missing -= part
            rest = left[0].amount - part
            left[:1] = [replace(left[0], amount=rest)] if rest else []
        filled.append(taken)
    return filled


def _sum(parts: Sequence[Payment]) -> tuple[Decimal, date | None]:
    return sum((part.amount for part in parts), ZERO), parts[-1].day if parts else None


def _state_of_down_payment(amount: Decimal, parts: Sequence[Payment]) -> RowState:
    return RowState.PAID if _sum(parts)[0] == amount else RowState.DUE_LATER


def _row_standing(row: Row, parts: Sequence[Payment], rule: PlanRule, until: date, *, is_settled: bool) -> RowStanding:
    paid, paid_on = _sum(parts)
    if paid == row.payment:
        state = RowState.PAID
    elif is_settled:
        state = RowState.NOT_NEEDED
    elif until <= row.due_date:
        state = RowState.DUE_LATER
    else:
        state = RowState.IN_GRACE if until <= rule.grace_until(row.due_date) else RowState.MISSED
    return RowStanding(
        row.seq, row.due_date, row.payment, paid, paid_on, state, _late_interest(row, parts, rule, until)
    )


def _late_interest(row: Row, parts: Sequence[Payment], rule: PlanRule, until: date) -> Decimal:
    """On the unpaid principal, a day's rate from the due date (counted) to the payment or ``until`` (not counted), rounded once.

    Nothing while a payment still counts, or counted, as on time. A payment on the row goes to its interest first.
    """
    on_time = rule.grace_until(row.due_date)
    if until <= on_time or _sum([part for part in parts if part.day <= on_time])[0] == row.payment:
        return ZERO
    unpaid, start, segments = row.payment, row.due_date, []
    for part in parts:
        end = min(max(part.day, start), until)
        segments.append(Segment(min(unpaid, row.principal), start, end))
        unpaid, start = unpaid - part.amount, end
    segments.append(Segment(min(unpaid, row.principal), start, max(until, start)))
    return interest(segments, rule.late_daily_rate)
