from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings

from negotiation.domain import bad_input
from negotiation.domain.schedule import ScheduleBroken, build_schedule, check_schedule, payments_fen
from negotiation.domain.terms import (
    BusinessDayConvention,
    Frequency,
    InterestMode,
    PlanMethod,
    PlanTerms,
    Remainder,
    Row,
    Schedule,
    Step,
)
from tests.domain.plans import drawn_terms, plan_terms
from tests.domain.test_calendar import CHINA_2026

SPLIT = (PlanMethod.EQUAL_PRINCIPAL, PlanMethod.INTEREST_FREE, PlanMethod.FLAT_FEE)
ROUNDED_AWAY = (
    bad_input.TooLittleToSplit,
    bad_input.PaymentBelowInterest,
    bad_input.StepsPayOffEarly,
    bad_input.InterestOnlyDoesNotFit,
)


def built(terms: PlanTerms) -> Schedule:
    """The schedule, or no example where rounding leaves a row nothing."""
    try:
        return build_schedule(terms)
    except ROUNDED_AWAY:
        assume(False)
        raise


class TestEverySchedule:
    @given(drawn_terms())
    @settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_repays_exactly_what_was_financed(self, terms):
        schedule = built(terms)
        rows = schedule.rows
        assert sum(row.principal for row in rows) == terms.financed
        assert schedule.total_payment == terms.financed + schedule.total_interest
        assert all(row.principal >= 0 and row.interest >= 0 and row.fee >= 0 and row.payment > 0 for row in rows)
        assert all(earlier.due_date < later.due_date for earlier, later in pairwise(rows))
        assert rows[-1].balance_after == 0

    @given(drawn_terms())
    @settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_has_at_most_one_odd_row(self, terms):
        schedule = built(terms)
        assert len(odd_rows(schedule)) <= 1

    @given(drawn_terms())
    @settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_is_the_same_from_stored_terms(self, terms):
        schedule = built(terms)
        again = build_schedule(PlanTerms.from_data(terms.to_data()))
        assert [row.to_data() for row in again.rows] == [row.to_data() for row in schedule.rows]
        assert tuple(Row.from_data(row.to_data()) for row in schedule.rows) == schedule.rows

    @given(drawn_terms())
    @settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_pays_what_its_payments_alone_say(self, terms):
        schedule = built(terms)
        assert [row.payment for row in schedule.rows] == [
            Decimal(payment).scaleb(-2) for payment in payments_fen(terms)
        ]


def odd_rows(schedule: Schedule) -> list[Row]:
    """The rows that differ from the others in what the method makes level."""
    method, rows = schedule.terms.method, list(schedule.rows)
    if method is PlanMethod.STEP:
        given = [step.payment for step in schedule.terms.steps for _ in range(step.count)]
        return [row for row, payment in zip(rows, given, strict=True) if row.payment != payment]
    if method is PlanMethod.BALLOON:
        rows.pop()
    elif method is PlanMethod.INTEREST_ONLY_THEN_LEVEL:
        rows = rows[schedule.terms.interest_only_count :]
    is_level = method not in (*SPLIT, PlanMethod.BALLOON)
    values = [row.payment if is_level else row.principal for row in rows]
    usual = max(set(values), key=values.count) if values else None
    return [row for row, value in zip(rows, values, strict=True) if value != usual]


class TestEqualPrincipal:
    def test_charges_interest_on_what_is_left(self):
        first, *_, last = build_schedule(plan_terms()).rows
        assert (first.principal, first.interest, first.payment) == (
            Decimal("1000.00"),
            Decimal("120.00"),
            Decimal("1120.00"),
        )
        assert (last.interest, last.payment) == (Decimal("10.00"), Decimal("1010.00"))

    def test_rounds_an_exact_half_fen_up(self):
        # 0.60 yuan at 10 % a year is exactly half a fen a month.
        terms = plan_terms(principal=Decimal("0.60"), instalment_count=1, annual_rate=Decimal("0.10"))
        assert build_schedule(terms).rows[0].interest == Decimal("0.01")

    def test_takes_actual_days_between_unadjusted_dates(self):
        terms = plan_terms(
            principal=Decimal("9000.00"),
            instalment_count=3,
            first_date=date(2027, 1, 31),
            interest_mode=InterestMode.DAILY_ACTUAL,
            daily_rate=Decimal("0.0005"),
            anchor_day=31,
        )
        assert [row.interest for row in build_schedule(terms).rows] == [
            Decimal("166.50"),
            Decimal("84.00"),
            Decimal("46.50"),
        ]

    @pytest.mark.parametrize(("frequency", "interest"), [(Frequency.WEEKLY, "27.69"), (Frequency.FORTNIGHTLY, "55.38")])
    def test_divides_the_year_by_its_periods(self, frequency, interest):
        terms = plan_terms(frequency=frequency, first_date=date(2027, 1, 8))
        assert build_schedule(terms).rows[0].interest == Decimal(interest)


