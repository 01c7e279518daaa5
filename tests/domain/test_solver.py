"""Which plans would be accepted, and which are nearest to a wish."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.domain import bad_input, instalments
from negotiation.domain.calendar import add_months
from negotiation.domain.cost import yearly_cost
from negotiation.domain.drafting import desk_for
from negotiation.domain.judge import AccountFacts, count_limits, judge, least_down_payment, regular_payments
from negotiation.domain.money import from_fen, to_fen
from negotiation.domain.policy import LimitPolicy, MethodRate
from negotiation.domain.reasons import ReasonCode
from negotiation.domain.schedule import build_schedule
from negotiation.domain.search import default_first_date
from negotiation.domain.solver import (
    Answer,
    Suggestion,
    Wish,
    down_payment_needed,
    largest_principal,
    payment_for_term,
    shortest_term,
    suggest,
    three_plans,
)
from negotiation.domain.terms import Component, Frequency, InterestMode, PlanMethod, Remainder, Step, Waiver
from tests.domain import limit_cases
from tests.domain.limit_cases import FEN, INTEREST_STOPPED, TODAY, make_facts, make_limits, make_policy

STOPPED_ONLY = make_policy(make_limits(method_rates=(INTEREST_STOPPED,)))


def ask(policy: LimitPolicy = STOPPED_ONLY, account: AccountFacts | None = None, **wish: Any) -> Answer:
    return suggest(Wish(**wish), policy, account or make_facts(), TODAY)


def offered(answer: Answer) -> list[dict[str, Any]]:
    return [{change.term: change.offered for change in plan.changes} for plan in answer.suggestions]


class TestShortestTerm:
    """Vectors F01 to F05 and F09."""

    def test_is_measured_by_the_rounded_payment(self) -> None:
        """The closed formula gives 60.0000055 and so 61."""
        found = shortest_term(Decimal("100000.00"), Decimal("1933.28"), Decimal("0.005"), 60)
        assert (found.count, found.level_payment, found.feasible) == (60, Decimal("1933.28"), True)

    def test_does_not_exist_one_fen_lower(self) -> None:
        found = shortest_term(Decimal("100000.00"), Decimal("1933.27"), Decimal("0.005"), 60)
        assert (found.count, found.reason) == (None, "needs more than 60 instalments")

    def test_does_not_exist_at_the_interest(self) -> None:
        found = shortest_term(Decimal("50000.00"), Decimal("760.41"), Decimal("0.0152083333"), 60)
        assert found.reason == "payment does not cover the first month's interest"

    @given(limit_cases.amounts("1.00", "90000.00"), limit_cases.amounts("1.00", "9000.00"), limit_cases.shares("0.03"))
    def test_is_the_first_whose_payment_fits(self, owed: Decimal, payment: Decimal, rate: Decimal) -> None:
        found = shortest_term(owed, payment, rate, 60)
        fitting = [count for count in range(1, 61) if (payment_for_term(owed, rate, count).amount or 0) <= payment]
        if found.feasible:
            assert found.count == fitting[0]
        elif found.reason == "needs more than 60 instalments":
            assert not fitting


class TestLargestPrincipal:
    def test_is_worth_its_payments(self) -> None:
        assert largest_principal(Decimal("1500.00"), Decimal("0.0152083333"), 36).amount == Decimal("41347.45")

    @given(limit_cases.amounts("1.00", "9000.00"), limit_cases.shares("0.03"), st.integers(1, 60))
    def test_is_repaid_by_the_payment(self, payment: Decimal, rate: Decimal, count: int) -> None:
        owed = largest_principal(payment, rate, count).amount
        assert owed is not None and owed > 0
        assert (payment_for_term(owed, rate, count).amount or 0) <= payment


class TestDownPaymentNeeded:
    def test_is_what_the_payments_do_not_repay(self) -> None:
        assert down_payment_needed(Decimal("43210.55"), Decimal("700.00"), Decimal(0), 60).amount == Decimal("1210.55")

    def test_is_nothing_where_they_repay_all(self) -> None:
        assert down_payment_needed(Decimal("43210.55"), Decimal("800.00"), Decimal(0), 60).amount == Decimal("0.00")


class TestBadQuestions:
    @pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("0.001"), 1.5])
    def test_about_amounts_are_refused_by_name(self, value: Decimal) -> None:
        with pytest.raises(bad_input.NotAnAmount):
            shortest_term(value, Decimal("100.00"), Decimal(0), 60)
        with pytest.raises(bad_input.NotAnAmount):
            largest_principal(value, Decimal(0), 60)

    def test_about_counts_and_rates_are_refused_by_name(self) -> None:
        with pytest.raises(bad_input.NoInstalments):
            payment_for_term(Decimal("100.00"), Decimal(0), 0)
        with pytest.raises(bad_input.NotARate):
            payment_for_term(Decimal("100.00"), Decimal("NaN"), 12)
        with pytest.raises(bad_input.AmountNotPositive):
            shortest_term(Decimal("0.00"), Decimal("100.00"), Decimal(0), 60)


class TestSuggest:
    def test_takes_the_shortest_term_an_amount_allows(self) -> None:
        answer = ask(amount=Decimal("1200.00"))
        assert answer.is_accepted and answer.asked is not None
        assert (answer.asked.instalment_count, answer.asked.first_date) == (37, date(2026, 12, 23))

    def test_names_amount_or_down_payment_when_the_amount_is_too_low(self) -> None:
        """700 a month repay 42,000 in sixty (vectors F05 and F06)."""
        answer = ask(amount=Decimal("700.00"))
        assert [reason.code for reason in answer.reasons] == [ReasonCode.BUDGET]
        assert offered(answer) == [{"amount": Decimal("720.17")}, {"down_payment": Decimal("1210.55")}]

    def test_changes_one_term_at_a_time(self) -> None:
        answer = ask(instalment_count=60, first_date=date(2027, 1, 7))
        assert [reason.code for reason in answer.reasons] == [ReasonCode.LAST_DATE]
        assert offered(answer) == [{"instalment_count": 59}, {"first_date": date(2026, 12, 23)}]

    def test_changes_as_few_terms_as_it_takes(self) -> None:
        answer = ask(instalment_count=72, first_date=date(2027, 3, 1))
        assert offered(answer) == [{"instalment_count": 59, "first_date": date(2027, 1, 7)}]

    def test_gives_every_reason(self) -> None:
        policy = make_policy(make_limits(method_rates=(INTEREST_STOPPED,), max_months=48))
        wish = {"instalment_count": 60, "first_date": date(2027, 3, 1), "amount": Decimal("10.00")}
        answer = ask(policy, method=PlanMethod.EQUAL_INSTALMENT, **wish)
        assert {reason.code for reason in answer.reasons} >= {
            ReasonCode.METHOD,
            ReasonCode.TERM_LONG,
            ReasonCode.FIRST_DATE_LATE,
            ReasonCode.LAST_DATE,
            ReasonCode.BUDGET,
        }

    def test_offers_another_method_where_that_is_all_it_takes(self) -> None:
        policy = make_policy(make_limits())
        answer = ask(policy, amount=Decimal("725.00"), method=PlanMethod.EQUAL_INSTALMENT)
        assert {"method": PlanMethod.INTEREST_FREE} in offered(answer)

    def test_comes_down_from_a_down_payment_that_leaves_nothing(self) -> None:
        answer = ask(down_payment=Decimal("50000.00"))
        assert [reason.code for reason in answer.reasons] == [ReasonCode.DOWN_PAYMENT_LARGE]
        assert offered(answer) == [{"down_payment": Decimal("43110.55")}]

    @pytest.mark.parametrize("method", PlanMethod)
    def test_answers_a_wish_for_a_method_that_the_limits_leave_no_room_for(self, method: PlanMethod) -> None:
        band = make_limits(
            method_rates=(INTEREST_STOPPED,),
            max_balloon_share=Decimal(0),
            max_interest_only_months=0,
            max_step_ratio=Decimal(1),
        )
        answer = ask(make_policy(band), method=method)
        assert answer.is_accepted == (method is PlanMethod.INTEREST_FREE)
        assert answer.is_accepted or offered(answer) == [{"method": PlanMethod.INTEREST_FREE}]

    def test_takes_waivers_off_the_debt(self) -> None:
        facts = make_facts(components={Component.LATE_FEE: Decimal("3210.55")})
        waiver = Waiver(Component.LATE_FEE, Decimal(1))
        policy = make_policy(make_limits(method_rates=(INTEREST_STOPPED,), waiver_caps=(waiver,)))
        answer = ask(policy, facts, instalment_count=40, waivers=(waiver,))
        assert answer.is_accepted and answer.asked is not None
        assert answer.asked.principal == Decimal("40000.00")

    def test_keeps_a_month_end(self) -> None:
        answer = ask(first_date=date(2026, 11, 30), instalment_count=12)
        assert answer.asked is not None
        assert build_schedule(answer.asked).rows[1].due_date == date(2026, 12, 31)

    def test_says_what_binds_where_nothing_helps(self) -> None:
        answer = ask(account=make_facts(renegotiation_count=2), amount=Decimal("1000.00"))
        assert answer.suggestions == ()
        assert ReasonCode.RENEGOTIATIONS in {reason.code for reason in answer.reasons}

    def test_says_that_no_limits_cover_an_account(self) -> None:
        answer = ask(account=make_facts("50.00"), amount=Decimal("10.00"))
        assert (answer.asked, answer.suggestions) == (None, ())
        assert [reason.code for reason in answer.reasons] == [ReasonCode.ACCOUNT_OUTSIDE]

    @pytest.mark.parametrize(
        ("wish", "fault"),
        [
            ({"amount": Decimal("0.00")}, bad_input.AmountNotPositive),
            ({"amount": Decimal("NaN")}, bad_input.NotAnAmount),
            ({"amount": Decimal("1.001")}, bad_input.NotAnAmount),
            ({"down_payment": Decimal("-1.00")}, bad_input.AmountNotPositive),
            ({"instalment_count": 0}, bad_input.NoInstalments),
            ({"instalment_count": True}, bad_input.NoInstalments),
        ],
    )
    def test_refuses_a_wish_that_is_none(self, wish: dict[str, Any], fault: type[Exception]) -> None:
        with pytest.raises(fault):
            ask(**wish)


class TestThreePlans:
    def test_spread_from_the_shortest_to_the_lowest(self) -> None:
        counts = [plan.terms.instalment_count for plan in three_plans(STOPPED_ONLY, make_facts(), TODAY)]
        assert counts == [6, 36, 60]

    def test_keep_to_an_amount(self) -> None:
        plans = three_plans(STOPPED_ONLY, make_facts(), TODAY, Decimal("1200.00"))
        assert [plan.terms.instalment_count for plan in plans] == [37, 48, 60]
        assert all(plan.instalment <= Decimal("1200.00") for plan in plans)

    def test_come_from_the_corridor_first(self) -> None:
        band = make_limits(
            method_rates=(INTEREST_STOPPED,),
            automatic_methods=(PlanMethod.INTEREST_FREE,),
            automatic_max_principal=Decimal("50000.00"),
            automatic_max_months=24,
            automatic_max_start_days=35,
        )
        plans = three_plans(make_policy(band), make_facts(), TODAY)
        assert [(plan.terms.instalment_count, plan.verdict.is_automatic) for plan in plans] == [
            (6, True),
            (18, True),
            (24, True),
        ]

    def test_use_all_the_room_where_none_is_answered_at_once(self) -> None:
        """A debt beyond the corridor waits for a person anyway, so nothing is gained by the corridor's shorter terms."""
        band = make_limits(
            method_rates=(INTEREST_STOPPED,),
            automatic_methods=(PlanMethod.INTEREST_FREE,),
            automatic_max_principal=Decimal("20000.00"),
            automatic_max_months=24,
            automatic_max_start_days=35,
        )
        plans = three_plans(make_policy(band), make_facts("34723.06"), TODAY)
        assert max(plan.terms.instalment_count for plan in plans) == band.max_months
        assert not any(plan.verdict.is_automatic for plan in plans)

    def test_become_the_nearest_where_an_amount_is_too_low(self) -> None:
        plans = three_plans(STOPPED_ONLY, make_facts(), TODAY, Decimal("700.00"))
        assert [(plan.instalment, plan.terms.down_payment) for plan in plans] == [
            (Decimal("720.17"), Decimal("0.00")),
            (Decimal("700.00"), Decimal("1210.55")),
        ]

    @settings(max_examples=60, deadline=None)
    @given(limit_cases.amounts("300.00", "90000.00"))
    def test_show_amounts_that_are_accepted_when_typed(self, total: Decimal) -> None:
        """An amount rounded for show must not miss the limit it was computed from."""
        account, policy = make_facts(str(total)), make_policy(make_limits())
        for plan in three_plans(policy, account, TODAY):
            answer = ask(policy, account, amount=plan.instalment)
            assert answer.is_accepted and answer.asked is not None
            assert answer.asked.instalment_count <= plan.terms.instalment_count

    def test_are_none_where_nothing_is_accepted(self) -> None:
        assert three_plans(STOPPED_ONLY, make_facts("50.00"), TODAY) == ()

    @pytest.mark.parametrize(
        ("most_months", "left_over", "shortest"),
        [
            (24, "420", 24),
            (24, "400", None),
            (12, "820", 12),
            (12, "800", None),
            (24, "1000", 10),
            (24, "3267", 3),
            (24, "4900", 2),
        ],
    )
    def test_choose_as_a_tax_office_does(self, most_months: int, left_over: str, shortest: int | None) -> None:
        """4,900 owed, at least two instalments, at most half of what is left: published expectations of an existing service."""
        policy = make_policy(make_limits(method_rates=(INTEREST_STOPPED,), min_months=2, max_months=most_months))
        affordable = Decimal(left_over) / 2
        answer = ask(policy, make_facts("4900.00"), amount=affordable.quantize(FEN))
        assert answer.is_accepted == (shortest is not None)
        if shortest is not None:
            assert answer.asked is not None and answer.asked.instalment_count == shortest


