from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain import bad_input
from negotiation.domain.calendar import BusinessDays, add_months, calendar_day, due_dates, five_year_limit
from negotiation.domain.terms import BusinessDayConvention, Frequency

# The State Council's table for 2026.
HOLIDAYS_2026 = [
    date(2026, month, day)
    for month, days in {
        1: (1, 2, 3),
        2: range(15, 24),
        4: (4, 5, 6),
        5: range(1, 6),
        6: (19, 20, 21),
        9: (25, 26, 27),
        10: range(1, 8),
    }.items()
    for day in days
]
WORKING_WEEKENDS_2026 = [date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))]
CHINA_2026 = BusinessDays.of(HOLIDAYS_2026, WORKING_WEEKENDS_2026)


class TestAddMonths:
    @pytest.mark.parametrize(
        ("first", "months", "anchor", "expected"),
        [
            ("2027-01-31", 1, None, "2027-02-28"),
            ("2028-01-31", 1, None, "2028-02-29"),
            ("2027-02-28", 1, None, "2027-03-28"),
            ("2027-02-28", 2, 30, "2027-04-30"),
            ("2026-12-31", 14, None, "2028-02-29"),
            ("2027-03-31", -1, None, "2027-02-28"),
        ],
    )
    def test_keeps_to_the_month(self, first, months, anchor, expected):
        assert add_months(date.fromisoformat(first), months, anchor).isoformat() == expected

    def test_refuses_to_leave_the_calendar(self):
        with pytest.raises(bad_input.NoSuchDate):
            add_months(date(9999, 12, 1), 1)

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
    def test_counts_from_the_first_date_never_from_the_one_before(self, first, count):
        days = due_dates(first, count)
        assert days == sorted(set(days))
        assert all(day.day == first.day or (day.day < first.day and (add_months(day, 0, 31) == day)) for day in days)


class TestDueDates:
    def test_come_every_seven_or_fourteen_days(self):
        assert due_dates(date(2027, 1, 25), 3, Frequency.WEEKLY)[-1] == date(2027, 2, 8)
        assert due_dates(date(2027, 1, 25), 3, Frequency.FORTNIGHTLY)[-1] == date(2027, 2, 22)

    def test_refuse_the_thirtieth_of_february(self):
        with pytest.raises(bad_input.NoSuchDate) as refusal:
            calendar_day("2027-02-30")
        assert refusal.value.value == "2027-02-30"


class TestFiveYearLimit:
    def test_takes_a_leap_day_to_the_twenty_eighth(self):
        assert five_year_limit(date(2028, 2, 29)) == date(2033, 2, 28)
        assert five_year_limit(date(2026, 11, 23)) == date(2031, 11, 23)


class TestBusinessDays:
    @pytest.mark.parametrize(
        ("day", "convention", "expected"),
        [
            ("2026-10-01", "FOLLOWING", "2026-10-08"),
            ("2026-10-10", "FOLLOWING", "2026-10-10"),
            ("2026-02-15", "PRECEDING", "2026-02-14"),
            ("2026-01-31", "MODIFIED_FOLLOWING", "2026-01-30"),
            ("2026-05-31", "MODIFIED_FOLLOWING", "2026-05-29"),
            ("2026-10-04", "NONE", "2026-10-04"),
        ],
    )
    def test_move_a_day_by_its_convention(self, day, convention, expected):
        moved = CHINA_2026.adjust(date.fromisoformat(day), BusinessDayConvention(convention))
        assert moved.isoformat() == expected

    def test_refuse_a_year_whose_table_is_missing(self):
        with pytest.raises(bad_input.HolidaysMissing):
            CHINA_2026.adjust(date(2027, 1, 1), BusinessDayConvention.FOLLOWING)

    @given(st.dates(date(2026, 2, 1), date(2026, 11, 30)), st.sampled_from(list(BusinessDayConvention)[1:]))
    def test_always_end_on_a_working_day(self, day, convention):
        moved = CHINA_2026.adjust(day, convention)
        assert CHINA_2026.is_business_day(moved)
        if convention is BusinessDayConvention.MODIFIED_FOLLOWING:
            assert moved.month == day.month
