from datetime import date
from decimal import Context, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from negotiation.domain.bad_input import NotAnAmount
from negotiation.domain.cost import (
    Charge,
    CostMethod,
    all_in_cost,
    dated_cost,
    has_odd_first_period,
    periodic_cost,
    yearly_cost,
)
from negotiation.domain.internal_rate import (
    AmbiguousYearlyCost,
    NoYearlyCost,
    growth_a_unit,
    rate_where_zero,
    require_one_rate,
)
from negotiation.domain.schedule import build_schedule
from negotiation.domain.terms import Frequency, PlanMethod
from tests.domain.plans import drawn_terms, fen, plan_terms
from tests.domain.test_schedule import built

EXACT = Context(prec=60)
MILLIONTH_OF_A_FEN = Decimal("1E-8")


def per_cent(rate: Decimal) -> str:
    return f"{rate * 100:.4f}"


class TestYearlyCost:
    @given(drawn_terms())
    @settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_solves_its_own_equation(self, terms):
        schedule = built(terms)
        cost = yearly_cost(schedule)
        worth = Decimal(0)
        for number, row in enumerate(schedule.rows, 1):
            if cost.method is CostMethod.PERIODIC:
                growth = EXACT.power(1 + cost.irr_period, number)
            else:
                years = EXACT.divide((row.due_date - terms.value_date).days, 365)
                growth = EXACT.power(1 + cost.effective, years)
            worth += EXACT.divide(row.payment, growth)
        assert abs(worth - terms.financed) <= MILLIONTH_OF_A_FEN

    @given(drawn_terms())
    @settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    def test_is_zero_exactly_when_nothing_is_charged(self, terms):
        schedule = built(terms)
        cost = yearly_cost(schedule)
        assert (cost.simple == 0) == (schedule.total_interest == 0)
        assert cost.effective >= cost.simple >= 0

    def test_of_a_regular_plan_counts_periods(self):
        cost = yearly_cost(build_schedule(plan_terms()))
        assert (per_cent(cost.simple), per_cent(cost.effective), cost.method) == (
            "12.0000",
            "12.6825",
            CostMethod.PERIODIC,
        )

    def test_of_an_odd_first_period_counts_days(self):
        cost = yearly_cost(build_schedule(plan_terms(first_date=date(2027, 1, 31))))
        assert cost.method is CostMethod.DATED
        assert cost.simple < Decimal("0.12")

    @pytest.mark.parametrize(
        ("value_date", "first_date", "anchor", "is_odd"),
        [
            (date(2027, 1, 31), date(2027, 2, 28), 31, False),
            (date(2027, 2, 28), date(2027, 3, 31), 31, False),
            (date(2027, 2, 28), date(2027, 3, 31), None, True),
            (date(2026, 12, 25), date(2027, 1, 31), 31, True),
        ],
    )
    def test_knows_month_ends(self, value_date, first_date, anchor, is_odd):
        assert (
            has_odd_first_period(plan_terms(value_date=value_date, first_date=first_date, anchor_day=anchor)) is is_odd
        )

    def test_of_weekly_rows_takes_fifty_two_periods(self):
        terms = plan_terms(frequency=Frequency.WEEKLY, first_date=date(2027, 1, 1), instalment_count=52)
        assert abs(yearly_cost(build_schedule(terms)).simple - Decimal("0.12")) < Decimal("0.00001")