class TestDrafting:
    @pytest.mark.parametrize("mode", InterestMode)
    @pytest.mark.parametrize("method", PlanMethod)
    def test_gives_every_method_a_plan_that_passes(self, method: PlanMethod, mode: InterestMode) -> None:
        rate = (
            Decimal(0)
            if method is PlanMethod.INTEREST_FREE
            else Decimal("0.006")
            if method is PlanMethod.FLAT_FEE
            else Decimal("0.06")
        )
        band = make_limits(method_rates=(MethodRate(method, rate, rate, rate),))
        answer = ask(make_policy(band, interest_mode=mode), instalment_count=24)
        assert answer.is_accepted, answer.reasons

    def test_pays_interest_alone_for_half_the_plan_at_most(self) -> None:
        rate = Decimal("0.06")
        band = make_limits(method_rates=(MethodRate(PlanMethod.INTEREST_ONLY_THEN_LEVEL, rate, rate, rate),))
        plans = [ask(make_policy(band), instalment_count=count).asked for count in (10, 48)]
        assert [plan.interest_only_count for plan in plans if plan] == [5, 12]

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_knows_the_instalments_of_a_plan_without_its_rows(self, data: st.DataObject) -> None:
        account, band = data.draw(limit_cases.accounts()), data.draw(limit_cases.limits())
        policy = make_policy(band, remainder=data.draw(st.sampled_from(Remainder)))
        desk = desk_for(policy, band, account, TODAY)
        method, frequency = data.draw(st.sampled_from(band.methods)), data.draw(st.sampled_from(band.frequencies))
        count, down_payment = data.draw(st.integers(1, 60)), data.draw(st.integers(0, desk.owed - 1))
        quick = desk.instalments(method, count, TODAY, down_payment, frequency)
        try:
            plan = desk.draft(method, count, TODAY, from_fen(down_payment), frequency)
            smallest, largest = regular_payments(plan)
        except bad_input.BadInput:
            return
        if method is not PlanMethod.STEP or count == 1:
            assert quick == (to_fen(smallest), to_fen(largest))
        else:
            assert quick == tuple(to_fen(payment) for payment in (plan.steps[0].payment, plan.steps[-1].payment))

    @given(limit_cases.amounts("600.00", "90000.00"), st.integers(2, 60), limit_cases.shares("0.01"))
    def test_shapes_two_steps_that_repay(self, financed: Decimal, count: int, rate: Decimal) -> None:
        """The last row, which takes what the others leave, is not above the second step but for rounded interest."""
        low, high = instalments.two_steps(to_fen(financed), count, rate, Decimal(2))
        half = count // 2
        steps = (Step(half, from_fen(low)), Step(count - half, from_fen(high)))
        plan = limit_cases.make_terms(
            str(financed), method=PlanMethod.STEP, instalment_count=count, annual_rate=rate * 12, steps=steps
        )
        last = build_schedule(plan).rows[-1].payment
        assert high - 3 * 2 * count <= to_fen(last) <= high + count


