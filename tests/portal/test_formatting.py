"""Money, rates, dates and counts as the reader sees them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.templatetags import formatting

CHRISTMAS = date(2026, 12, 25)
FEN_AMOUNTS = st.decimals(min_value="-99999999999.99", max_value="99999999999.99", places=2)


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


class TestMoney:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Decimal("12345.67"), "12,345.67"),
            (Decimal("0.00"), "0.00"),
            (Decimal("0"), "0.00"),
            (Decimal("-120.5"), "−120.50"),
            (Decimal("1E+3"), "1,000.00"),
            (1000, "1,000.00"),
            (Decimal("99999999999.99"), "99,999,999,999.99"),
        ],
    )
    def test_groups_thousands_and_shows_both_places(self, value: Decimal, text: str) -> None:
        assert formatting.amount(value) == text

    @given(FEN_AMOUNTS)
    def test_reads_back_as_the_same_amount(self, value: Decimal) -> None:
        shown = formatting.amount(value)
        assert Decimal(shown.replace(",", "").replace("−", "-")) == value

    def test_wears_a_quiet_sign_on_a_page(self) -> None:
        assert formatting.money(Decimal("1.50")) == '<span class="money"><span class="money-sign">¥</span>1.50</span>'

    def test_puts_the_minus_before_the_sign(self) -> None:
        assert formatting.money(Decimal("-1.50")).startswith('<span class="money">−<span')
        assert formatting.plain_money(Decimal("-1.50")) == "−¥1.50"

    def test_is_bare_in_a_sentence(self) -> None:
        assert formatting.plain_money(Decimal("12345.67")) == "¥12,345.67"

    @pytest.mark.parametrize("value", [1.5, "1.50", True, None])
    def test_refuses_what_is_not_exact(self, value: object) -> None:
        with pytest.raises(formatting.NotExact):
            formatting.amount(value)  # type: ignore[arg-type]

    def test_refuses_a_fraction_of_a_fen(self) -> None:
        with pytest.raises(ValueError, match="whole number of fen"):
            formatting.amount(Decimal("0.005"))


class TestRate:
    @pytest.mark.parametrize(
        ("fraction", "text"),
        [("0.1825", "18.25%"), ("0", "0.00%"), ("0.18255", "18.26%"), ("-0.01", "−1.00%"), ("12", "1,200.00%")],
    )
    def test_is_per_cent_with_two_places_half_up(self, fraction: str, text: str) -> None:
        assert formatting.rate(Decimal(fraction)) == text

    @pytest.mark.parametrize(
        ("fraction", "text"),
        [("0.0005", "0.05%"), ("0.00035", "0.035%"), ("0.1", "10.00%"), ("0.182534", "18.2534%"), ("0", "0.00%")],
    )
    def test_keeps_every_digit_that_was_agreed(self, fraction: str, text: str) -> None:
        assert formatting.exact_rate(Decimal(fraction)) == text

    def test_has_one_place_as_a_share(self) -> None:
        assert formatting.share(Decimal("0.12345")) == "12.3%"

    @pytest.mark.parametrize(
        ("fraction", "text"), [("0.90000000", "90%"), ("0.125", "12.5%"), ("0", "0%"), ("1", "100%")]
    )
    def test_has_no_needless_places_in_a_sentence(self, fraction: str, text: str) -> None:
        assert formatting.short_share(Decimal(fraction)) == text

    def test_refuses_a_float(self) -> None:
        with pytest.raises(formatting.NotExact):
            formatting.rate(0.1825)  # type: ignore[arg-type]


class TestTelephone:
    def test_can_be_pressed_and_escapes_what_it_is_given(self) -> None:
        link = formatting.telephone("+86 21-5555 <0>")
        assert link == '<a class="nowrap" href="tel:+862155550">+86 21-5555 &lt;0&gt;</a>'


class TestDay:
    def test_names_the_weekday_in_english(self, english: None) -> None:
        assert formatting.plain_day(CHRISTMAS) == "Fri 25 December 2026"

    def test_names_the_weekday_in_chinese(self, chinese: None) -> None:
        assert formatting.plain_day(CHRISTMAS) == "2026年12月25日 周五"

    def test_stands_in_a_time_element(self, english: None) -> None:
        assert formatting.day(CHRISTMAS) == ('<time class="day" datetime="2026-12-25">Fri 25 December 2026</time>')

    def test_is_short_in_a_table(self, english: None) -> None:
        assert ">25 Dec 2026<" in formatting.short_day(CHRISTMAS)
        with translation.override("zh-hans"):
            assert ">2026年12月25日<" in formatting.short_day(CHRISTMAS)

    def test_is_shortest_under_a_picture(self, chinese: None) -> None:
        assert formatting.short_month(CHRISTMAS) == "26年12月"

    def test_of_a_moment_is_the_banks_day(self, english: None) -> None:
        assert formatting.plain_day(datetime(2026, 12, 24, 17, 0, tzinfo=UTC)) == "Fri 25 December 2026"

    def test_with_its_time_is_the_banks_clock(self, english: None) -> None:
        moment = datetime(2026, 12, 24, 17, 5, tzinfo=UTC)
        assert formatting.plain_moment(moment) == "Fri 25 December 2026 01:05"
        assert 'datetime="2026-12-25T01:05:00+08:00"' in formatting.moment(moment)


class TestDaysLeft:
    @pytest.mark.parametrize(
        ("day", "english", "chinese"),
        [
            (date(2026, 12, 30), "5 days left", "还有 5 天"),
            (date(2026, 12, 26), "1 day left", "还有 1 天"),
            (CHRISTMAS, "today", "今天"),
            (date(2026, 12, 24), "1 day ago", "已过 1 天"),
            (date(2023, 12, 25), "1,096 days ago", "已过 1,096 天"),
        ],
    )
    def test_counts_whole_days(self, day: date, english: str, chinese: str) -> None:
        with translation.override("en"):
            assert formatting.days_left(day, CHRISTMAS) == english
        with translation.override("zh-hans"):
            assert formatting.days_left(day, CHRISTMAS) == chinese


class TestCount:
    def test_groups_thousands(self) -> None:
        assert formatting.count(1234567) == "1,234,567"

    def test_names_its_unit(self, english: None) -> None:
        assert (formatting.days(1), formatting.months(36), formatting.instalments(12)) == (
            "1 day",
            "36 months",
            "12 instalments",
        )

    def test_names_its_unit_in_chinese(self, chinese: None) -> None:
        assert (formatting.days(1), formatting.months(36), formatting.instalments(12)) == ("1 天", "36 个月", "12 期")