class TestRates:
    def test_of_an_up_front_charge(self):
        cost = periodic_cost(Decimal("11136.00"), [Decimal("1000.00")] * 12)
        assert (per_cent(cost.simple), per_cent(cost.effective)) == ("14.0249", "14.9625")

    @pytest.mark.parametrize(
        ("advance", "payments"),
        [("0", ["1"]), ("-5", ["1"]), ("100", ["50", "49.99"]), ("100", ["-1", "200"]), ("100", [])],
    )
    def test_refuse_flows_that_no_rate_explains(self, advance, payments):
        with pytest.raises(NoYearlyCost):
            periodic_cost(Decimal(advance), [Decimal(payment) for payment in payments])

    def test_refuse_a_charge_on_the_day_of_the_advance(self):
        with pytest.raises(NoYearlyCost):
            dated_cost(Decimal("100.00"), [Decimal("101.00")], [0])

    @pytest.mark.parametrize(
        ("payments", "days"),
        [(["99.99", "0.02"], [0, 1]), (["99.00", "50.00"], [0, 30]), (["200.00"], [1])],
    )
    def test_refuse_a_rate_beyond_all_meaning(self, payments, days):
        """Nearly everything back on the same day, a little more later: the rate is astronomic or cannot be held at all."""
        amounts = [Decimal(payment) for payment in payments]
        with pytest.raises(NoYearlyCost):
            dated_cost(Decimal("100.00"), amounts, days)

    @given(fen(100, 10**7), st.lists(fen(0, 10**7), min_size=2, max_size=12), st.integers(0, 3))
    @settings(max_examples=200)
    def test_are_found_or_refused_by_name_when_the_first_payment_is_at_once(self, advance, payments, first):
        units = [first + 30 * number for number in range(len(payments))]
        try:
            dated_cost(advance, payments, units)
        except NoYearlyCost:
            return

    @given(fen(100, 10**9), st.lists(fen(0, 10**8), min_size=1, max_size=261), st.integers(1, 31))
    @settings(max_examples=150)
    def test_are_found_for_any_payments_that_repay_more(self, advance, payments, first):
        payments[-1] += max(advance - sum(payments), Decimal(0)) + Decimal("0.01")
        units = [first + 30 * number for number in range(len(payments))]
        growth = growth_a_unit(advance, payments, units)
        worth = sum(
            EXACT.divide(payment, EXACT.power(growth, unit)) for payment, unit in zip(payments, units, strict=True)
        )
        assert abs(worth - advance) <= MILLIONTH_OF_A_FEN

    def test_are_refused_where_more_than_one_solves(self):
        flows = [Decimal(flow) for flow in ("-100", "230", "-132")]
        with pytest.raises(AmbiguousYearlyCost):
            require_one_rate(flows)
        with pytest.raises(NoYearlyCost):
            require_one_rate([Decimal(1), Decimal(2)])

    def test_are_exactly_zero_where_nothing_is_charged(self):
        assert rate_where_zero(lambda rate: rate and 1.0) == 0.0
        with pytest.raises(NoYearlyCost):
            rate_where_zero(lambda rate: 1.0)


class TestAllInCost:
    FLAT = build_schedule(plan_terms(method=PlanMethod.FLAT_FEE, fee_rate=Decimal("0.006")))
    CHARGE = Charge(name="service", recipient="partner", at_signing=Decimal("60.00"), each_instalment=Decimal("2.00"))

    def test_of_one_item_is_the_yearly_cost(self):
        sheet = all_in_cost(self.FLAT)
        assert [(item.name, item.amount) for item in sheet.items] == [("instalment_interest", Decimal("864.00"))]
        assert sheet.total == sheet.one_rate.simple == yearly_cost(self.FLAT).simple

    def test_adds_items_and_differs_slightly_from_one_rate(self):
        sheet = all_in_cost(self.FLAT, [self.CHARGE])
        assert sheet.items[1].amount == Decimal("84.00")
        assert sheet.total == sum(item.simple for item in sheet.items)
        assert 0 < abs(sheet.total - sheet.one_rate.simple) < Decimal("0.001")

    def test_of_nothing_charged_has_no_items(self):
        sheet = all_in_cost(build_schedule(plan_terms(method=PlanMethod.INTEREST_FREE)))
        assert (sheet.items, sheet.total, sheet.one_rate.simple) == ((), 0, 0)

    def test_refuses_a_charge_that_is_no_amount_or_eats_the_advance(self):
        with pytest.raises(NotAnAmount):
            all_in_cost(self.FLAT, [Charge(name="x", recipient="x", at_signing=Decimal("0.001"))])
        with pytest.raises(NoYearlyCost):
            all_in_cost(self.FLAT, [Charge(name="x", recipient="x", at_signing=Decimal("12000.00"))])