class TestWish:
    @given(limit_cases.wishes())
    def test_survives_being_written_down(self, wish: Wish) -> None:
        assert Wish.from_data(wish.to_data()) == wish

    def test_leaves_open_what_is_not_written(self) -> None:
        assert Wish.from_data({"amount": "100.00", "other": 1}) == Wish(amount=Decimal("100.00"))


def shown_rows_pass(plan: Suggestion, policy: LimitPolicy, account: AccountFacts) -> None:
    """The limits once more, read off the rows that the person sees."""
    band = policy.bands[0]
    schedule = build_schedule(plan.terms)
    payments = [row.payment for row in schedule.rows]
    fewest, most = count_limits(band, plan.terms.frequency)
    assert fewest <= len(payments) <= most
    assert all(payment >= band.min_instalment for payment in payments[:-1])
    assert schedule.last_date <= add_months(TODAY, 60)
    assert yearly_cost(schedule).simple <= band.yearly_cost_ceiling
    assert TODAY + timedelta(band.min_start_days) <= schedule.rows[0].due_date <= TODAY + timedelta(band.max_start_days)
    assert plan.terms.down_payment >= least_down_payment(band, account, account.total)
    assert plan.terms.down_payment + sum(row.principal for row in schedule.rows) == account.total
    assert judge(plan.terms, policy, account, TODAY).is_within_limits


