"""Single questions on a level plan: how many instalments, how much each, how much at once.

Knows no policy; amounts in yuan, rates as fractions of one period.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal

from negotiation.domain.bad_input import NoInstalments
from negotiation.domain.money import FEN, from_fen, positive_yuan, rate, to_fen
from negotiation.domain.schedule import level_fen
from negotiation.domain.terms import ZERO

_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class TermFound:
    """The number of instalments and the level payment; both ``None`` if there is none, and then why."""

    count: int | None
    level_payment: Decimal | None
    feasible: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class AmountFound:
    """An amount in yuan; ``None`` if there is none, and then why."""

    amount: Decimal | None
    feasible: bool
    reason: str | None


def payment_for_term(principal: Decimal, period_rate: Decimal, count: int) -> AmountFound:
    """The level payment, rounded half up to the fen.

    >>> payment_for_term(Decimal("10000.00"), Decimal("0.01"), 12).amount
    Decimal('888.49')

    :raises NotAnAmount, AmountNotPositive, NotARate, NoInstalments: if an input is not what it should be.
    """
    return AmountFound(_level(positive_yuan(principal), rate(period_rate), _count(count)), True, None)


def shortest_term(principal: Decimal, payment: Decimal, period_rate: Decimal, max_count: int) -> TermFound:
    """The fewest instalments whose *rounded* level payment is at most ``payment`` (domain rules §3.8, vectors F01 to F05).

    Found by halving, not by a logarithm: that can be one instalment out.

    :raises NotAnAmount, AmountNotPositive, NotARate, NoInstalments: if an input is not what it should be.
    """
    owed, affordable, fraction = positive_yuan(principal), positive_yuan(payment), rate(period_rate)
    if affordable <= owed * fraction:
        return TermFound(None, None, False, "payment does not cover the first month's interest")
    count = first_passing(1, _count(max_count), lambda number: _level(owed, fraction, number) <= affordable)
    if count is None:
        return TermFound(None, None, False, f"needs more than {max_count} instalments")
    return TermFound(count, _level(owed, fraction, count), True, None)


def largest_principal(payment: Decimal, period_rate: Decimal, count: int) -> AmountFound:
    """What ``count`` payments repay: their present value, rounded down to the fen (vector F07).

    :raises NotAnAmount, AmountNotPositive, NotARate, NoInstalments: if an input is not what it should be.
    """
    worth = _present_value(positive_yuan(payment), rate(period_rate), _count(count))
    return AmountFound(worth.quantize(FEN, ROUND_DOWN), True, None)


def down_payment_needed(principal: Decimal, payment: Decimal, period_rate: Decimal, max_count: int) -> AmountFound:
    """What must be paid at once so that ``max_count`` payments repay the rest; zero if they repay all (vector F06).

    >>> down_payment_needed(Decimal("43210.55"), Decimal("700.00"), Decimal(0), 60).amount
    Decimal('1210.55')

    :raises NotAnAmount, AmountNotPositive, NotARate, NoInstalments: if an input is not what it should be.
    """
    owed = positive_yuan(principal)
    worth = largest_principal(payment, period_rate, max_count).amount or ZERO
    return AmountFound(max(owed - worth, ZERO), True, None)


def _level(principal: Decimal, period_rate: Decimal, count: int) -> Decimal:
    return from_fen(level_fen(to_fen(principal), count, period_rate))


def _present_value(payment: Decimal, period_rate: Decimal, count: int) -> Decimal:
    if period_rate == 0:
        return payment * count
    discount = _EXACT.power(_EXACT.add(1, period_rate), -count)
    return _EXACT.divide(_EXACT.multiply(payment, _EXACT.subtract(1, discount)), period_rate)


def _count(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise NoInstalments(count)
    return count


def first_passing(low: int, high: int, passes: Callable[[int], bool]) -> int | None:
    """The smallest number from ``low`` to ``high`` that passes, where every larger one passes too."""
    if low > high or not passes(high):
        return None
    low -= 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return high


def last_passing(low: int, high: int, passes: Callable[[int], bool]) -> int | None:
    """The largest number from ``low`` to ``high`` that passes, where every smaller one passes too."""
    first = first_passing(-high, -low, lambda number: passes(-number))
    return None if first is None else -first
