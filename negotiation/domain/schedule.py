"""Which instalments follow from the terms of a plan?

Computes in whole fen and exact fractions, so no rate or balance is ever approximated; knows nothing of limits, cost figures or persons.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from negotiation.domain.bad_input import (
    DueDatesCollide,
    HolidaysMissing,
    InterestOnlyDoesNotFit,
    PaymentBelowInterest,
    StepsPayOffEarly,
    TooLittleToSplit,
)
from negotiation.domain.calendar import PERIODS_A_YEAR, BusinessDays, due_dates
from negotiation.domain.money import from_fen, half_up, split_fen, to_fen
from negotiation.domain.terms import BusinessDayConvention, InterestMode, PlanMethod, PlanTerms, Row, Schedule
from negotiation.domain.terms_check import check_terms

ENGINE_VERSION = "1.0"

Line = tuple[int, int, int]
InterestRule = Callable[[int, int], int]


class ScheduleBroken(AssertionError):
    """A schedule that breaks an invariant: a fault of the program, never of the person's input."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every method needs, in whole fen; ``interest(balance, index)`` is the rounded interest of row ``index`` from 0."""

    terms: PlanTerms
    financed: int
    count: int
    interest: InterestRule


def build_schedule(terms: PlanTerms, business_days: BusinessDays | None = None) -> Schedule:
    """The rows of a plan, checked (domain rules §3.4). The same terms always give the same rows.

    Interest is rounded half up to the fen once a row and runs between unadjusted due dates, so a shifted
    due date never changes an amount.

    :raises BadInput: the subclass named after what is wrong with the terms.
    :raises HolidaysMissing: if a business-day convention is asked for without a table that covers the dates.
    :raises DueDatesCollide: if that convention puts two instalments on one day.
    """
    check_terms(terms)
    dates = due_dates(terms.first_date, terms.instalment_count, terms.frequency, terms.anchor_day)
    financed = to_fen(terms.financed)
    plan = _Plan(terms, financed, terms.instalment_count, _interest_rule(terms, dates))
    schedule = Schedule(
        terms, tuple(_rows(financed, _METHODS[terms.method](plan), _shifted(terms, dates, business_days)))
    )
    check_schedule(schedule)
    return schedule


def payments_fen(terms: PlanTerms) -> list[int]:
    """Principal, interest and fee of each row together, in whole fen: the amounts of ``build_schedule`` without its rows.

    The terms are taken as checked (``check_terms``).

    :raises BadInput: if the method cannot repay the financed amount with them.
    """
    dates = unadjusted_due_dates(terms) if terms.interest_mode is InterestMode.DAILY_ACTUAL else []
    plan = _Plan(terms, to_fen(terms.financed), terms.instalment_count, _interest_rule(terms, dates))
    return [principal + interest + fee for principal, interest, fee in _METHODS[terms.method](plan)]


def unadjusted_due_dates(terms: PlanTerms) -> list[date]:
    """The due dates between which interest runs, before any business-day rule."""
    return due_dates(terms.first_date, terms.instalment_count, terms.frequency, terms.anchor_day)


def level_fen(financed: int, count: int, period_rate: Decimal, periods: int = 1) -> int:
    """The level payment in fen, half up, of ``financed`` fen in ``count`` instalments at ``period_rate / periods`` each; exact.

    P·r·(1+r)ⁿ / ((1+r)ⁿ − 1); P/n when the rate is zero (domain rules §3.4).
    """
    above, below = period_rate.as_integer_ratio()
    below *= periods
    if above == 0:
        return half_up(financed, count)
    growth, base = (below + above) ** count, below**count
    return half_up(financed * above * growth, below * (growth - base))


def check_schedule(schedule: Schedule) -> None:
    """The invariants of every schedule; asserted on each that is built and on each that is read back.

    :raises ScheduleBroken: naming the invariant that does not hold.
    """
    terms, rows = schedule.terms, schedule.rows
    _require(len(rows) == terms.instalment_count, "one row an instalment")
    balance = terms.financed
    last_date = None
    for number, row in enumerate(rows, 1):
        balance -= row.principal
        _require(row.seq == number, "rows are numbered from one")
        _require(row.principal >= 0 and row.interest >= 0 and row.fee >= 0, "no negative part")
        _require(
            row.payment == row.principal + row.interest + row.fee and row.payment > 0, "payment is the sum of its parts"
        )
        _require(row.balance_after == balance, "balance falls by the principal")
        _require(last_date is None or row.due_date > last_date, "due dates strictly increase")
        last_date = row.due_date
    _require(balance == 0, "principal sums to the amount put into the plan")


def _require(holds: bool, invariant: str) -> None:
    if not holds:
        raise ScheduleBroken(invariant)