class TestEverySuggestion:
    @settings(max_examples=120, deadline=None)
    @given(st.data())
    def test_passes_on_the_rows_that_are_shown(self, data: st.DataObject) -> None:
        account = data.draw(limit_cases.accounts())
        policy = make_policy(data.draw(limit_cases.limits()))
        wish = data.draw(limit_cases.wishes())
        answer = suggest(wish, policy, account, TODAY)
        assert answer.reasons or answer.asked is not None
        if answer.is_accepted and answer.asked is not None:
            assert judge(answer.asked, policy, account, TODAY) == answer.verdict
        for plan in answer.suggestions:
            shown_rows_pass(plan, policy, account)
            self.keeps_what_it_does_not_change(plan, wish)

    @staticmethod
    def keeps_what_it_does_not_change(plan: Suggestion, wish: Wish) -> None:
        assert plan.changes
        changed = {change.term for change in plan.changes}
        for name in set(wish.named) - changed - {"amount"}:
            assert getattr(plan.terms, name) == getattr(wish, name)
        if wish.amount is not None and "amount" not in changed:
            assert plan.instalment <= wish.amount

    @settings(max_examples=80, deadline=None)
    @given(st.data())
    def test_of_three_passes_too(self, data: st.DataObject) -> None:
        account = data.draw(limit_cases.accounts())
        policy = make_policy(data.draw(limit_cases.limits()))
        plans = three_plans(policy, account, TODAY, data.draw(st.none() | limit_cases.amounts("0.01", "9000.00")))
        assert len({plan.terms for plan in plans}) == len(plans) <= 3 or any(plan.changes for plan in plans)
        for plan in plans:
            shown_rows_pass(plan, policy, account)

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_is_found_if_there_is_a_plan_at_all(self, data: st.DataObject) -> None:
        """Against trying every number of instalments of every method on the usual first date.

        Not steps: with no room between their ratio and the largest allowed, the odd fen of the last row decides.
        """
        account = data.draw(limit_cases.accounts())
        policy = make_policy(data.draw(limit_cases.limits()))
        answer = suggest(data.draw(limit_cases.wishes()), policy, account, TODAY)
        if answer.reasons and not answer.suggestions:
            assert not any_plan(policy, account)


