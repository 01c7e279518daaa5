"""How rates, amounts and days are written in a document, whatever the locale."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fontTools.ttLib import TTFont

from negotiation.documents.content import Language
from negotiation.documents.fonts_path import REGULAR
from negotiation.documents.formatting import amount, day, moment, percent, stamp
from negotiation.documents.glyphs import UNPRINTABLE, WHITE_SPACE, printable


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


class TestPrintable:
    def test_shows_what_steers_direction_even_if_the_font_has_a_glyph_for_it(self) -> None:
        with TTFont(REGULAR, lazy=True) as font:
            marks = [chr(code) for code in font.getBestCmap() if unicodedata.category(chr(code)) in UNPRINTABLE]
        marks = [mark for mark in marks if mark not in WHITE_SPACE]
        assert marks
        for mark in (*marks, "\u202e", "\u2067", "\x07"):
            assert printable(f"王{mark}明") == f"王〔U+{ord(mark):04X}〕明"
