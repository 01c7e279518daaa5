from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain import bad_input
from negotiation.domain.money import MOST, from_fen, half_up, positive_yuan, rate, round_half_up, split, to_fen, yuan
from negotiation.domain.terms import Remainder
from tests.domain.plans import fen


class TestYuan:
    @pytest.mark.parametrize("value", ["0.01", "1200", "-3.5", 7, Decimal("1.100"), Decimal("1E+2")])
    def test_takes_exact_amounts(self, value):
        assert yuan(value) == Decimal(value)
        assert yuan(value).as_tuple().exponent == -2

    @pytest.mark.parametrize(
        "value",
        [
            0.1,
            True,
            None,
            "",
            "1.234",
            "1,000",
            "1e3",
            "NaN",
            "١٢",
            Decimal("NaN"),
            Decimal("Infinity"),
            Decimal("0.001"),
        ],
    )
    def test_refuses_what_is_no_amount(self, value):
        with pytest.raises(bad_input.NotAnAmount) as refusal:
            yuan(value)
        assert refusal.value.value is value

    def test_refuses_an_amount_no_ledger_holds(self):
        assert yuan(MOST) == MOST
        with pytest.raises(bad_input.AmountTooLarge):
            yuan(MOST + Decimal("0.01"))

    @pytest.mark.parametrize("value", ["0", "-0.01"])
    def test_refuses_zero_and_below_where_something_must_be_owed(self, value):
        with pytest.raises(bad_input.AmountNotPositive):
            positive_yuan(value)


class TestRate:
    @pytest.mark.parametrize("value", [0.05, True, "-0.01", "NaN", "five", Decimal("Infinity"), None])
    def test_refuses_what_is_no_fraction(self, value):
        with pytest.raises(bad_input.NotARate):
            rate(value)


class TestRounding:
    def test_takes_halves_away_from_zero(self):
        assert round_half_up(Decimal("0.505")) == Decimal("0.51")
        assert round_half_up(Decimal("-0.505")) == Decimal("-0.51")

    @given(st.integers(0, 10**30), st.integers(1, 10**15))
    def test_of_fractions_is_the_nearest_whole_number(self, numerator, denominator):
        whole = half_up(numerator, denominator)
        assert -denominator < 2 * (whole * denominator - numerator) <= denominator

    @given(fen(-(10**12), 10**12))
    def test_to_fen_and_back_loses_nothing(self, amount):
        assert from_fen(to_fen(amount)) == amount


class TestSplit:
    @given(fen(1000, 10**12), st.integers(1, 261), st.sampled_from(tuple(Remainder)))
    def test_loses_no_fen_and_has_at_most_one_odd_part(self, amount, count, remainder):
        parts = split(amount, count, remainder)
        even = parts[1:] if remainder is Remainder.FIRST else parts[:-1]
        assert sum(parts) == amount
        assert len(set(even)) <= 1
        assert max(parts) - min(parts) < Decimal(count) / 100

    def test_puts_the_odd_fen_first_where_asked(self):
        assert split(Decimal("100.00"), 3, Remainder.FIRST)[0] == Decimal("33.34")

    def test_refuses_parts_of_less_than_one_fen(self):
        with pytest.raises(bad_input.TooLittleToSplit):
            split(Decimal("0.02"), 3)

    def test_refuses_no_parts(self):
        with pytest.raises(bad_input.NoInstalments):
            split(Decimal("1.00"), 0)