def any_plan(policy: LimitPolicy, account: AccountFacts) -> bool:
    band = policy.bands[0]
    desk = desk_for(policy, band, account, TODAY)
    frequency = band.frequencies[0]
    first_date, down_payment = default_first_date(desk, frequency), least_down_payment(band, account, account.total)
    fewest, most = count_limits(band, frequency)
    return any(
        judge(desk.draft(method, count, first_date, down_payment, frequency), policy, account, TODAY).is_within_limits
        for method in band.methods
        if method is not PlanMethod.STEP
        for count in range(fewest, most + 1)
    )


class TestALooserPolicy:
    @settings(max_examples=30, deadline=None)
    @given(st.data())
    def test_never_turns_an_answer_into_none(self, data: st.DataObject) -> None:
        """For a hundred yuan or more: of a single yuan the rounding to fen decides what a year costs."""
        account = data.draw(limit_cases.accounts().filter(lambda facts: facts.total >= 100))
        band = data.draw(limit_cases.limits())
        wish = data.draw(limit_cases.wishes())
        looser = replace(band, min_months=1, max_months=60, min_instalment=Decimal("0.00"), max_instalment=None)
        before, after = (suggest(wish, make_policy(limits), account, TODAY) for limits in (band, looser))
        assert (after.is_accepted or bool(after.suggestions)) >= (before.is_accepted or bool(before.suggestions))


def test_frequencies_are_all_tried_when_relaxed() -> None:
    band = make_limits(method_rates=(INTEREST_STOPPED,), frequencies=(Frequency.MONTHLY,))
    answer = ask(make_policy(band), frequency=Frequency.WEEKLY, instalment_count=24)
    assert offered(answer) == [{"frequency": Frequency.MONTHLY}]
