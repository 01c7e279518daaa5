from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from negotiation.domain.apr import (
    HALF_MONTH,
    MONTH,
    UnitFlow,
    days_unit,
    eu_aprc,
    months_unit,
    regulation_z_apr,
    time_between,
)
from negotiation.domain.bad_input import NoSuchDate, SpanNotPositive
from negotiation.domain.internal_rate import AmbiguousYearlyCost, NoYearlyCost


def level(count, amount, periods=1, fraction=Fraction(0)):
    return [UnitFlow(Decimal(amount), periods + number, fraction) for number in range(count)]


class TestTimeBetween:
    @pytest.mark.parametrize(
        ("advance", "first", "unit", "expected"),
        [
            ("1978-02-10", "1978-04-01", MONTH, (1, Fraction(19, 30))),
            ("1978-02-23", "1978-03-01", HALF_MONTH, (0, Fraction(6, 15))),
            ("1978-03-20", "1978-04-21", days_unit(7), (4, Fraction(4, 7))),
            ("1978-05-23", "1978-10-01", months_unit(3), (1, Fraction(39, 90))),
            ("1978-03-18", "1978-05-20", days_unit(28), (2, Fraction(7, 28))),
        ],
    )
    def test_counts_back_from_the_first_payment(self, advance, first, unit, expected):
        assert time_between(date.fromisoformat(advance), date.fromisoformat(first), unit) == expected

    def test_refuses_a_payment_before_the_advance(self):
        with pytest.raises(NoSuchDate):
            time_between(date(1978, 2, 10), date(1978, 2, 9), MONTH)

    @pytest.mark.parametrize("unit", [months_unit, days_unit])
    def test_refuses_a_unit_of_nothing(self, unit):
        with pytest.raises(SpanNotPositive):
            unit(0)


class TestRegulationZ:
    """Examples of Appendix J (c)."""

    @pytest.mark.parametrize(
        ("advance", "payments", "unit", "expected"),
        [
            ("5000", level(24, "230"), MONTH, "9.69"),
            ("6000", level(36, "200", 1, Fraction(19, 30)), MONTH, "11.82"),
            ("5000", level(24, "219.17", 0, Fraction(6, 15)), HALF_MONTH, "10.34"),
            ("10000", level(40, "385", 1, Fraction(39, 90)), months_unit(3), "8.97"),
            ("500", level(30, "17.60", 4, Fraction(4, 7)), days_unit(7), "14.96"),
            (
                "200",
                [*level(19, "9.50", 0, Fraction(8, 14)), UnitFlow(Decimal(30), 19, Fraction(8, 14))],
                days_unit(14),
                "12.22",
            ),
        ],
    )
    def test_states_these_rates(self, advance, payments, unit, expected):
        rate = regulation_z_apr([UnitFlow(Decimal(advance), 0)], payments, unit)
        assert f"{rate * 100:.2f}" == expected


class TestEuFormula:
    def test_counts_days_over_365(self):
        rate = eu_aprc([(Decimal(-1000), Decimal(0)), (Decimal(1200), Decimal(546) / 365)])
        assert f"{rate * 100:.6f}" == "12.962038"

    def test_takes_several_drawdowns(self):
        rate = eu_aprc([(Decimal(-500), Decimal(0)), (Decimal(-500), Decimal("0.5")), (Decimal(1100), Decimal(1))])
        assert abs(500 * (1 + rate) + 500 * (1 + rate) ** Decimal("0.5") - 1100) < Decimal("1E-8")

    def test_refuses_less_repaid_than_lent_and_flows_with_two_answers(self):
        with pytest.raises(NoYearlyCost):
            eu_aprc([(Decimal(-1000), Decimal(0)), (Decimal(900), Decimal(1))])
        with pytest.raises(AmbiguousYearlyCost):
            eu_aprc([(Decimal(-100), Decimal(0)), (Decimal(230), Decimal(1)), (Decimal(-132), Decimal(2))])
