"""What does a plan cost a year, in the figures that the law asks to be shown?

Knows IRR, the dated rate for an odd first period, and the itemised all-in cost of the 2026 sheet (domain rules §3.5);
knows nothing of ceilings, which are ``policy``, nor of foreign formulae, which are ``apr``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum

from negotiation.domain.calendar import PERIODS_A_YEAR, add_months, one_period_after
from negotiation.domain.internal_rate import PLACES, NoYearlyCost, growth_a_unit
from negotiation.domain.money import yuan
from negotiation.domain.terms import ZERO, Frequency, PlanTerms, Schedule

_CONTEXT = Context(prec=40)
_DAYS_A_YEAR = 365
ONE = Decimal(1)
MOST_YEARLY = Decimal(1_000_000)


class CostMethod(StrEnum):
    """PERIODIC: every period counts the same. DATED: actual days over 365, for an odd first period."""

    PERIODIC = "PERIODIC"
    DATED = "DATED"


@dataclass(frozen=True, slots=True)
class YearlyCost:
    """Fractions with 20 places. ``simple`` is the rate of a period × periods a year (IRR×12 for months); ``effective`` compounds it."""

    irr_period: Decimal
    simple: Decimal
    effective: Decimal
    method: CostMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A cost item of the all-in cost sheet beside the schedule's own interest; amounts in yuan."""

    name: str
    recipient: str
    at_signing: Decimal = ZERO
    each_instalment: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CostItem:
    """One line of the sheet: what is charged in all, by whom, and what that alone costs a year (simple)."""

    name: str
    recipient: str
    amount: Decimal
    simple: Decimal


@dataclass(frozen=True, slots=True)
class AllInCost:
    """``total`` adds the items up, as the 2026 rule reads; ``one_rate`` is one IRR over the whole cash flow."""

    items: tuple[CostItem, ...]
    total: Decimal
    one_rate: YearlyCost


def yearly_cost(schedule: Schedule) -> YearlyCost:
    """The yearly cost of the rounded rows; exactly zero if nothing is charged.

    PERIODIC if the first instalment falls one period after the value date, else DATED (vector S21).

    :raises NoYearlyCost: if no rate solves the equation.
    """
    return _cost(schedule, schedule.terms.financed, [row.payment for row in schedule.rows])


def periodic_cost(advance: Decimal, payments: Sequence[Decimal], periods_a_year: int = 12) -> YearlyCost:
    """Payments one period apart, the first one period after the advance.

    :raises NoYearlyCost: if no rate solves the equation.
    """
    growth = growth_a_unit(advance, payments, range(1, len(payments) + 1))
    effective, period = _grown(growth, periods_a_year), _places(growth - ONE)
    return YearlyCost(period, _places(period * periods_a_year), effective, CostMethod.PERIODIC)


def dated_cost(
    advance: Decimal, payments: Sequence[Decimal], days: Sequence[int], periods_a_year: int = 12
) -> YearlyCost:
    """Payments ``days`` after the advance: XIRR over actual/365, brought to a period's rate by its root.

    :raises NoYearlyCost: if no rate solves the equation.
    """
    growth = growth_a_unit(advance, payments, days)
    effective = _grown(growth, _DAYS_A_YEAR)
    root = (
        ONE
        if growth == ONE
        else _CONTEXT.power(growth, _CONTEXT.divide(Decimal(_DAYS_A_YEAR), Decimal(periods_a_year)))
    )
    period = _places(root - ONE)
    return YearlyCost(period, _places(period * periods_a_year), effective, CostMethod.DATED)


def has_odd_first_period(terms: PlanTerms) -> bool:
    """Whether the first instalment is not due exactly one period after the value date.

    With anchor 31, 28 February to 31 March is one month.
    """
    value_date, first_date, anchor = terms.value_date, terms.first_date, terms.anchor_day
    if first_date == one_period_after(value_date, terms.frequency):
        return False
    is_anchored = terms.frequency is Frequency.MONTHLY and add_months(value_date, 0, anchor) == value_date
    return not (is_anchored and first_date == add_months(value_date, 1, anchor))


def all_in_cost(schedule: Schedule, charges: Sequence[Charge] = ()) -> AllInCost:
    """The figures of the all-in cost sheet (金规〔2026〕2号): each item's rate is the IRR of the principal rows and that item alone.

    :raises NotAnAmount: if a charge is not an amount of yuan.
    :raises NoYearlyCost: if a charge at signing leaves nothing advanced.
    """
    rows = schedule.rows
    lines = [
        ("interest", "lender", ZERO, [row.interest for row in rows]),
        ("instalment_interest", "lender", ZERO, [row.fee for row in rows]),
        *(
            (charge.name, charge.recipient, yuan(charge.at_signing), [yuan(charge.each_instalment)] * len(rows))
            for charge in charges
        ),
    ]
    items = tuple(_item(schedule, *line) for line in lines if line[2] or any(line[3]))
    at_signing = sum((line[2] for line in lines), ZERO)
    payments = [row.principal + sum(line[3][number] for line in lines) for number, row in enumerate(rows)]
    one_rate = _cost(schedule, schedule.terms.financed - at_signing, payments)
    return AllInCost(items, sum((item.simple for item in items), Decimal(0)), one_rate)


def _item(schedule: Schedule, name: str, recipient: str, at_signing: Decimal, amounts: Sequence[Decimal]) -> CostItem:
    payments = [row.principal + amount for row, amount in zip(schedule.rows, amounts, strict=True)]
    cost = _cost(schedule, schedule.terms.financed - at_signing, payments)
    return CostItem(name, recipient, at_signing + sum(amounts, ZERO), cost.simple)


def _cost(schedule: Schedule, advance: Decimal, payments: Sequence[Decimal]) -> YearlyCost:
    terms = schedule.terms
    periods_a_year = PERIODS_A_YEAR[terms.frequency]
    if not has_odd_first_period(terms):
        return periodic_cost(advance, payments, periods_a_year)
    return dated_cost(
        advance, payments, days_after(terms.value_date, [row.due_date for row in schedule.rows]), periods_a_year
    )


def days_after(start: date, dates: Sequence[date]) -> list[int]:
    """Whole days from ``start`` to each of ``dates``."""
    first = start.toordinal()
    return [day.toordinal() - first for day in dates]


def _grown(growth: Decimal, units: int) -> Decimal:
    """The yearly rate of a growth a unit; one above ``MOST_YEARLY`` says nothing to anybody and counts as none."""
    effective = _CONTEXT.power(growth, units) - ONE
    if effective > MOST_YEARLY:
        raise NoYearlyCost(growth)
    return _places(effective)


def _places(value: Decimal) -> Decimal:
    return _CONTEXT.quantize(value, PLACES)
