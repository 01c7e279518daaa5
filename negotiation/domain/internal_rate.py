"""At which rate are payments worth exactly what was advanced?

Floating point finds the neighbourhood; one exact-decimal step then fixes twenty places, so the answer does not depend
on the machine. Knows flows and moments in time; knows nothing of plans or of what the rate is called.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Context, Decimal, localcontext

from negotiation.domain.bad_input import BadInput

PLACES = Decimal("1E-20")
_CONTEXT = Context(prec=40)
_MOST_STEPS = 60
_CLOSE, _FLOAT_NOISE = 1e-8, 1e-15
_MOST_RATE = 1e6


class NoYearlyCost(BadInput):
    says = "no rate makes these payments worth what was advanced"


class AmbiguousYearlyCost(NoYearlyCost):
    says = "more than one rate may make these payments worth what was advanced"


def growth_a_unit(advance: Decimal, payments: Sequence[Decimal], units: Sequence[int]) -> Decimal:
    """The factor by which money grows in one unit of time: advance = Σ payment / factor^units.

    ``payments`` are non-negative, ``units`` ascending whole numbers of periods or days after the advance. 30 digits are right.

    :raises NoYearlyCost: if nothing is advanced, less is repaid than was advanced, or nearly all or more on the same day.
    """
    total = sum(payments, Decimal(0))
    if advance <= 0 or total < advance or any(payment < 0 for payment in payments):
        raise NoYearlyCost(advance)
    if total == advance:
        return Decimal(1)
    force, slope = _force_of_interest(float(advance), [float(payment) for payment in payments], units)
    discount = _CONTEXT.create_decimal_from_float(math.exp(-force))
    surplus = _present_value(payments, units, discount) - advance
    step = _CONTEXT.divide(surplus * discount, _CONTEXT.create_decimal_from_float(slope))
    return _CONTEXT.divide(Decimal(1), _CONTEXT.add(discount, step))


def _force_of_interest(advance: float, payments: list[float], units: Sequence[int]) -> tuple[float, float]:
    """δ with Σ payment·e^(−δt) = advance, and the slope there, by Newton's steps.

    The left side is convex and falls; the start lies left of the root (Jensen's inequality), so every step stays left and closes in.
    """
    total = sum(payments)
    mean = sum(map(float.__mul__, payments, map(float, units))) / total
    if mean == 0.0:
        raise NoYearlyCost(advance)
    force, exp = math.log(total / advance) / mean, math.exp
    for _ in range(_MOST_STEPS):
        value = slope = 0.0
        for payment, unit in zip(payments, units, strict=True):
            worth = payment * exp(-force * unit)
            value += worth
            slope -= unit * worth
        if slope == 0.0:
            raise NoYearlyCost(advance)
        change = (advance - value) / slope
        force += change
        if abs(change) <= _CLOSE * force + _FLOAT_NOISE:
            return force, slope
    raise NoYearlyCost(advance)


def _present_value(payments: Sequence[Decimal], units: Sequence[int], discount: Decimal) -> Decimal:
    """Σ payment·discount^units by Horner's rule from the last payment back, in 40 digits."""
    with localcontext(_CONTEXT):
        powers = {0: Decimal(1), 1: discount}
        worth, later = Decimal(0), units[-1]
        for payment, unit in zip(reversed(payments), reversed(units), strict=True):
            gap = later - unit
            if gap not in powers:
                powers[gap] = discount**gap
            worth = worth * powers[gap] + payment
            later = unit
        return worth * discount ** units[0]


def rate_where_zero(net_worth: Callable[[float], float]) -> float:
    """The rate between 0 and 1,000,000 at which a function, negative at first and then positive or the reverse, is zero.

    Bisection to the last bit: slow, safe. Exactly 0.0 if the function is zero there.

    :raises NoYearlyCost: if it does not change sign.
    """
    low, high = 0.0, 1e-6
    start = net_worth(low)
    if start == 0.0:
        return 0.0
    while net_worth(high) * start > 0:
        low, high = high, high * 2
        if high > _MOST_RATE:
            raise NoYearlyCost(high)
    while low < (middle := (low + high) / 2) < high:
        if net_worth(middle) * start > 0:
            low = middle
        else:
            high = middle
    return high


def require_one_rate(flows_in_time: Sequence[Decimal]) -> None:
    """Norstrøm's test: the running total changes sign exactly once and ends against its start, so there is one rate above zero.

    :raises NoYearlyCost: if the running total never changes sign.
    :raises AmbiguousYearlyCost: if it changes sign more than once.
    """
    total = Decimal(0)
    signs: list[bool] = []
    for flow in flows_in_time:
        total += flow
        if total and (not signs or signs[-1] != (total > 0)):
            signs.append(total > 0)
    if total == 0 and len(signs) == 1:
        return
    if len(signs) < 2:
        raise NoYearlyCost(total)
    if len(signs) > 2:
        raise AmbiguousYearlyCost(total)
