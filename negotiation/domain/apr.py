"""What is the annual percentage rate of a credit by the formulae of the United States and of the European Union?

Knows flows in time and the two equations (domain rules §2); the Chinese figures are ``cost``. Rates are found in floating
point to the last bit and given with twelve places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from negotiation.domain.bad_input import NoSuchDate, SpanNotPositive
from negotiation.domain.calendar import add_months
from negotiation.domain.internal_rate import rate_where_zero, require_one_rate

_PLACES = Decimal("1E-12")
_MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """The interval of Appendix J: so many months, or so many days, and how many of them make a year."""

    months: int
    days: int
    a_year: Fraction


MONTH = UnitPeriod(1, 0, Fraction(12))
HALF_MONTH = UnitPeriod(0, 15, Fraction(24))


@dataclass(frozen=True, slots=True)
class UnitFlow:
    """``amount`` at ``periods`` whole unit-periods and the ``fraction`` of one after the first advance."""

    amount: Decimal
    periods: int
    fraction: Fraction = Fraction(0)


def months_unit(months: int) -> UnitPeriod:
    """A unit-period of whole months.

    :raises SpanNotPositive: if it is not positive.
    """
    if months < 1:
        raise SpanNotPositive(months)
    return UnitPeriod(months, 0, Fraction(12, months))


def days_unit(days: int) -> UnitPeriod:
    """A unit-period of days: whole weeks count 52 a year, others 365.

    :raises SpanNotPositive: if it is not positive.
    """
    if days < 1:
        raise SpanNotPositive(days)
    return UnitPeriod(0, days, Fraction(364 if days % 7 == 0 else 365, days))


def time_between(advance: date, first: date, unit: UnitPeriod) -> tuple[int, Fraction]:
    """Whole unit-periods and the fraction of one, counted back from ``first`` (Appendix J (b)(5); months of 30 days).

    >>> time_between(date(1978, 2, 10), date(1978, 4, 1), MONTH)
    (1, Fraction(19, 30))
    >>> time_between(date(1978, 5, 23), date(1978, 10, 1), months_unit(3))
    (1, Fraction(13, 30))

    :raises NoSuchDate: if ``first`` lies before ``advance``.
    """
    if first < advance:
        raise NoSuchDate(first)
    if unit == HALF_MONTH:
        return _half_months_between(advance, first)
    if unit.days:
        periods, rest = divmod((first - advance).days, unit.days)
        return periods, Fraction(rest, unit.days)
    whole, odd = _months_between(advance, first)
    periods, months = divmod(whole, unit.months)
    return periods, Fraction(months * _MONTH_DAYS + odd, unit.months * _MONTH_DAYS)


def regulation_z_apr(advances: Sequence[UnitFlow], payments: Sequence[UnitFlow], unit: UnitPeriod) -> Decimal:
    """The nominal yearly rate of Regulation Z, Appendix J (b)(8): unit-period rate × unit-periods a year (vectors REGZ).

    :raises NoYearlyCost: if no positive rate solves the equation.
    :raises AmbiguousYearlyCost: if more than one may.
    """
    flows = [(-flow.amount, flow) for flow in advances] + [(flow.amount, flow) for flow in payments]
    flows.sort(key=lambda item: item[1].periods + item[1].fraction)
    require_one_rate([amount for amount, _ in flows])
    terms = [(float(amount), flow.periods, float(flow.fraction)) for amount, flow in flows]

    def net_worth(rate: float) -> float:
        return sum(amount / ((1.0 + fraction * rate) * (1.0 + rate) ** periods) for amount, periods, fraction in terms)

    return _places(rate_where_zero(net_worth) * float(unit.a_year))


def eu_aprc(flows: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The effective yearly rate of Directive (EU) 2023/2225, Annex III: Σ amount·(1+X)^(−years) = 0 (vectors EU).

    ``flows`` are (amount, years): drawdowns negative, repayments positive, or the reverse throughout.

    :raises NoYearlyCost: if no positive rate solves the equation.
    :raises AmbiguousYearlyCost: if more than one may.
    """
    ordered = sorted(flows, key=lambda flow: flow[1])
    require_one_rate([amount for amount, _ in ordered])
    terms = [(float(amount), float(years)) for amount, years in ordered]
    return _places(rate_where_zero(lambda rate: sum(amount * (1.0 + rate) ** -years for amount, years in terms)))


def _months_between(advance: date, first: date) -> tuple[int, int]:
    """Whole months counted back from ``first``, and the days that are left."""
    months = (first.year - advance.year) * 12 + first.month - advance.month
    while add_months(first, -months) < advance:
        months -= 1
    return months, (add_months(first, -months) - advance).days


def _half_months_between(advance: date, first: date) -> tuple[int, Fraction]:
    months, odd = _months_between(advance, first)
    halves, rest = divmod(odd, 15)
    return 2 * months + halves, Fraction(rest, 15)


def _places(rate: float) -> Decimal:
    return Decimal(rate).quantize(_PLACES)
