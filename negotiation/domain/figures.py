"""What the bank counts about its negotiations: segments, and tallies that add up from segment to segment.

Counts and times only. Knows no rows and no reviewer's name; nothing here says how much money anybody brought in.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from negotiation.domain.terms import ZERO

BALANCES = (Decimal("10000.00"), Decimal("50000.00"), Decimal("100000.00"))
"""Where a new band of totals begins, in yuan; the first begins at nothing, the last has no end."""

DAYS_PAST_DUE = (30, 60, 90, 180)
"""The last day of each range of days past due; the range after the last has no end."""

ANSWER_TIMES = (timedelta(hours=4), timedelta(days=1), timedelta(days=2), timedelta(days=5))
"""The longest time to the first answer of each class; the class after the last has no end."""

MOST_ROUNDS_TOLD = 4
"""Agreements after this many rounds or more are counted together."""

_MONTH_DAYS = Decimal("30.4375")


class PeriodRefused(ValueError):
    """The days do not make a period that can be counted."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included.

    :raises PeriodRefused: if it ends before it begins, is longer than five years, or lies outside the years 1970 to 2199.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        is_counted = self.first.year >= 1970 and self.last.year <= 2199
        if not (is_counted and 0 <= (self.last - self.first).days <= 5 * 366):
            raise PeriodRefused(f"{self.first} – {self.last}")


class Dimension(StrEnum):
    """By what negotiations are told apart."""

    PRODUCT = "product"
    BALANCE = "balance"
    DAYS_PAST_DUE = "days_past_due"


@dataclass(frozen=True, slots=True)
class Segment:
    """The product, and the numbers of the band of totals and of the range of days past due, from 0."""

    product: str
    balance: int
    days_past_due: int


def segment_of(product: str, total: Decimal, days_past_due: int) -> Segment:
    """Where an account belongs.

    >>> segment_of("GOLD", Decimal("10000.00"), 30)
    Segment(product='GOLD', balance=1, days_past_due=0)
    """
    return Segment(product, bisect_right(BALANCES, total), bisect_left(DAYS_PAST_DUE, days_past_due))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What happened to the first proposals of a period. Every field is a sum, so tallies of segments add up.

    ``answered_0`` … count first answers by ``ANSWER_TIMES``, ``rounds_1`` … agreements by rounds. Of the agreements ``asked_days``
    and ``agreed_days`` sum the days from the proposal to the last instalment, ``asked_interest`` and ``agreed_interest`` yuan.
    """

    proposed: int = 0
    answered: int = 0
    answered_0: int = 0
    answered_1: int = 0
    answered_2: int = 0
    answered_3: int = 0
    answered_4: int = 0
    answer_seconds: int = 0
    agreed: int = 0
    automatic: int = 0
    bank_accepted: int = 0
    cardholder_accepted: int = 0
    declined: int = 0
    withdrawn: int = 0
    expired: int = 0
    rounds_1: int = 0
    rounds_2: int = 0
    rounds_3: int = 0
    rounds_4: int = 0
    rounds: int = 0
    asked_days: int = 0
    agreed_days: int = 0
    asked_interest: Decimal = ZERO
    agreed_interest: Decimal = ZERO

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)})

    @property
    def open(self) -> int:
        """Neither agreed nor ended yet."""
        return self.proposed - self.agreed - self.declined - self.withdrawn - self.expired

    @property
    def agreed_share(self) -> Decimal | None:
        return _share(self.agreed, self.proposed)

    @property
    def automatic_share(self) -> Decimal | None:
        return _share(self.automatic, self.proposed)

    @property
    def mean_answer_time(self) -> timedelta | None:
        """From the first proposal to the bank's first answer, automatic answers included; ``None`` if there was none."""
        return timedelta(seconds=self.answer_seconds) / self.answered if self.answered else None

    @property
    def mean_rounds(self) -> Decimal | None:
        return _tenths(Decimal(self.rounds), self.agreed)

    @property
    def mean_asked_months(self) -> Decimal | None:
        return _tenths(self.asked_days / _MONTH_DAYS, self.agreed)

    @property
    def mean_agreed_months(self) -> Decimal | None:
        return _tenths(self.agreed_days / _MONTH_DAYS, self.agreed)

    @property
    def mean_asked_interest(self) -> Decimal | None:
        return _mean_amount(self.asked_interest, self.agreed)

    @property
    def mean_agreed_interest(self) -> Decimal | None:
        return _mean_amount(self.agreed_interest, self.agreed)


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def grouped(rows: Iterable[tuple[Segment, Tally]], key: Callable[[Segment], str | int]) -> dict[str | int, Tally]:
    """The tallies by one property of their segments, in the order of that property."""
    groups: dict[str | int, Tally] = {}
    for segment, tally in rows:
        groups[key(segment)] = groups.get(key(segment), Tally()) + tally
    return {name: groups[name] for name in sorted(groups, key=lambda name: (isinstance(name, str), name))}


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def _tenths(amount: Decimal, number: int) -> Decimal | None:
    return (amount / number).quantize(Decimal("0.1"), ROUND_HALF_UP) if number else None


def _mean_amount(amount: Decimal, number: int) -> Decimal | None:
    return (amount / number).quantize(Decimal("0.01"), ROUND_HALF_UP) if number else None