class TestOtherMethods:
    def test_of_one_instalment_is_debt_and_interest(self):
        terms = plan_terms(method=PlanMethod.EQUAL_INSTALMENT, principal=Decimal("1000.00"), instalment_count=1)
        assert build_schedule(terms).rows[0].payment == Decimal("1010.00")

    def test_keeps_a_flat_charge_on_the_first_debt(self):
        terms = plan_terms(method=PlanMethod.FLAT_FEE, fee_rate=Decimal("0.006"))
        assert {row.fee for row in build_schedule(terms).rows} == {Decimal("72.00")}

    def test_takes_the_down_payment_off_first(self):
        terms = plan_terms(method=PlanMethod.INTEREST_FREE, down_payment=Decimal("2000.00"), remainder=Remainder.FIRST)
        rows = build_schedule(terms).rows
        assert sum(row.payment for row in rows) == Decimal("10000.00")
        assert rows[0].payment == Decimal("833.37")

    def test_pays_interest_first_in_steps_and_trues_up_last(self):
        steps = (Step(6, Decimal("500.00")), Step(6, Decimal("1500.00")))
        rows = build_schedule(plan_terms(method=PlanMethod.STEP, steps=steps)).rows
        assert (rows[0].interest, rows[0].principal) == (Decimal("120.00"), Decimal("380.00"))
        assert {row.payment for row in rows[6:11]} == {Decimal("1500.00")}
        assert rows[-1].payment == Decimal("2528.64")

    def test_pays_only_interest_before_level_instalments(self):
        terms = plan_terms(method=PlanMethod.INTEREST_ONLY_THEN_LEVEL, interest_only_count=2)
        rows = build_schedule(terms).rows
        assert [row.payment for row in rows[:3]] == [Decimal("120.00"), Decimal("120.00"), Decimal("1266.98")]

    def test_leaves_the_balloon_to_the_last(self):
        terms = plan_terms(method=PlanMethod.BALLOON, balloon=Decimal("6500.00"))
        rows = build_schedule(terms).rows
        assert (rows[0].principal, rows[-1].principal) == (Decimal("500.00"), Decimal("6500.00"))


class TestBusinessDayShift:
    TERMS = plan_terms(
        first_date=date(2026, 10, 1),
        value_date=date(2026, 9, 1),
        instalment_count=2,
        business_day_convention=BusinessDayConvention.FOLLOWING,
    )

    def test_moves_dates_and_no_amount(self):
        shifted = build_schedule(self.TERMS, CHINA_2026)
        plain = build_schedule(replace(self.TERMS, business_day_convention=BusinessDayConvention.NONE))
        assert [row.due_date for row in shifted.rows] == [date(2026, 10, 8), date(2026, 11, 2)]
        assert [row.payment for row in shifted.rows] == [row.payment for row in plain.rows]

    def test_is_refused_without_a_table(self):
        with pytest.raises(bad_input.HolidaysMissing):
            build_schedule(self.TERMS)

    def test_is_refused_where_two_instalments_fall_on_one_day(self):
        with pytest.raises(bad_input.DueDatesCollide):
            build_schedule(replace(self.TERMS, frequency=Frequency.WEEKLY), CHINA_2026)


class TestCheckSchedule:
    @pytest.mark.parametrize(
        ("position", "change", "invariant"),
        [
            (0, {"seq": 2}, "numbered"),
            (0, {"payment": Decimal("1120.01")}, "sum of its parts"),
            (3, {"interest": Decimal("-1.00"), "payment": Decimal("999.00")}, "negative"),
            (3, {"balance_after": Decimal("0.00")}, "balance"),
            (5, {"due_date": date(2027, 1, 25)}, "increase"),
        ],
    )
    def test_names_the_invariant_that_breaks(self, position, change, invariant):
        schedule = build_schedule(plan_terms())
        rows = list(schedule.rows)
        rows[position] = replace(rows[position], **change)
        with pytest.raises(ScheduleBroken, match=invariant):
            check_schedule(Schedule(schedule.terms, tuple(rows)))

    def test_wants_one_row_an_instalment(self):
        schedule = build_schedule(plan_terms())
        with pytest.raises(ScheduleBroken, match="one row"):
            check_schedule(Schedule(schedule.terms, schedule.rows[:-1]))

    def test_wants_the_debt_repaid(self):
        schedule = build_schedule(plan_terms())
        short = replace(
            schedule.rows[-1],
            principal=Decimal("999.99"),
            payment=Decimal("1009.99"),
            balance_after=Decimal("0.01"),
        )
        with pytest.raises(ScheduleBroken, match="sums"):
            check_schedule(Schedule(schedule.terms, (*schedule.rows[:-1], short)))
