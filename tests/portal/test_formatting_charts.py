"""The geometry of the pictures: nothing overlaps, nothing is lost, nothing is drawn below zero."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.templatetags import charts

AMOUNTS = st.decimals(min_value="0.00", max_value="9999999.99", places=2)


class TestSegments:
    @given(st.lists(AMOUNTS, min_size=1, max_size=9))
    def test_fill_the_bar_exactly_without_gap_or_overlap(self, amounts: list[Decimal]) -> None:
        drawn = charts.segments([(str(number), amount) for number, amount in enumerate(amounts)])
        left = Decimal(0)
        for segment in drawn:
            assert segment.left == left
            assert segment.width >= 0
            left += segment.width
        assert left == (Decimal(100) if any(amounts) else 0)

    def test_leave_out_what_is_nothing_but_keep_its_colour_free(self) -> None:
        drawn = charts.segments([("a", Decimal("1.00")), ("b", Decimal("0.00")), ("c", Decimal("3.00"))])
        assert [(part.label, part.colour, part.width) for part in drawn] == [
            ("a", 1, Decimal(25)),
            ("c", 3, Decimal(75)),
        ]

    def test_refuse_a_part_below_zero(self) -> None:
        with pytest.raises(charts.NegativePart, match=r"-0\.01"):
            charts.segments([("a", Decimal("-0.01"))])


class TestColumns:
    def test_stand_side_by_side_and_stack_from_the_bottom(self) -> None:
        first, second = charts.columns(
            [(date(2026, 1, 8), (Decimal(100), Decimal(0))), (date(2026, 2, 8), (Decimal(100), Decimal(100)))]
        )
        bottom = charts.PLOT_TOP + charts.PLOT_HEIGHT
        assert first.left + first.width < second.left
        assert [block.top + block.height for block in first.blocks] == [bottom]
        lower, upper = second.blocks
        assert (lower.top + lower.height, upper.top + upper.height) == (bottom, lower.top)
        assert upper.top == charts.PLOT_TOP
        assert second.total == 200

    def test_label_the_last_and_never_more_than_there_is_room_for(self) -> None:
        drawn = charts.columns([(date(2026, 1, day), (Decimal(day),)) for day in range(1, 25)])
        assert drawn[-1].is_labelled
        assert sum(column.is_labelled for column in drawn) <= charts.LABELS_AT_MOST

    def test_of_nothing_are_none(self) -> None:
        assert charts.columns([]) == ()

    def test_refuse_an_amount_below_zero(self) -> None:
        with pytest.raises(charts.NegativePart):
            charts.columns([(date(2026, 1, 8), (Decimal(-1),))])


class TestCeiling:
    @pytest.mark.parametrize(
        ("amount", "top"),
        [("0", "1"), ("13845.67", "20000"), ("20000", "20000"), ("20000.01", "30000"), ("95", "100"), ("0.03", "0.03")],
    )
    def test_is_the_next_round_amount(self, amount: str, top: str) -> None:
        assert charts.ceiling(Decimal(amount)) == Decimal(top)

    @given(AMOUNTS.filter(bool))
    def test_is_never_below_and_wastes_at_most_half(self, amount: Decimal) -> None:
        assert amount <= charts.ceiling(amount) <= 2 * amount
