"""How much interest does a balance bear over a stretch of days?

The first day counts, the last does not (算头不算尾). Knows segments and daily rates; knows nothing of statements or plans.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from negotiation.domain.bad_input import SpanNotPositive
from negotiation.domain.money import from_fen, half_up, rate, to_fen, yuan

_CONTEXT = Context(prec=40)


@dataclass(frozen=True, slots=True)
class Segment:
    """``base`` yuan owed unchanged from ``start`` (counted) to ``end`` (not counted)."""

    base: Decimal
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def exact_interest(segments: Iterable[Segment], daily_rate: Decimal) -> Decimal:
    """Σ base × daily rate × days in yuan, unrounded.

    :raises SpanNotPositive: if a segment ends before it starts.
    """
    return _CONTEXT.multiply(Decimal(_fen_days(segments)).scaleb(-2), rate(daily_rate))


def interest(segments: Iterable[Segment], daily_rate: Decimal) -> Decimal:
    """As ``exact_interest``, the sum rounded once, half up (domain rules §3.2, vectors A01 to A08).

    >>> interest([Segment(Decimal("1010.00"), date(2026, 4, 1), date(2026, 4, 2))], Decimal("0.0005"))
    Decimal('0.51')
    """
    above, below = rate(daily_rate).as_integer_ratio()
    return from_fen(half_up(_fen_days(segments) * above, below))


def _fen_days(segments: Iterable[Segment]) -> int:
    total = 0
    for segment in segments:
        if segment.days < 0:
            raise SpanNotPositive(segment.days)
        total += to_fen(yuan(segment.base)) * segment.days
    return total


def interest_between(base: Decimal, daily_rate: Decimal, start: date, end: date) -> Decimal:
    """Interest on one unchanged balance, rounded half up."""
    return interest([Segment(base, start, end)], daily_rate)


def daily_rate_of(annual_rate: Decimal, days_a_year: int = 365) -> Decimal:
    """A yearly rate as a daily one over 360 or 365 days, 40 digits kept (domain rules §3.1.4).

    >>> daily_rate_of(Decimal("0.18"), 360)
    Decimal('0.0005')
    """
    if days_a_year < 1:
        raise SpanNotPositive(days_a_year)
    return _CONTEXT.divide(rate(annual_rate), Decimal(days_a_year))


def annual_rate_of(daily_rate: Decimal, days_a_year: int = 365) -> Decimal:
    """A daily rate as a simple yearly one: 0.05 % × 365 = 18.25 % (vector A09)."""
    return rate(daily_rate) * days_a_year


def compounded(period_rate: Decimal, periods_a_year: int) -> Decimal:
    """The effective yearly rate of a period's rate that is charged on itself: (1 + i)ⁿ − 1."""
    return _CONTEXT.subtract(_CONTEXT.power(1 + rate(period_rate), periods_a_year), Decimal(1))
