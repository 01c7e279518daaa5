from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from negotiation.domain.bad_input import AmountNotPositive
from negotiation.domain.payoff import (
    PaidInstalmentsOutOfRange,
    SettledBeforeLastPayment,
    early_settlement,
    late_instalment,
)
from negotiation.domain.prepayment import PrepaymentChoice, PrepaymentTooLarge, prepay
from negotiation.domain.schedule import build_schedule
from negotiation.domain.terms import InterestMode, PlanMethod, Step
from tests.domain.plans import drawn_terms, plan_terms
from tests.domain.test_schedule import built

LEVEL = build_schedule(plan_terms(method=PlanMethod.EQUAL_INSTALMENT, principal=Decimal("10000.00")))
FLAT = build_schedule(plan_terms(method=PlanMethod.FLAT_FEE, fee_rate=Decimal("0.006")))


class TestEarlySettlement:
    @pytest.mark.parametrize(("basis", "accrued"), [(365, "40.03"), (360, "40.59")])
    def test_adds_interest_for_the_days_since_the_last_due_date(self, basis, accrued):
        figure = early_settlement(LEVEL, 3, date(2027, 4, 10), basis)
        assert (figure.remaining_principal, figure.days, figure.accrued) == (Decimal("7610.80"), 16, Decimal(accrued))
        assert figure.amount == Decimal("7610.80") + Decimal(accrued)

    def test_charges_no_flat_interest_for_time_not_used(self):
        figure = early_settlement(FLAT, 5, date(2027, 6, 1))
        assert (figure.amount, figure.fee_saved) == (Decimal("7000.00"), Decimal("504.00"))

    def test_takes_the_daily_rate_of_a_daily_plan(self):
        terms = plan_terms(interest_mode=InterestMode.DAILY_ACTUAL, daily_rate=Decimal("0.0005"))
        assert early_settlement(build_schedule(terms), 0, date(2027, 1, 4)).accrued == Decimal("60.00")

    @given(drawn_terms(), st.data())
    @settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_on_a_due_date_is_what_is_left(self, terms, data):
        schedule = built(terms)
        assume(len(schedule.rows) > 1)
        paid = data.draw(st.integers(1, len(schedule.rows) - 1))
        figure = early_settlement(schedule, paid, schedule.rows[paid - 1].due_date)
        assert figure.amount == schedule.rows[paid - 1].balance_after

    def test_refuses_rows_and_days_that_do_not_fit(self):
        for paid in (-1, 12):
            with pytest.raises(PaidInstalmentsOutOfRange):
                early_settlement(LEVEL, paid, date(2027, 6, 1))
        with pytest.raises(SettledBeforeLastPayment):
            early_settlement(LEVEL, 3, date(2027, 3, 24))


class TestLateInstalment:
    def test_bears_a_penalty_on_its_principal(self):
        row = build_schedule(
            plan_terms(method=PlanMethod.INTEREST_FREE, principal=Decimal("20000.00"), instalment_count=24)
        ).rows[2]
        late = late_instalment(row, date(2027, 4, 6), Decimal("0.0005"))
        assert (late.days_late, late.penalty, late.amount_to_clear) == (12, Decimal("5.00"), Decimal("838.33"))

    def test_may_bear_it_on_the_whole_payment(self):
        row = LEVEL.rows[0]
        assert late_instalment(row, date(2027, 2, 4), Decimal("0.0005"), on_whole_payment=True).penalty == Decimal(
            "4.44"
        )

    def test_in_time_owes_nothing_more(self):
        late = late_instalment(LEVEL.rows[0], date(2027, 1, 20), Decimal("0.0005"))
        assert (late.days_late, late.penalty) == (0, 0)


class TestPrepay:
    @given(drawn_terms(), st.sampled_from(tuple(PrepaymentChoice)), st.data())
    @settings(
        max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
    )
    def test_never_costs_more(self, terms, choice, data):
        schedule = built(terms)
        paid = data.draw(st.integers(0, len(schedule.rows) - 1))
        remaining = schedule.rows[paid:]
        owed = sum(row.principal for row in remaining)
        assume(owed > Decimal("0.01"))
        amount = Decimal(data.draw(st.integers(1, int(owed * 100) - 1))).scaleb(-2)
        new = prepay(schedule, paid, amount, choice)
        assert sum(row.principal for row in new.rows) == owed - amount
        assert new.total_interest <= sum(row.interest + row.fee for row in remaining)
        assert [row.due_date for row in new.rows] == [row.due_date for row in remaining][: len(new.rows)]

    def test_ends_sooner_at_the_same_payment(self):
        new = prepay(LEVEL, 3, Decimal("3000.00"), PrepaymentChoice.REDUCE_TERM)
        assert {row.payment for row in new.rows[:-1]} == {Decimal("888.49")}
        assert len(new.rows) == 6

    def test_lowers_the_payment_over_the_same_dates(self):
        new = prepay(LEVEL, 3, Decimal("3000.00"), PrepaymentChoice.REDUCE_PAYMENT)
        assert len(new.rows) == 9
        assert new.rows[0].payment == Decimal("538.27")

    def test_lowers_every_step(self):
        steps = (Step(6, Decimal("900.00")), Step(6, Decimal("1200.00")))
        plan = build_schedule(plan_terms(method=PlanMethod.STEP, steps=steps))
        new = prepay(plan, 0, Decimal("6000.00"), PrepaymentChoice.REDUCE_PAYMENT)
        assert [new.rows[0].payment, new.rows[6].payment] == [Decimal("450.00"), Decimal("600.00")]

    def test_keeps_the_steps_until_nothing_is_owed(self):
        steps = (Step(2, Decimal("500.00")), Step(10, Decimal("1200.00")))
        plan = build_schedule(plan_terms(method=PlanMethod.STEP, steps=steps))
        new = prepay(plan, 0, Decimal("8900.00"), PrepaymentChoice.REDUCE_TERM)
        assert [row.payment for row in new.rows[:-1]] == [Decimal("500.00")] * 2 + [Decimal("1200.00")]
        assert new.rows[-1].payment < Decimal("1200.00")

    @pytest.mark.parametrize("choice", PrepaymentChoice)
    def test_refuses_all_or_nothing(self, choice):
        with pytest.raises(PrepaymentTooLarge):
            prepay(LEVEL, 3, Decimal("7610.80"), choice)
        with pytest.raises(AmountNotPositive):
            prepay(LEVEL, 3, Decimal("0.00"), choice)
        with pytest.raises(PaidInstalmentsOutOfRange):
            prepay(LEVEL, 12, Decimal("1.00"), choice)
