"""Every limit that a plan breaks, with the nearest value that passes."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.domain import bad_input
from negotiation.domain.ceiling import is_cost_above, simple_cost
from negotiation.domain.judge import AccountFacts, judge, regular_payments
from negotiation.domain.policy import Limits, MethodRate
from negotiation.domain.reasons import TERM_OF, Reason, ReasonCode
from negotiation.domain.schedule import build_schedule, payments_fen
from negotiation.domain.terms import ZERO, Component, Frequency, InterestMode, PlanMethod, PlanTerms, Step, Waiver
from tests.domain import limit_cases
from tests.domain.limit_cases import TODAY, codes, make_facts, make_limits, make_policy, make_terms

METHODS = {
    PlanMethod.INTEREST_FREE: {},
    PlanMethod.EQUAL_INSTALMENT: {"annual_rate": Decimal("0.06")},
    PlanMethod.EQUAL_PRINCIPAL: {"annual_rate": Decimal("0.06")},
    PlanMethod.FLAT_FEE: {"fee_rate": Decimal("0.003")},
    PlanMethod.STEP: {"steps": (Step(12, Decimal("1000.00")), Step(24, Decimal("1300.00")))},
    PlanMethod.BALLOON: {"balloon": Decimal("10000.00")},
    PlanMethod.INTEREST_ONLY_THEN_LEVEL: {"annual_rate": Decimal("0.06"), "interest_only_count": 6},
}
ALL = tuple(
    MethodRate(method, ZERO, ZERO, ZERO if method is PlanMethod.INTEREST_FREE else Decimal("0.2")) for method in METHODS
)


def reasons_for(terms: PlanTerms, account: AccountFacts | None = None, **limits: Any) -> dict[ReasonCode, Reason]:
    policy = make_policy(make_limits(**{"method_rates": ALL} | limits))
    verdict = judge(terms, policy, account or make_facts(str(terms.principal)), TODAY)
    return {reason.code: reason for reason in verdict.reasons}


def the_reason(terms: PlanTerms, account: AccountFacts | None = None, **limits: Any) -> Reason:
    (reason,) = reasons_for(terms, account, **limits).values()
    return reason


class TestJudge:
    @pytest.mark.parametrize("method", METHODS)
    def test_accepts_every_method_inside_its_limits(self, method: PlanMethod) -> None:
        assert reasons_for(make_terms(method=method, **METHODS[method])) == {}

    def test_names_all_that_is_broken_at_once(self) -> None:
        terms = make_terms(
            method=PlanMethod.BALLOON,
            balloon=Decimal("40000.00"),
            instalment_count=60,
            first_date=date(2027, 2, 1),
            annual_rate=Decimal("0.5"),
        )
        found = reasons_for(
            terms, make_facts(renegotiation_count=2), max_months=48, yearly_cost_ceiling=Decimal("0.24")
        )
        assert set(found) == {
            ReasonCode.RENEGOTIATIONS,
            ReasonCode.TERM_LONG,
            ReasonCode.DOWN_PAYMENT_SMALL,
            ReasonCode.FIRST_DATE_LATE,
            ReasonCode.LAST_DATE,
            ReasonCode.RATE_HIGH,
            ReasonCode.BALLOON,
            ReasonCode.YEARLY_COST,
        }

    def test_says_that_no_limits_cover_an_account(self) -> None:
        verdict = judge(make_terms("50.00"), make_policy(), make_facts("50.00"), TODAY)
        assert verdict.limits is None
        assert [reason.code for reason in verdict.reasons] == [ReasonCode.ACCOUNT_OUTSIDE]

    def test_compares_the_plan_with_the_debt(self) -> None:
        reason = the_reason(make_terms("43210.54"), make_facts("43210.55"))
        assert (reason.code, reason.nearest) == (ReasonCode.PRINCIPAL, Decimal("43210.55"))

    def test_refuses_another_currency(self) -> None:
        assert the_reason(make_terms(), make_facts(currency="USD")).code == ReasonCode.CURRENCY


class TestTermLimits:
    @pytest.mark.parametrize(("count", "code"), [(5, ReasonCode.TERM_SHORT), (37, ReasonCode.TERM_LONG)])
    def test_bind_just_outside(self, count: int, code: ReasonCode) -> None:
        reason = the_reason(make_terms(instalment_count=count), min_months=6, max_months=36)
        assert (reason.code, reason.value) == (code, count)

    @pytest.mark.parametrize("count", [6, 36])
    def test_are_inclusive(self, count: int) -> None:
        assert not reasons_for(make_terms(instalment_count=count), min_months=6, max_months=36)

    @pytest.mark.parametrize(("frequency", "most"), [(Frequency.WEEKLY, 56), (Frequency.FORTNIGHTLY, 28)])
    def test_count_months_in_periods_rounded_inwards(self, frequency: Frequency, most: int) -> None:
        limits = {"max_months": 13, "frequencies": (frequency,)}
        assert not reasons_for(make_terms(instalment_count=most, frequency=frequency), **limits)
        assert the_reason(make_terms(instalment_count=most + 1, frequency=frequency), **limits).nearest == most

    def test_say_so_where_not_even_a_schedule_follows(self) -> None:
        found = reasons_for(make_terms(instalment_count=72))
        assert set(found) == {ReasonCode.TERM_LONG, ReasonCode.LAST_DATE}
        assert found[ReasonCode.LAST_DATE].nearest == 60


class TestTheFiveYears:
    def test_end_on_the_day_itself(self) -> None:
        """Vectors T01 and T02: sixty instalments fit or not, whatever their number says."""
        assert not reasons_for(make_terms(instalment_count=60, first_date=date(2026, 12, 23)))
        reason = the_reason(make_terms(instalment_count=60, first_date=date(2027, 1, 7)))
        assert (reason.code, reason.limit, reason.value, reason.nearest) == (
            ReasonCode.LAST_DATE,
            date(2031, 11, 23),
            date(2031, 12, 7),
            59,
        )

    def test_run_from_the_day_of_judging(self) -> None:
        terms = make_terms(instalment_count=60)
        policy, facts = make_policy(), make_facts()
        later = judge(terms, policy, facts, TODAY + timedelta(days=1))
        assert later.is_within_limits


class TestInstalmentLimits:
    def test_look_at_the_regular_instalment(self) -> None:
        """43,210.55 in 37: thirty-six of 1,167.85 and one of 1,167.95."""
        terms = make_terms(instalment_count=37)
        assert regular_payments(terms) == (Decimal("1167.85"), Decimal("1167.85"))
        assert not reasons_for(terms, min_instalment=Decimal("1167.85"), max_instalment=Decimal("1167.85"))
        assert the_reason(terms, min_instalment=Decimal("1167.86")).nearest == 36
        assert the_reason(terms, max_instalment=Decimal("1167.84")).nearest == 38

    def test_have_no_nearest_number_where_none_helps(self) -> None:
        assert the_reason(make_terms("200.00"), min_instalment=Decimal("500.00")).nearest is None
        assert the_reason(make_terms(), max_instalment=Decimal("100.00"), min_instalment=ZERO).nearest is None

    def test_look_at_every_row_of_falling_instalments(self) -> None:
        terms = make_terms(
            "12000.00", method=PlanMethod.EQUAL_PRINCIPAL, instalment_count=12, annual_rate=Decimal("0.12")
        )
        assert regular_payments(terms) == (Decimal("1010.00"), Decimal("1120.00"))

    def test_leave_the_balloon_to_its_own_limit(self) -> None:
        terms = make_terms(method=PlanMethod.BALLOON, balloon=Decimal("13210.55"), instalment_count=31)
        assert regular_payments(terms) == (Decimal("1000.00"), Decimal("1000.00"))

    def test_see_a_debt_that_falls_due_after_interest_alone(self) -> None:
        terms = make_terms(
            method=PlanMethod.INTEREST_ONLY_THEN_LEVEL,
            annual_rate=Decimal("0.06"),
            instalment_count=12,
            interest_only_count=11,
        )
        reason = the_reason(terms, max_instalment=Decimal("5000.00"))
        assert (reason.code, reason.value) == (ReasonCode.INSTALMENT_LARGE, Decimal("43426.60"))


class TestDownPaymentLimits:
    def test_round_up_to_the_fen(self) -> None:
        reason = the_reason(make_terms(down_payment=Decimal("4321.05")), min_down_payment_share=Decimal("0.1"))
        assert (reason.code, reason.nearest) == (ReasonCode.DOWN_PAYMENT_SMALL, Decimal("4321.06"))

    def test_ask_more_of_a_renegotiation(self) -> None:
        assert not reasons_for(make_terms())
        again = make_facts(renegotiation_count=1)
        assert the_reason(make_terms(), again).code == ReasonCode.DOWN_PAYMENT_SMALL
        assert not reasons_for(make_terms(down_payment=Decimal("4321.06")), again)

    @pytest.mark.parametrize("more", [ZERO, Decimal("0.01"), Decimal("99999.00")])
    def test_leave_something_to_repay(self, more: Decimal) -> None:
        reason = the_reason(make_terms(down_payment=Decimal("43210.55") + more))
        assert (reason.code, reason.nearest) == (ReasonCode.DOWN_PAYMENT_LARGE, Decimal("43110.55"))


class TestDateLimits:
    @pytest.mark.parametrize(
        ("days", "code"),
        [(-1, ReasonCode.FIRST_DATE_EARLY), (0, ReasonCode.FIRST_DATE_EARLY), (46, ReasonCode.FIRST_DATE_LATE)],
    )
    def test_bind_just_outside(self, days: int, code: ReasonCode) -> None:
        assert the_reason(make_terms(first_date=TODAY + timedelta(days=days))).code == code

    @pytest.mark.parametrize("days", [1, 45])
    def test_are_inclusive(self, days: int) -> None:
        assert not reasons_for(make_terms(first_date=TODAY + timedelta(days=days)))


class TestRateLimits:
    line = MethodRate(PlanMethod.EQUAL_INSTALMENT, Decimal("0.06"), Decimal("0.03"), Decimal("0.12"))

    @pytest.mark.parametrize(
        ("rate", "code", "nearest"),
        [("0.0299", ReasonCode.RATE_LOW, "0.03"), ("0.1201", ReasonCode.RATE_HIGH, "0.12")],
    )
    def test_bind_just_outside(self, rate: str, code: ReasonCode, nearest: str) -> None:
        terms = make_terms(method=PlanMethod.EQUAL_INSTALMENT, annual_rate=Decimal(rate))
        reason = the_reason(terms, method_rates=(self.line,))
        assert (reason.code, reason.nearest) == (code, Decimal(nearest))

    def test_read_a_daily_rate_by_the_year(self) -> None:
        terms = make_terms(
            method=PlanMethod.EQUAL_INSTALMENT,
            interest_mode=InterestMode.DAILY_ACTUAL,
            annual_rate=Decimal("0.12"),
            daily_rate=Decimal("0.12") / 365,
        )
        assert not reasons_for(terms, method_rates=(self.line,))
        reason = the_reason(replace(terms, daily_rate=Decimal("0.0005")), method_rates=(self.line,))
        assert reason.value == Decimal("0.1825")

    def test_refuse_a_method_that_is_not_offered(self) -> None:
        reason = the_reason(make_terms(), method_rates=(self.line,))
        assert (reason.code, reason.nearest) == (ReasonCode.METHOD, PlanMethod.EQUAL_INSTALMENT)

    def test_refuse_a_frequency_that_is_not_offered(self) -> None:
        reason = the_reason(make_terms(frequency=Frequency.WEEKLY))
        assert (reason.code, reason.nearest) == (ReasonCode.FREQUENCY, Frequency.MONTHLY)


class TestWaiverCaps:
    kept = {
        Component.PURCHASE_PRINCIPAL: Decimal("30000.00"),
        Component.INTEREST: Decimal("3000.55"),
        Component.LATE_FEE: Decimal("1234.57"),
    }
    caps = (Waiver(Component.INTEREST, Decimal("0.5")), Waiver(Component.LATE_FEE, Decimal(1)))

    def test_follow_the_rounded_debt(self) -> None:
        """Vector WV1: half of 3,000.55 is waived as 1,500.28."""
        facts = make_facts("34235.12", components=self.kept)
        terms = make_terms("31500.27", waivers=self.caps)
        assert not reasons_for(terms, facts, waiver_caps=self.caps)

    def test_bind_each_component(self) -> None:
        facts = make_facts("34235.12", components=self.kept)
        waivers = (Waiver(Component.INTEREST, Decimal("0.51")), Waiver(Component.PURCHASE_PRINCIPAL, Decimal("0.01")))
        verdict = judge(
            make_terms("32404.84", waivers=waivers), make_policy(make_limits(waiver_caps=self.caps)), facts, TODAY
        )
        assert [(reason.code, reason.component, reason.nearest) for reason in verdict.reasons] == [
            (ReasonCode.WAIVER, Component.INTEREST, Decimal("0.5")),
            (ReasonCode.WAIVER, Component.PURCHASE_PRINCIPAL, ZERO),
        ]


class TestShapeLimits:
    def test_measure_the_steps_on_the_rows(self) -> None:
        """The last step takes what the others leave: 30,000 less 35 × 500 is 12,500, twenty-five times 500."""
        terms = make_terms("30000.00", method=PlanMethod.STEP, steps=(Step(36, Decimal("500.00")),))
        reason = the_reason(terms)
        assert (reason.code, reason.value) == (ReasonCode.STEP_RATIO, Decimal(25))

    def test_cap_the_balloon(self) -> None:
        terms = make_terms("30000.00", method=PlanMethod.BALLOON, balloon=Decimal("15000.01"))
        assert the_reason(terms).nearest == Decimal("15000.00")

    def test_cap_the_instalments_of_interest_alone(self) -> None:
        terms = make_terms(
            method=PlanMethod.INTEREST_ONLY_THEN_LEVEL, annual_rate=Decimal("0.06"), interest_only_count=13
        )
        reason = the_reason(terms)
        assert (reason.code, reason.nearest) == (ReasonCode.INTEREST_ONLY, 12)

    def test_name_what_keeps_a_schedule_from_following(self) -> None:
        terms = make_terms(
            "30000.00", method=PlanMethod.STEP, annual_rate=Decimal("0.18"), steps=(Step(36, Decimal("100.00")),)
        )
        reason = the_reason(terms)
        assert (reason.code, reason.value) == (ReasonCode.NO_SCHEDULE, "PaymentBelowInterest")


class TestTheCostCeiling:
    def test_is_inclusive(self) -> None:
        terms = make_terms(
            "12000.00", method=PlanMethod.EQUAL_PRINCIPAL, instalment_count=12, annual_rate=Decimal("0.12")
        )
        assert simple_cost(terms) == Decimal("0.12")
        assert not reasons_for(terms, yearly_cost_ceiling=Decimal("0.12"))
        assert the_reason(terms, yearly_cost_ceiling=Decimal("0.1199999999")).nearest == Decimal("0.1199")

    def test_looks_through_a_flat_rate(self) -> None:
        """0.60 % a period on the first balance, naively 7.2 %, costs 13.0342 % (vector S06)."""
        terms = make_terms("12000.00", method=PlanMethod.FLAT_FEE, instalment_count=12, fee_rate=Decimal("0.006"))
        reason = the_reason(terms, yearly_cost_ceiling=Decimal("0.13"))
        assert reason.value is not None
        assert Decimal("0.1303") < reason.value < Decimal("0.1304")  # type: ignore[operator]
        assert reason.nearest == Decimal("0.0059")

    def test_looks_through_a_short_first_period(self) -> None:
        terms = make_terms(
            method=PlanMethod.EQUAL_INSTALMENT,
            instalment_count=2,
            annual_rate=Decimal("0.12"),
            first_date=TODAY + timedelta(days=2),
        )
        assert the_reason(terms).code == ReasonCode.YEARLY_COST

    def test_has_no_figure_for_interest_on_the_day_of_signing(self) -> None:
        terms = make_terms(
            method=PlanMethod.EQUAL_INSTALMENT, instalment_count=1, annual_rate=Decimal("0.12"), first_date=TODAY
        )
        assert the_reason(terms, min_start_days=0).value is None

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_is_decided_exactly_where_it_is_decided_quickly(self, data: st.DataObject) -> None:
        terms = data.draw(limit_cases.terms(make_facts(str(data.draw(limit_cases.amounts("5.00", "90000.00"))))))
        try:
            payments = payments_fen(terms)
            schedule = build_schedule(terms)
        except bad_input.BadInput:
            return
        cost = simple_cost(terms)
        nearby = st.just(Decimal("0.24")) if cost is None else limit_cases.shares("0.4") | st.just(cost)
        ceiling = data.draw(nearby)
        assert sum(payments) == schedule.total_payment * 100
        assert is_cost_above(terms, payments, ceiling) == (cost is None or cost > ceiling)


class TestTheCorridor:
    corridor = {
        "automatic_methods": (PlanMethod.INTEREST_FREE, PlanMethod.EQUAL_INSTALMENT),
        "automatic_max_principal": Decimal("50000.00"),
        "automatic_max_months": 36,
        "automatic_max_start_days": 35,
        "automatic_min_instalment": Decimal("500.00"),
        "waiver_caps": (Waiver(Component.INTEREST, Decimal(1)),),
    }

    def outside(self, terms: PlanTerms, account: AccountFacts | None = None, **limits: Any) -> list[ReasonCode]:
        policy = make_policy(make_limits(**self.corridor | limits))
        verdict = judge(terms, policy, account or make_facts(str(terms.principal)), TODAY)
        assert verdict.is_within_limits
        assert verdict.is_automatic == (not verdict.corridor)
        return [reason.code for reason in verdict.corridor]

    def test_lets_the_bank_answer_at_once(self) -> None:
        assert self.outside(make_terms()) == []

    def test_is_empty_unless_methods_are_named(self) -> None:
        assert ReasonCode.METHOD in self.outside(make_terms(), automatic_methods=())

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"instalment_count": 37}, ReasonCode.TERM_LONG),
            ({"first_date": TODAY + timedelta(days=36)}, ReasonCode.FIRST_DATE_LATE),
            ({"down_payment": Decimal("30000.00")}, ReasonCode.INSTALMENT_SMALL),
        ],
    )
    def test_is_tighter_than_the_limits(self, change: dict[str, Any], code: ReasonCode) -> None:
        assert self.outside(make_terms(**change)) == [code]

    def test_ends_at_its_amount(self) -> None:
        assert self.outside(make_terms("50000.00")) == []
        assert self.outside(make_terms("50000.01")) == [ReasonCode.PRINCIPAL_LARGE]

    def test_asks_its_own_down_payment(self) -> None:
        assert self.outside(make_terms(), automatic_min_down_payment_share=Decimal("0.1")) == [
            ReasonCode.DOWN_PAYMENT_SMALL
        ]

    def test_takes_no_rate_below_the_one_charged(self) -> None:
        terms = make_terms(method=PlanMethod.EQUAL_INSTALMENT, annual_rate=Decimal("0.05"))
        assert self.outside(terms) == [ReasonCode.RATE_LOW]

    def test_waives_nothing_by_itself(self) -> None:
        facts = make_facts(components={Component.INTEREST: Decimal("0.01")})
        terms = make_terms("43210.54", waivers=(Waiver(Component.INTEREST, Decimal(1)),))
        assert self.outside(terms, facts) == [ReasonCode.WAIVER]

    def test_renegotiates_nothing_by_itself(self) -> None:
        terms = make_terms(down_payment=Decimal("4400.00"))
        assert self.outside(terms, make_facts(renegotiation_count=1)) == [ReasonCode.RENEGOTIATIONS]


class TestBadTerms:
    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"principal": Decimal("NaN")}, bad_input.NotAnAmount),
            ({"down_payment": Decimal("Infinity")}, bad_input.NotAnAmount),
            ({"down_payment": Decimal("-1.00")}, bad_input.AmountNotPositive),
            ({"down_payment": Decimal("1.001")}, bad_input.NotAnAmount),
            ({"principal": Decimal("0.00")}, bad_input.AmountNotPositive),
            ({"instalment_count": 0}, bad_input.NoInstalments),
            ({"instalment_count": 1.5}, bad_input.NoInstalments),
            ({"annual_rate": Decimal("NaN")}, bad_input.NotARate),
            ({"fee_rate": Decimal("-0.1")}, bad_input.NotARate),
            ({"down_payment": Decimal("50000.00"), "annual_rate": Decimal("NaN")}, bad_input.NotARate),
            ({"down_payment": Decimal("50000.00"), "instalment_count": 1.5}, bad_input.NoInstalments),
            ({"waivers": (Waiver(Component.INTEREST, Decimal("NaN")),)}, bad_input.NotARate),
        ],
    )
    def test_are_refused_by_name(self, change: dict[str, Any], fault: type[Exception]) -> None:
        with pytest.raises(fault):
            judge(replace(make_terms(), **change), make_policy(), make_facts(), TODAY)


LOOSER = {
    "max_months": lambda value: 60,
    "min_months": lambda value: 1,
    "min_instalment": lambda value: value / 2 // Decimal("0.01") * Decimal("0.01"),
    "max_instalment": lambda value: None,
    "min_down_payment_share": lambda value: value / 2,
    "min_start_days": lambda value: 0,
    "max_start_days": lambda value: value + 30,
    "max_step_ratio": lambda value: value + 1,
    "max_balloon_share": lambda value: Decimal(1),
    "max_interest_only_months": lambda value: value + 12,
    "max_renegotiations": lambda value: value + 1,
    "min_renegotiation_share": lambda value: ZERO,
    "yearly_cost_ceiling": lambda value: value + Decimal("0.1"),
    "frequencies": lambda value: tuple(Frequency),
    "waiver_caps": lambda value: tuple(replace(cap, share=Decimal(1)) for cap in value),
    "method_rates": lambda value: tuple(
        line if line.method is PlanMethod.INTEREST_FREE else replace(line, lowest=ZERO, highest=Decimal(1))
        for line in value
    ),
    "automatic_max_principal": lambda value: value * 2,
    "automatic_max_months": lambda value: 60,
    "automatic_min_instalment": lambda value: ZERO,
    "automatic_min_down_payment_share": lambda value: ZERO,
    "automatic_max_start_days": lambda value: value + 30,
    "automatic_max_waived_share": lambda value: Decimal(1),
    "automatic_max_renegotiations": lambda value: value + 1,
}


class TestALooserPolicy:
    def test_is_tried_in_every_limit(self) -> None:
        where = {"product", "balance_from", "balance_below", "dpd_from", "dpd_to", "automatic_methods"}
        assert set(LOOSER) == {field.name for field in fields(Limits)} - where

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_never_accepts_fewer_plans(self, data: st.DataObject) -> None:
        account = data.draw(limit_cases.accounts())
        band = data.draw(limit_cases.limits())
        terms = data.draw(limit_cases.terms(account))
        names = data.draw(st.lists(st.sampled_from(sorted(LOOSER)), min_size=1, unique=True))
        looser = replace(band, **{name: LOOSER[name](getattr(band, name)) for name in names})
        before = judge(terms, make_policy(band), account, TODAY)
        after = judge(terms, make_policy(looser), account, TODAY)
        assert {reason.code for reason in after.reasons} <= {reason.code for reason in before.reasons}
        assert after.is_automatic >= before.is_automatic


class TestTheNearestValue:
    @settings(max_examples=400, deadline=None)
    @given(st.data())
    def test_passes(self, data: st.DataObject) -> None:
        account = data.draw(limit_cases.accounts())
        policy = make_policy(data.draw(limit_cases.limits()))
        terms = data.draw(limit_cases.terms(account))
        for reason in judge(terms, policy, account, TODAY).reasons:
            term = TERM_OF.get(reason.code)
            if reason.nearest is None or term is None or self.leaves_its_shape(terms, term):
                continue
            if term == "annual_rate" and terms.method is PlanMethod.FLAT_FEE:
                term = "fee_rate"
            mended: PlanTerms = replace(terms, **{term: reason.nearest})  # type: ignore[arg-type]
            assert reason.code not in codes(mended, policy, account), reason

    @staticmethod
    def leaves_its_shape(terms: PlanTerms, term: str) -> bool:
        """A number of steps, or another method, needs more than one term changed."""
        return term == "method" or (term == "instalment_count" and terms.method is PlanMethod.STEP)


class TestReasons:
    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_survive_being_written_down(self, data: st.DataObject) -> None:
        account = data.draw(limit_cases.accounts())
        verdict = judge(
            data.draw(limit_cases.terms(account)), make_policy(data.draw(limit_cases.limits())), account, TODAY
        )
        for reason in (*verdict.reasons, *verdict.corridor):
            assert Reason.from_data(reason.to_data()) == reason
