from datetime import date, timedelta
from decimal import Decimal

import pytest

from negotiation.domain.bad_input import AmountNotPositive, TooLittleToSplit
from negotiation.domain.breach import (
    DueAmount,
    Pause,
    PauseEndsBeforeStart,
    PausesOverlap,
    PlanHealth,
    check_plan,
    delinquency,
)
from negotiation.domain.calendar import add_months, due_dates
from negotiation.domain.reageing import NothingStillToCome, NotInUnits, re_age, re_amortise
from negotiation.domain.terms import Frequency

START = date(2019, 11, 1)
DAY = timedelta(days=1)
TOLERANCE = 5


def due(amount, count, frequency=Frequency.MONTHLY):
    return [DueAmount(day, Decimal(amount)) for day in due_dates(START, count, frequency)]


MONTHLY_20, WEEKLY_10 = due("20", 5), [DueAmount(START, Decimal(50)), *due("10", 6, Frequency.WEEKLY)[1:]]
ONE_MONTH_AND_TOLERANCE = add_months(START, 1) + TOLERANCE * DAY


class TestCheckPlan:
    @pytest.mark.parametrize(
        ("start", "amounts", "today", "actual", "verdict"),
        [
            ("100", due("50", 2), START + 4 * DAY, "100", ("100", "LIVE")),
            ("100", due("50", 2), START + 5 * DAY, "100", ("50", "BREACHED")),
            ("100", MONTHLY_20, ONE_MONTH_AND_TOLERANCE - DAY, "80", ("80", "LIVE")),
            ("100", MONTHLY_20, ONE_MONTH_AND_TOLERANCE, "80", ("60", "BREACHED")),
            ("100", MONTHLY_20, add_months(START, 2), "60", ("60", "LIVE")),
            ("100", due("20", 5, Frequency.FORTNIGHTLY), START + 18 * DAY, "80", ("80", "LIVE")),
            ("100", due("20", 5, Frequency.FORTNIGHTLY), START + 19 * DAY, "80", ("60", "BREACHED")),
            ("100", due("100", 1), START + 4 * DAY, "50", ("100", "LIVE")),
            ("100", due("100", 1), START + 5 * DAY, "50", ("0", "BREACHED")),
            ("100", due("100", 1), START + 5 * DAY, "0", ("0", "COMPLETED")),
            ("1000", due("500", 2), START + 5 * DAY, "500", ("500", "LIVE")),
            ("1000", due("500", 2), add_months(START, 5), "200.55", ("0", "BREACHED")),
        ],
    )
    def test_compares_what_is_owed_with_what_may_be(self, start, amounts, today, actual, verdict):
        expected, health = verdict
        check = check_plan(Decimal(start), amounts, today, Decimal(actual), TOLERANCE)
        assert (check.expected_balance, check.health) == (Decimal(expected), PlanHealth(health))
        assert check.behind == max(Decimal(actual) - Decimal(expected), Decimal(0))

    @pytest.mark.parametrize(
        ("actual", "health"), [("40", "LIVE"), ("90", "BREACHED"), ("50", "BREACHED"), ("0", "COMPLETED")]
    )
    def test_counts_an_amount_due_at_the_start(self, actual, health):
        amounts = [
            DueAmount(START, Decimal(50)),
            *[DueAmount(day, Decimal(10)) for day in due_dates(START, 5, Frequency.WEEKLY)],
        ]
        check = check_plan(Decimal(100), amounts, START + 5 * DAY, Decimal(actual), TOLERANCE)
        assert (check.expected_balance, check.health) == (Decimal(40), PlanHealth(health))


class TestDelinquency:
    DUE, PAUSE = date(2023, 10, 1), Pause(date(2023, 10, 6), date(2023, 10, 30))

    @pytest.mark.parametrize(
        ("today", "past_due", "delinquent"),
        [("10-02", 1, 0), ("10-04", 3, 0), ("10-05", 4, 1), ("10-06", 5, 2), ("10-30", 29, 2), ("10-31", 30, 3)],
    )
    def test_leaves_grace_and_pauses_out(self, today, past_due, delinquent):
        counted = delinquency(self.DUE, date.fromisoformat(f"2023-{today}"), 3, [self.PAUSE])
        assert (counted.past_due_days, counted.delinquent_days) == (past_due, delinquent)

    def test_stands_still_in_a_pause_that_runs(self):
        running = [Pause(date(2023, 10, 6))]
        assert delinquency(self.DUE, date(2023, 12, 31), 3, running).delinquent_days == 2

    def test_refuses_pauses_that_overlap_or_run_backwards(self):
        with pytest.raises(PausesOverlap):
            delinquency(self.DUE, self.DUE, 0, [self.PAUSE, Pause(date(2023, 10, 29))])
        with pytest.raises(PausesOverlap):
            delinquency(self.DUE, self.DUE, 0, [Pause(self.DUE), self.PAUSE])
        with pytest.raises(PauseEndsBeforeStart):
            delinquency(self.DUE, self.DUE, 0, [Pause(self.DUE, self.DUE - DAY)])


class TestReAge:
    ROWS = [DueAmount(day, Decimal(250)) for day in (date(2024, 1, 16), date(2024, 1, 31), date(2024, 2, 15))]

    def test_spreads_what_is_unpaid_over_new_dates(self):
        spread = re_age(self.ROWS, date(2024, 3, 1), 6)
        assert [row.amount for row in spread.old] == [0, 0, 0]
        assert [row.amount for row in spread.new] == [Decimal("125.00")] * 6
        assert (spread.new[0].due_date, spread.new[-1].due_date) == (date(2024, 3, 1), date(2024, 8, 1))

    def test_refuses_rows_of_nothing(self):
        with pytest.raises(TooLittleToSplit):
            re_age([DueAmount(START, Decimal("0.01"))], START, 2)
        with pytest.raises(AmountNotPositive):
            re_age([], START, 2)


class TestReAmortise:
    ROWS = [DueAmount(day, Decimal(125)) for day in (date(2024, 1, 16), date(2024, 1, 31), date(2024, 2, 15))]
    TODAY = date(2024, 1, 25)

    def test_moves_what_was_missed_to_the_dates_still_to_come(self):
        spread = re_amortise(self.ROWS, self.TODAY, Decimal(1))
        assert [row.amount for row in spread.old] == [0]
        assert [row.amount for row in spread.new] == [Decimal(187), Decimal(188)]
        assert [row.amount for row in re_amortise(self.ROWS, self.TODAY).new] == [Decimal("187.50")] * 2

    def test_keeps_a_row_that_is_due_today(self):
        assert len(re_amortise(self.ROWS, date(2024, 1, 16)).new) == 3

    def test_refuses_when_nothing_is_to_come_or_units_do_not_fit(self):
        with pytest.raises(NothingStillToCome):
            re_amortise(self.ROWS, date(2024, 3, 1))
        with pytest.raises(NotInUnits):
            re_amortise(self.ROWS, self.TODAY, Decimal(2))
