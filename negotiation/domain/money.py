"""What is an amount of money, how is it rounded and how is it split without losing a fen?

Knows yuan with two places and whole fen; knows nothing of interest or dates.
"""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from negotiation.domain.bad_input import (
    AmountNegative,
    AmountNotPositive,
    AmountTooLarge,
    NoInstalments,
    NotAnAmount,
    NotARate,
    TooLittleToSplit,
)
from negotiation.domain.terms import Remainder

FEN = Decimal("0.01")
MOST = Decimal("999999999999.99")
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")


def yuan(value: Decimal | int | str) -> Decimal:
    """The amount in yuan, exactly two places; nothing is ever rounded here.

    >>> yuan("1200")
    Decimal('1200.00')

    :raises NotAnAmount: if it is a float, not finite, or has more than two places.
    :raises AmountTooLarge: if it is above 999,999,999,999.99 either side of zero.
    """
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise NotAnAmount(value)
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        raise NotAnAmount(value)
    amount = Decimal(value)
    if not amount.is_finite():
        raise NotAnAmount(value)
    if abs(amount) > MOST:
        raise AmountTooLarge(value)
    exact = amount.quantize(FEN)
    if exact != amount:
        raise NotAnAmount(value)
    return exact


def positive_yuan(value: Decimal | int | str) -> Decimal:
    """As ``yuan``.

    :raises AmountNotPositive: if it is zero or below.
    """
    amount = yuan(value)
    if amount <= 0:
        raise AmountNotPositive(value)
    return amount


def not_negative_yuan(value: Decimal | int | str) -> Decimal:
    """As ``yuan``; zero is allowed.

    :raises AmountNegative: if it is below zero.
    """
    amount = yuan(value)
    if amount < 0:
        raise AmountNegative(value)
    return amount


def rate(value: Decimal | int | str) -> Decimal:
    """A rate as a fraction: finite and not negative. Floats are refused: they do not hold decimal fractions.

    :raises NotARate: if it is anything else.
    """
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise NotARate(value)
    try:
        fraction = Decimal(value)
    except InvalidOperation:
        raise NotARate(value) from None
    if not fraction.is_finite() or fraction < 0:
        raise NotARate(value)
    return fraction


def round_half_up(value: Decimal) -> Decimal:
    """To the fen, halves away from zero (domain rules §3.1, vector A03).

    >>> round_half_up(Decimal("0.505"))
    Decimal('0.51')
    """
    return value.quantize(FEN, rounding=ROUND_HALF_UP)


def to_fen(amount: Decimal) -> int:
    """Whole fen of an amount that has at most two places."""
    return int(amount.scaleb(2))


def from_fen(fen: int) -> Decimal:
    """Yuan with two places."""
    return FEN * fen


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to a non-negative fraction, halves up; exact.

    >>> half_up(5, 2)
    3
    """
    return (2 * numerator + denominator) // (2 * denominator)


def split_fen(fen: int, count: int, remainder: Remainder = Remainder.LAST) -> list[int]:
    """As ``split``, in whole fen."""
    if count < 1:
        raise NoInstalments(count)
    base, odd = divmod(fen, count)
    if base < 1:
        raise TooLittleToSplit(from_fen(fen))
    parts = [base] * count
    parts[0 if remainder is Remainder.FIRST else -1] += odd
    return parts


def split(amount: Decimal, count: int, remainder: Remainder = Remainder.LAST) -> tuple[Decimal, ...]:
    """Equal parts rounded down to the fen; the fen left over go to the first or last part (domain rules §3.1.3).

    The parts sum to the amount exactly.

    >>> split(Decimal("100.00"), 3)
    (Decimal('33.33'), Decimal('33.33'), Decimal('33.34'))

    :raises NoInstalments: if ``count`` is below one.
    :raises TooLittleToSplit: if a part would be less than one fen.
    """
    return tuple(from_fen(part) for part in split_fen(to_fen(yuan(amount)), count, remainder))
