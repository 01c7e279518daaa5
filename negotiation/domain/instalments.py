"""How large are the regular instalments of a plan, without building its rows?

Whole fen and exact fractions, so the answers are those of ``judge.regular_payments``; a test holds the two together.
Steps are the exception: their last row, which repays the rest, is left to ``judge``. Knows no limits.
"""

from decimal import ROUND_CEILING, Decimal

from negotiation.domain.money import half_up
from negotiation.domain.schedule import level_fen
from negotiation.domain.terms import Remainder

NEVER = 10**18
NO_PLAN = (-1, NEVER)
Pair = tuple[int, int]


def even(financed: int, count: int, fee_rate: Decimal) -> Pair:
    """Interest stopped or a flat rate: one amount."""
    above, below = fee_rate.as_integer_ratio()
    payment = financed // count + half_up(financed * above, below)
    return payment, payment


def level(financed: int, count: int, rate: Decimal, periods: int) -> Pair:
    """Equal instalments: one amount, but for the last row."""
    payment = level_fen(financed, count, rate, periods)
    return payment, payment


def falling(financed: int, count: int, rate: Decimal, periods: int, *, remainder: Remainder, last: int = 0) -> Pair:
    """Equal principal and interest on the balance; ``last`` is what a balloon leaves to the end, which is not counted.

    The rows fall evenly but for the odd fen in the first or the last, so the ends decide.
    """
    base, odd = divmod(financed - last, count)
    if base < 1:
        return NO_PLAN
    above, below = rate.as_integer_ratio()
    below *= periods
    first_extra = odd if remainder is Remainder.FIRST else 0
    payments = []
    for index in {0, min(1, count - 1), max(0, count - 2), count - 1}:
        principal = base + (first_extra if index == 0 else 0) + (odd - first_extra if index == count - 1 else 0)
        balance = financed - base * index - (first_extra if index else 0)
        payments.append(principal + half_up(balance * above, below))
    return min(payments), max(payments)


def interest_first(financed: int, count: int, rate: Decimal, periods: int, interest_only: int) -> Pair:
    """Instalments of interest alone, then equal ones, of which the last is not counted unless it is the only one."""
    above, below = rate.as_integer_ratio()
    interest = half_up(financed * above, below * periods)
    if interest_only and not interest:
        return NO_PLAN
    payment = level_fen(financed, count - interest_only, rate, periods)
    if not interest_only:
        return payment, payment
    return min(interest, payment), max(interest, payment)


def two_steps(financed: int, count: int, period_rate: Decimal, ratio: Decimal) -> Pair:
    """A lower instalment for the first half and ``ratio`` times it for the second, together worth ``financed`` at the rate.

    The lower one is rounded up to the fen, so that the last row, which repays the rest, is not above the others.
    """
    first, later = count // 2, count - count // 2
    if period_rate == 0:
        worth = first + ratio * later
    else:
        discount = 1 / (1 + period_rate)
        halfway = discount**first
        worth = (1 - halfway + ratio * halfway * (1 - discount**later)) / period_rate
    low = max(int((financed / worth).to_integral_value(ROUND_CEILING)), 1)
    return low, int(low * ratio)
