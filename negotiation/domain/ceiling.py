"""Is the yearly cost of a plan above a ceiling, and which rate would bring it below?

A quick bound settles almost every plan; where it does not, the exact cost of ``cost`` decides. Knows nothing of policies.
"""

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

from negotiation.domain.bad_input import BadInput
from negotiation.domain.calendar import PERIODS_A_YEAR
from negotiation.domain.cost import has_odd_first_period, yearly_cost
from negotiation.domain.internal_rate import NoYearlyCost
from negotiation.domain.money import to_fen
from negotiation.domain.schedule import build_schedule, payments_fen
from negotiation.domain.terms import BusinessDayConvention, Frequency, PlanMethod, PlanTerms

_STEP = Decimal("0.0001")
_UNSURE = 1e-9
_CALENDAR_SLACK = 0.15


def is_cost_above(terms: PlanTerms, payments: list[int], ceiling: Decimal) -> bool:
    """Whether the simple yearly cost of the rows, ``payments`` in fen, exceeds the ceiling; equal to it does not.

    A plan whose cost no rate expresses (charges on the very day of the agreement) is above every ceiling.
    """
    financed = to_fen(terms.financed)
    if sum(payments) == financed:
        return False
    least, most = _worth(terms, payments, float(ceiling))
    if most <= financed * (1 - _UNSURE):
        return False
    if least >= financed * (1 + _UNSURE):
        return True
    cost = simple_cost(terms)
    return cost is None or cost > ceiling


def simple_cost(terms: PlanTerms) -> Decimal | None:
    """The exact simple yearly cost on unadjusted due dates, or ``None`` if no rate expresses it."""
    try:
        return yearly_cost(build_schedule(replace(terms, business_day_convention=BusinessDayConvention.NONE))).simple
    except NoYearlyCost:
        return None


def highest_rate_below(terms: PlanTerms, ceiling: Decimal) -> Decimal | None:
    """The highest rate, in hundredths of a per cent, whose plan is not above the ceiling; ``None`` if not even the lowest is."""
    name = "fee_rate" if terms.method is PlanMethod.FLAT_FEE else "annual_rate"
    passing, failing = -1, int(getattr(terms, name) / _STEP) + 1
    while failing - passing > 1:
        middle = (passing + failing) // 2
        lower: dict[str, Any] = {name: middle * _STEP}
        if _passes(replace(terms, **lower), ceiling):
            passing = middle
        else:
            failing = middle
    return None if passing < 0 else passing * _STEP


def _passes(terms: PlanTerms, ceiling: Decimal) -> bool:
    try:
        return not is_cost_above(terms, payments_fen(terms), ceiling)
    except BadInput:
        return False


def _worth(terms: PlanTerms, payments: list[int], ceiling: float) -> tuple[float, float]:
    """Between which two bounds lies what the payments are worth at the ceiling, in fen.

    Worth less than was advanced, the cost is below the ceiling; worth more, above. Where actual days count, months are
    taken as even, and the bounds leave room for what the calendar makes of them.
    """
    a_year = PERIODS_A_YEAR[terms.frequency]
    growth = 1 + ceiling / a_year
    first, step, slack = 1.0, 1.0, 0.0
    if has_odd_first_period(terms):
        first = (terms.first_date - terms.value_date).days * a_year / 365
        step = 1.0 if terms.frequency is Frequency.MONTHLY else 364 / 365
        slack = _CALENDAR_SLACK if terms.frequency is Frequency.MONTHLY else 0.0
    discount = math.pow(growth, -step)
    worth = 0.0
    for payment in reversed(payments):
        worth = worth * discount + payment
    worth *= math.pow(growth, -first)
    return worth * math.pow(growth, -slack), worth * math.pow(growth, slack)
