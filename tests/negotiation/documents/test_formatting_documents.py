"""How rates, amounts and days are written in a document, whatever the locale."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from negotiation.documents.content import Language
from negotiation.documents.formatting import amount, day, moment, percent, stamp


class TestFormatting:
    @pytest.mark.parametrize(
        ("value", "places", "words"),
        [
            ("0.182357", 2, "18.24%"),
            ("0.06", 2, "6.00%"),
            ("0.00005", 2, "0.01%"),
            ("0.0005", 4, "0.05%"),
            ("0.000475", 4, "0.0475%"),
            ("0", 4, "0.00%"),
            ("0.0065", 4, "0.65%"),
            ("1", 4, "100.00%"),
        ],
    )
    def test_of_a_rate_rounds_half_up_and_leaves_out_idle_zeros(self, value: str, places: int, words: str) -> None:
        assert percent(Decimal(value), places) == words

    def test_of_an_amount_separates_thousands(self) -> None:
        assert amount(Decimal("1234567.5")) == "1,234,567.50"

    def test_of_a_day_is_in_the_language_of_the_document(self) -> None:
        assert day(date(2027, 1, 5), Language.CHINESE) == "2027年1月5日"
        assert day(date(2027, 1, 5), Language.ENGLISH) == "5 January 2027"

    def test_of_a_moment_is_in_the_time_zone_of_the_bank(self) -> None:
        late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
        assert moment(late, Language.CHINESE) == "2027年1月1日 00:30"
        assert stamp(late) == "2027-01-01T00:30:00+08:00"
