"""Limits as a value: complete or refused by name; bands that tile."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain.authority import FIRST_MATRIX
from negotiation.domain.chain import sha256_of
from negotiation.domain.policy import (
    GapBetweenBands,
    LimitOutOfRange,
    Limits,
    MethodRate,
    NoBands,
    OverlappingBands,
    policy_data,
)
from negotiation.domain.terms import Component, PlanMethod, Waiver
from tests.domain.limit_cases import INSTALMENT, INTEREST_STOPPED, amounts, make_limits, make_policy


class TestBands:
    def test_refuses_a_policy_without_any(self) -> None:
        with pytest.raises(NoBands):
            make_policy(bands=())

    def test_meet_without_overlap_or_gap(self) -> None:
        early, late = make_limits(dpd_to=90), make_limits(dpd_from=91)
        policy = make_policy(early, late)
        assert policy.limits_for("standard", Decimal("500.00"), 90) == early
        assert policy.limits_for("standard", Decimal("500.00"), 91) == late

    def test_that_share_a_day_are_refused(self) -> None:
        with pytest.raises(OverlappingBands) as refusal:
            make_policy(make_limits(dpd_to=91), make_limits(dpd_from=91))
        assert refusal.value.first.dpd_to == 91

    def test_that_miss_a_day_are_refused(self) -> None:
        with pytest.raises(GapBetweenBands) as refusal:
            make_policy(make_limits(dpd_to=89), make_limits(dpd_from=91))
        assert (refusal.value.product, refusal.value.dpd) == ("*", 90)

    def test_that_miss_a_fen_are_refused(self) -> None:
        small = make_limits(balance_below=Decimal("9999.99"))
        with pytest.raises(GapBetweenBands) as refusal:
            make_policy(small, make_limits(balance_from=Decimal("10000.00")))
        assert refusal.value.balance == Decimal("9999.99")

    def test_that_leave_a_corner_open_are_refused(self) -> None:
        small = make_limits(balance_below=Decimal("10000.00"), dpd_to=90)
        large = make_limits(balance_from=Decimal("10000.00"))
        with pytest.raises(GapBetweenBands) as refusal:
            make_policy(small, large)
        assert (refusal.value.balance, refusal.value.dpd) == (Decimal("100.00"), 91)

    def test_of_other_products_do_not_count(self) -> None:
        make_policy(make_limits(), make_limits(product="gold"))

    def test_end_where_the_last_band_ends(self) -> None:
        policy = make_policy()
        assert policy.limits_for("standard", Decimal("99.99"), 1) is None
        assert policy.limits_for("standard", Decimal("1000000.00"), 1) is None
        assert policy.limits_for("standard", Decimal("100.00"), 0) is None

    def test_of_a_product_stand_instead_of_those_for_all(self) -> None:
        gold = make_limits(product="gold", balance_from=Decimal("5000.00"))
        policy = make_policy(make_limits(), gold)
        assert policy.limits_for("gold", Decimal("5000.00"), 1) == gold
        assert policy.limits_for("gold", Decimal("200.00"), 1) is None
        assert policy.limits_for("standard", Decimal("200.00"), 1) == make_limits()

    @given(
        st.lists(amounts("0.00", "900.00"), min_size=2, max_size=5, unique=True).map(sorted),
        st.lists(st.integers(0, 400), min_size=2, max_size=5, unique=True).map(sorted),
        st.data(),
    )
    def test_cut_from_one_rectangle_cover_each_account_once(
        self, balances: list[Decimal], days: list[int], data: st.DataObject
    ) -> None:
        bands = [
            make_limits(balance_from=low, balance_below=high, dpd_from=start, dpd_to=end - 1)
            for low, high in pairwise(balances)
            for start, end in pairwise(days)
        ]
        policy = make_policy(*bands)
        balance = data.draw(amounts(str(balances[0]), str(balances[-1] - Decimal("0.01"))))
        day = data.draw(st.integers(days[0], days[-1] - 1))
        assert sum(band.covers(balance, day) for band in bands) == 1
        assert policy.limits_for("any", balance, day) is not None
        self.refuses_one_more_and_one_less(bands, data)

    def refuses_one_more_and_one_less(self, bands: list[Limits], data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(bands))
        with pytest.raises(OverlappingBands):
            make_policy(*bands, chosen)
        inner = [band for band in bands if band != chosen]
        corners = {(band.balance_from, band.dpd_from) for band in inner}
        is_gap = any(
            low[0] <= chosen.balance_from <= high[0] and low[1] <= chosen.dpd_from <= high[1]
            for low in corners
            for high in corners
        )
        if is_gap and len(inner) == len(bands) - 1:
            with pytest.raises(GapBetweenBands):
                make_policy(*inner)


class TestLimits:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("min_months", 0),
            ("max_months", 0),
            ("max_months", 61),
            ("max_instalment", Decimal("99.99")),
            ("min_instalment", Decimal("-0.01")),
            ("min_instalment", Decimal("NaN")),
            ("yearly_cost_ceiling", Decimal("Infinity")),
            ("min_down_payment_share", Decimal("1.01")),
            ("max_start_days", 0),
            ("dpd_to", 0),
            ("balance_below", Decimal("100.00")),
            ("max_step_ratio", Decimal("0.9")),
            ("max_renegotiations", -1),
            ("frequencies", ()),
            ("method_rates", ()),
            ("method_rates", (INSTALMENT, INSTALMENT)),
            ("automatic_methods", (PlanMethod.BALLOON,)),
            ("waiver_caps", (Waiver(Component.INTEREST, Decimal("1.1")),)),
        ],
    )
    def test_out_of_range_are_refused_by_name(self, field: str, value: object) -> None:
        with pytest.raises(LimitOutOfRange) as refusal:
            make_limits(**{field: value})
        assert refusal.value.field == field

    @pytest.mark.parametrize(
        "rates",
        [
            ("0.02", "0.03", "0.12"),
            ("0.13", "0.03", "0.12"),
            ("1.1", "0", "1.2"),
            ("-0.1", "-0.2", "0"),
            ("NaN", "0", "1"),
        ],
    )
    def test_refuse_a_rate_outside_its_own_range(self, rates: tuple[str, str, str]) -> None:
        line = MethodRate(PlanMethod.EQUAL_INSTALMENT, *(Decimal(rate) for rate in rates))
        with pytest.raises(LimitOutOfRange):
            make_limits(method_rates=(line,))

    def test_let_stopped_interest_cost_nothing(self) -> None:
        with pytest.raises(LimitOutOfRange):
            make_limits(method_rates=(replace(INTEREST_STOPPED, highest=Decimal("0.01")),))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("version", 0),
            ("longest_years", 0),
            ("longest_years", 6),
            ("max_rounds", 0),
            ("days_in_year", 366),
            ("affordability_margin", Decimal(2)),
        ],
    )
    def test_settings_out_of_range_are_refused_by_name(self, field: str, value: object) -> None:
        with pytest.raises(LimitOutOfRange) as refusal:
            make_policy(**{field: value})
        assert refusal.value.field == field

    def test_have_a_corridor_only_where_methods_are_automatic(self) -> None:
        assert make_limits().corridor is None
        corridor = make_limits(
            automatic_methods=(PlanMethod.INTEREST_FREE,), automatic_max_months=12, automatic_max_start_days=35
        ).corridor
        assert corridor is not None
        assert (corridor.methods, corridor.max_months, corridor.max_start_days) == ((PlanMethod.INTEREST_FREE,), 12, 35)


class TestPolicyData:
    def test_is_the_same_for_equal_policies(self) -> None:
        written_otherwise = make_policy(
            make_limits(min_instalment=Decimal("100.0")), affordability_margin=Decimal("0.10")
        )
        assert written_otherwise == make_policy()
        assert policy_data(written_otherwise) == policy_data(make_policy())

    def test_tells_policies_apart(self) -> None:
        assert policy_data(make_policy(max_rounds=6)) != policy_data(make_policy())

    def test_leaves_out_the_first_matrix_alone(self) -> None:
        other = (replace(FIRST_MATRIX[0], max_amount=Decimal("20000.00")), *FIRST_MATRIX[1:])
        assert "authority" not in policy_data(make_policy())
        assert policy_data(make_policy(authority=other))["authority"][0]["max_amount"] == "20000"

    def test_keeps_the_hash_of_versions_from_before_there_was_a_matrix(self) -> None:
        """Taken from the code as it was before the matrix became a part of a policy."""
        before = "24654e478d33f67ce994365d5cfba0fcba4dd82a983b46cb4b8a81c8c8bef2e5"
        assert sha256_of(policy_data(make_policy())) == before
