"""What is left in a month."""

from decimal import Decimal

import pytest

from negotiation.domain.affordability import MarginOutOfRange, suggested_maximum, surplus
from negotiation.domain.bad_input import NotAnAmount


class TestSurplus:
    def test_is_what_income_leaves(self) -> None:
        assert surplus(Decimal("7800.00"), Decimal("4200.00"), Decimal("1350.00")) == Decimal("2250.00")

    def test_may_be_negative(self) -> None:
        assert surplus(Decimal("3000"), Decimal("3500"), Decimal("0")) == Decimal("-500.00")

    @pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1.001"), 1.5])
    def test_refuses_what_is_no_amount(self, value: Decimal) -> None:
        for place in range(3):
            amounts = [Decimal(1)] * 3
            amounts[place] = value
            with pytest.raises(NotAnAmount):
                surplus(*amounts)


class TestSuggestedMaximum:
    def test_keeps_a_tenth_back(self) -> None:
        assert suggested_maximum(Decimal("2250.00")) == Decimal("2025.00")

    def test_rounds_down(self) -> None:
        assert suggested_maximum(Decimal("0.19")) == Decimal("0.17")

    def test_is_nothing_without_a_surplus(self) -> None:
        assert suggested_maximum(Decimal("-500.00")) == Decimal("0.00")

    @pytest.mark.parametrize(("margin", "most"), [("0", "1000.00"), ("1", "0.00"), ("0.5", "500.00")])
    def test_takes_the_banks_margin(self, margin: str, most: str) -> None:
        assert suggested_maximum(Decimal("1000.00"), Decimal(margin)) == Decimal(most)

    @pytest.mark.parametrize("margin", ["-0.01", "1.01", "NaN", "Infinity"])
    def test_refuses_a_margin_that_is_no_share(self, margin: str) -> None:
        with pytest.raises(MarginOutOfRange):
            suggested_maximum(Decimal("1000.00"), Decimal(margin))
