"""Reads a line such as ``36 x 200 monthly, advance 1978-02-10, first 1978-04-01: t=1, f=19/30`` as flows in unit-periods.

Payments come in the order written, one unit-period apart. The first is due after the stated t and f; without them after the
time between the stated dates; without dates after one unit-period.
"""

import re
from decimal import Decimal
from fractions import Fraction

from negotiation.domain.apr import HALF_MONTH, UnitFlow, UnitPeriod, days_unit, months_unit, time_between
from negotiation.domain.calendar import calendar_day
from negotiation.management.vectors.case import CaseUnreadable

_DATE = r"\d{4}-\d{2}-\d{2}"
_SPAN = r"(\d+|two|three|four|six)[- ]?(day|week|month|year)"
_EVERY = re.compile(
    rf"\b(?:every|each|per|after|at|in|unit[- ]periods?(?: of| =|:)?)\s+{_SPAN}s?\b|\b{_SPAN.replace('[- ]?', '-')}(?:ly)?\b",
    re.I,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "six": 6}
_SPAN_DAYS, _SPAN_MONTHS = {"day": 1, "week": 7}, {"month": 1, "year": 12}
_NAMED: tuple[tuple[str, UnitPeriod], ...] = (
    (r"semi-?\s?monthly|half-?\s?monthly|twice[- ](?:a[- ])?month(?:ly)?", HALF_MONTH),
    (r"bi-?\s?monthly", months_unit(2)),
    (r"semi-?\s?annual(?:ly)?|half-?\s?yearly", months_unit(6)),
    (r"bi-?\s?weekly|fortnightly", days_unit(14)),
    (r"quarterly", months_unit(3)),
    (r"monthly", months_unit(1)),
    (r"weekly", days_unit(7)),
    (r"annual(?:ly)?|yearly", months_unit(12)),
    (r"daily", days_unit(1)),
)
_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PAYMENT = re.compile(rf"(?:(\d+)\s*[x×*@]\s*)?({_AMOUNT})")
_STATED = re.compile(r"\bt\s*=\s*(\d+)|\bf\s*=\s*(\d+(?:\.\d+)?(?:\s*/\s*\d+)?)", re.I)
_AFTER = re.compile(rf"first\s+(\d+)\s+unit[- ]periods?\s+after(?:\s+{_DATE})?", re.I)
_DATES = re.compile(rf"(?:\b(advance|from|first)\b[^0-9]*)?({_DATE})", re.I)


def read_flows(text: str, advance: Decimal) -> tuple[list[UnitFlow], list[UnitFlow], UnitPeriod]:
    """The advance at time zero, the payments, and the unit-period.

    :raises CaseUnreadable: if no payment or no unit-period is written.
    """
    first_at, rest = _take_time(text)
    unit, rest = _take_unit(rest)
    periods, fraction = first_at if isinstance(first_at, tuple) else (1, Fraction(0))
    if isinstance(first_at, list):
        periods, fraction = time_between(calendar_day(first_at[0]), calendar_day(first_at[1]), unit)
    amounts = [
        Decimal(amount.replace(",", "")) for count, amount in _PAYMENT.findall(rest) for _ in range(int(count or 1))
    ]
    if not amounts:
        raise CaseUnreadable(f"no payments in {text!r}")
    payments = [UnitFlow(amount, periods + number, fraction) for number, amount in enumerate(amounts)]
    return [UnitFlow(advance, 0)], payments, unit


def _take_time(text: str) -> tuple[tuple[int, Fraction] | list[str] | None, str]:
    """When the first payment is due, as (t, f) or as two dates, and the text without it."""
    stated = _STATED.findall(text)
    after = _AFTER.search(text)
    dates = [day for _, day in _DATES.findall(_AFTER.sub("", text))]
    rest = _STATED.sub("", _DATES.sub("", _AFTER.sub("", text)))
    if stated:
        periods = next((int(whole) for whole, _ in stated if whole), 0)
        fraction = next((Fraction(part.replace(" ", "")) for _, part in stated if part), Fraction(0))
        return (periods, fraction), rest
    if after:
        return (int(after[1]), Fraction(0)), rest
    return (dates[:2] if len(dates) >= 2 else None), rest


def _take_unit(text: str) -> tuple[UnitPeriod, str]:
    """The unit-period, and the text before it, which holds the payments; what follows it if nothing stands before."""
    every = _EVERY.search(text)
    if every:
        number, span = (every[1] or every[3]).lower(), (every[2] or every[4]).lower()
        count = _WORDS.get(number) or int(number)
        unit = days_unit(count * _SPAN_DAYS[span]) if span in _SPAN_DAYS else months_unit(count * _SPAN_MONTHS[span])
        return unit, _beside(text, every)
    for pattern, unit in _NAMED:
        named = re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
        if named:
            return unit, _beside(text, named)
    raise CaseUnreadable(f"no unit-period in {text!r}")


def _beside(text: str, found: re.Match[str]) -> str:
    before = text[: found.start()]
    return before if _PAYMENT.search(before) else text[found.end() :]