def _interest_rule(terms: PlanTerms, dates: list[date]) -> InterestRule:
    if terms.interest_mode is InterestMode.DAILY_ACTUAL and terms.daily_rate is not None:
        above, below = terms.daily_rate.as_integer_ratio()
        days = [(end - start).days for start, end in zip([terms.value_date, *dates], dates, strict=False)]
        return lambda balance, index: (2 * balance * above * days[index] + below) // (2 * below)
    above, below = terms.annual_rate.as_integer_ratio()
    below *= PERIODS_A_YEAR[terms.frequency]
    return lambda balance, index: (2 * balance * above + below) // (2 * below)


def _shifted(terms: PlanTerms, dates: list[date], business_days: BusinessDays | None) -> list[date]:
    convention = terms.business_day_convention
    if convention is BusinessDayConvention.NONE:
        return dates
    if business_days is None:
        raise HolidaysMissing(convention.value)
    shifted = [business_days.adjust(day, convention) for day in dates]
    for earlier, later in pairwise(shifted):
        if later <= earlier:
            raise DueDatesCollide(later)
    return shifted


def _rows(balance: int, lines: Iterator[Line], dates: list[date]) -> Iterator[Row]:
    for number, ((principal, interest, fee), due_date) in enumerate(zip(lines, dates, strict=True), 1):
        balance -= principal
        yield Row(
            number,
            due_date,
            from_fen(principal),
            from_fen(interest),
            from_fen(fee),
            from_fen(principal + interest + fee),
            from_fen(balance),
        )


def _on_balance(plan: _Plan, principals: list[int]) -> Iterator[Line]:
    balance = plan.financed
    for index, principal in enumerate(principals):
        yield principal, plan.interest(balance, index), 0
        balance -= principal


def _equal_principal(plan: _Plan) -> Iterator[Line]:
    return _on_balance(plan, split_fen(plan.financed, plan.count, plan.terms.remainder))


def _equal_instalment(plan: _Plan) -> Iterator[Line]:
    return _level(plan, first=0)


def _level(plan: _Plan, first: int) -> Iterator[Line]:
    """Rows ``first`` to the last: level payments; the last repays what is left, so it differs by fen."""
    terms, balance = plan.terms, plan.financed
    yearly = terms.annual_rate or (terms.daily_rate or Decimal(0)) * 365
    payment = level_fen(balance, plan.count - first, yearly, PERIODS_A_YEAR[terms.frequency])
    for index in range(first, plan.count - 1):
        interest = plan.interest(balance, index)
        principal = payment - interest
        if principal < 0:
            raise PaymentBelowInterest(from_fen(payment))
        if principal >= balance:
            raise TooLittleToSplit(terms.financed)
        yield principal, interest, 0
        balance -= principal
    yield balance, plan.interest(balance, plan.count - 1), 0


def _flat_fee(plan: _Plan) -> Iterator[Line]:
    above, below = plan.terms.fee_rate.as_integer_ratio()
    fee = half_up(plan.financed * above, below)
    for principal in split_fen(plan.financed, plan.count, plan.terms.remainder):
        yield principal, 0, fee


def _step(plan: _Plan) -> Iterator[Line]:
    """Interest first, the rest of each given payment repays; the last row repays what is left."""
    balance = plan.financed
    payments = [to_fen(step.payment) for step in plan.terms.steps for _ in range(step.count)]
    for index, payment in enumerate(payments[:-1]):
        interest = plan.interest(balance, index)
        if payment < interest:
            raise PaymentBelowInterest(from_fen(payment))
        if payment - interest >= balance:
            raise StepsPayOffEarly(from_fen(payment))
        yield payment - interest, interest, 0
        balance -= payment - interest
    yield balance, plan.interest(balance, plan.count - 1), 0


def _balloon(plan: _Plan) -> Iterator[Line]:
    last = to_fen(plan.terms.balloon or Decimal(0))
    others = split_fen(plan.financed - last, plan.count - 1, plan.terms.remainder) if plan.count > 1 else []
    return _on_balance(plan, [*others, last])


def _interest_only_then_level(plan: _Plan) -> Iterator[Line]:
    first = plan.terms.interest_only_count
    for index in range(first):
        interest = plan.interest(plan.financed, index)
        if interest == 0:
            raise InterestOnlyDoesNotFit(first)
        yield 0, interest, 0
    yield from _level(plan, first)


_METHODS: dict[PlanMethod, Callable[[_Plan], Iterator[Line]]] = {
    PlanMethod.EQUAL_PRINCIPAL: _equal_principal,
    PlanMethod.EQUAL_INSTALMENT: _equal_instalment,
    PlanMethod.FLAT_FEE: _flat_fee,
    PlanMethod.INTEREST_FREE: _equal_principal,
    PlanMethod.STEP: _step,
    PlanMethod.BALLOON: _balloon,
    PlanMethod.INTEREST_ONLY_THEN_LEVEL: _interest_only_then_level,
}
