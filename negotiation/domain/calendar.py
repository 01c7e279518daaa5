"""On which days do instalments fall due?

Knows months, month ends and business-day conventions; the holiday table is handed in, and no clock is read.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from negotiation.domain.bad_input import HolidaysMissing, NoSuchDate
from negotiation.domain.terms import BusinessDayConvention, Frequency

ONE_DAY = timedelta(days=1)
PERIODS_A_YEAR = {Frequency.MONTHLY: 12, Frequency.FORTNIGHTLY: 26, Frequency.WEEKLY: 52}
_PERIOD_DAYS = {Frequency.FORTNIGHTLY: 14, Frequency.WEEKLY: 7}


def calendar_day(text: str) -> date:
    """A day written YYYY-MM-DD.

    :raises NoSuchDate: if it is not one, such as 2027-02-30.
    """
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise NoSuchDate(text) from None


def add_months(day: date, months: int, anchor_day: int | None = None) -> date:
    """The day ``months`` later, on ``anchor_day`` (default: its own day of the month) or the month's last day if that is earlier.

    >>> add_months(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    >>> add_months(date(2027, 2, 28), 1, anchor_day=30)
    datetime.date(2027, 3, 30)

    :raises NoSuchDate: if the year would leave the calendar.
    """
    years, month0 = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not 1 <= year <= 9999:
        raise NoSuchDate(f"{day} {months:+d} months")
    last = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(anchor_day or day.day, last))


def due_dates(
    first_date: date, count: int, frequency: Frequency = Frequency.MONTHLY, anchor_day: int | None = None
) -> list[date]:
    """``count`` unadjusted due dates, each computed from the first, never from the one before (domain rules §3.6, vectors S18, S19)."""
    if frequency is Frequency.MONTHLY:
        return [add_months(first_date, number, anchor_day) for number in range(count)]
    step = timedelta(days=_PERIOD_DAYS[frequency])
    return [first_date + step * number for number in range(count)]


def one_period_after(day: date, frequency: Frequency) -> date:
    """The day one instalment period later."""
    return due_dates(day, 2, frequency)[1]


def five_year_limit(agreement_date: date) -> date:
    """The last day on which an instalment may fall due: five years after signing, 29 February to 28 (article 70; vector T04)."""
    return add_months(agreement_date, 60)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A bank's calendar: weekends are free unless swapped to working days; holidays are free.

    ``years`` are those the table covers; asking about any other is refused rather than guessed.
    """

    holidays: frozenset[date]
    working_weekends: frozenset[date]
    years: frozenset[int]

    @classmethod
    def of(
        cls, holidays: Iterable[date], working_weekends: Iterable[date] = (), years: Iterable[int] | None = None
    ) -> "BusinessDays":
        """Built from sets of dates; ``years`` defaults to the years in which a holiday is listed."""
        free = frozenset(holidays)
        return cls(
            free,
            frozenset(working_weekends),
            frozenset(day.year for day in free) if years is None else frozenset(years),
        )

    def is_business_day(self, day: date) -> bool:
        """Whether banks work on that day.

        :raises HolidaysMissing: if the table does not cover its year.
        """
        if day.year not in self.years:
            raise HolidaysMissing(day.year)
        return day in self.working_weekends or (day.weekday() < 5 and day not in self.holidays)

    def adjust(self, day: date, convention: BusinessDayConvention) -> date:
        """The day on which a payment due on ``day`` is expected (vectors H01 to H10).

        :raises HolidaysMissing: if the table does not cover a year it must look at.
        """
        if convention is BusinessDayConvention.NONE:
            return day
        if convention is BusinessDayConvention.PRECEDING:
            return self._nearest(day, -ONE_DAY)
        following = self._nearest(day, ONE_DAY)
        if convention is BusinessDayConvention.MODIFIED_FOLLOWING and following.month != day.month:
            return self._nearest(day, -ONE_DAY)
        return following

    def _nearest(self, day: date, step: timedelta) -> date:
        while not self.is_business_day(day):
            day += step
        return day
