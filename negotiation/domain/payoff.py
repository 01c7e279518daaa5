"""What does it take to settle a plan early, or to clear an instalment that is late?

Knows a schedule and how many of its instalments were paid; prepaying a part is ``prepayment``.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from negotiation.domain.accrual import daily_rate_of, interest_between
from negotiation.domain.arrears import days_past_due
from negotiation.domain.bad_input import BadInput
from negotiation.domain.money import rate
from negotiation.domain.schedule import unadjusted_due_dates
from negotiation.domain.terms import ZERO, InterestMode, Row, Schedule


class PaidInstalmentsOutOfRange(BadInput):
    says = "the plan does not have so many instalments"


class SettledBeforeLastPayment(BadInput):
    says = "the day lies before the due date of the last paid instalment"


@dataclass(frozen=True, slots=True)
class EarlySettlement:
    """The figure that settles a plan on a day; yuan. ``interest_saved`` and ``fee_saved`` are what need no longer be paid."""

    remaining_principal: Decimal
    days: int
    accrued: Decimal
    interest_saved: Decimal
    fee_saved: Decimal

    @property
    def amount(self) -> Decimal:
        return self.remaining_principal + self.accrued


@dataclass(frozen=True, slots=True)
class LateInstalment:
    """A late instalment: days late, the penalty on it, and what clears it on that day; yuan."""

    days_late: int
    penalty: Decimal
    amount_to_clear: Decimal


def early_settlement(
    schedule: Schedule, paid_instalments: int, settle_on: date, days_a_year: int = 365
) -> EarlySettlement:
    """What settles the plan on ``settle_on`` after ``paid_instalments`` rows (domain rules §3.7, vectors PO1 to PO3).

    Remaining principal and interest for the actual days since the last paid row's unadjusted due date (the value
    date if none is paid); no future flat instalment interest. A plan at a daily rate uses that rate, not ``days_a_year``.

    :raises PaidInstalmentsOutOfRange: if the plan has fewer rows, or all are paid.
    :raises SettledBeforeLastPayment: if ``settle_on`` lies before the day from which interest runs.
    """
    terms = schedule.terms
    remaining = unpaid_rows(schedule, paid_instalments)
    start = interest_start(schedule, paid_instalments)
    if settle_on < start:
        raise SettledBeforeLastPayment(settle_on)
    principal = sum((row.principal for row in remaining), ZERO)
    daily = terms.daily_rate if terms.interest_mode is InterestMode.DAILY_ACTUAL else None
    accrued = interest_between(principal, daily or daily_rate_of(terms.annual_rate, days_a_year), start, settle_on)
    interest = sum((row.interest for row in remaining), ZERO)
    return EarlySettlement(
        principal, (settle_on - start).days, accrued, interest - accrued, sum((row.fee for row in remaining), ZERO)
    )


def late_instalment(
    row: Row,
    paid_on: date,
    penalty_daily_rate: Decimal,
    *,
    due_date: date | None = None,
    on_whole_payment: bool = False,
) -> LateInstalment:
    """The penalty on the unpaid principal of a row (or its whole payment) for the days since its due date, half up (vector OI1).

    ``due_date`` defaults to the row's. Paid on or before it, nothing is due beyond the payment.
    """
    due = due_date or row.due_date
    base = row.payment if on_whole_payment else row.principal
    penalty = interest_between(base, rate(penalty_daily_rate), due, max(due, paid_on))
    return LateInstalment(days_past_due(due, paid_on), penalty, row.payment + penalty)


def unpaid_rows(schedule: Schedule, paid_instalments: int) -> tuple[Row, ...]:
    """The rows after the paid ones; at least one.

    :raises PaidInstalmentsOutOfRange: if the plan has fewer rows, or all are paid.
    """
    if not 0 <= paid_instalments < len(schedule.rows):
        raise PaidInstalmentsOutOfRange(paid_instalments)
    return schedule.rows[paid_instalments:]


def interest_start(schedule: Schedule, paid_instalments: int) -> date:
    """The day from which the next interest runs: the last paid row's unadjusted due date, or the value date."""
    terms = schedule.terms
    return unadjusted_due_dates(terms)[paid_instalments - 1] if paid_instalments else terms.value_date
