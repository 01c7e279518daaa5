"""Amounts in Chinese capitals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.documents.capitals import DIGITS, NotWritable, chinese_capitals

UNITS = {"拾": 10, "佰": 100, "仟": 1000}


class TestChineseCapitals:
    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            ("0.00", "零元整"),
            ("0.01", "壹分"),
            ("0.10", "壹角整"),
            ("0.11", "壹角壹分"),
            ("1.05", "壹元零伍分"),
            ("10.00", "壹拾元整"),
            ("325.04", "叁佰贰拾伍元零肆分"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("20003.00", "贰万零叁元整"),
            ("107000.53", "壹拾万柒仟元伍角叁分"),
            ("10010000.00", "壹仟零壹万元整"),
            ("100000001.00", "壹亿零壹元整"),
            ("9999999999999999.99", "玖仟玖佰玖拾玖万亿玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ],
    )
    def test_writes_an_amount_as_on_a_cheque(self, amount: str, words: str) -> None:
        assert chinese_capitals(Decimal(amount)) == words

    @pytest.mark.parametrize("amount", ["-0.01", "0.001", "NaN", "Infinity", "10000000000000000.00"])
    def test_refuses_what_has_no_form(self, amount: str) -> None:
        with pytest.raises(NotWritable):
            chinese_capitals(Decimal(amount))

    @given(st.integers(min_value=0, max_value=99_999_999_999_999))
    def test_can_be_read_back_exactly(self, fen: int) -> None:
        assert _read(chinese_capitals(Decimal(fen).scaleb(-2))) == fen


def _read(words: str) -> int:
    """Fen that the capitals say, by the opposite way: unit by unit."""
    yuan, _, small = words.rpartition("元")
    total = 0
    for size, unit in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        head, mark, rest = yuan.partition(unit) if unit else (yuan, "", "")
        if mark or not unit:
            total += size * _group(head)
            yuan = rest
    fen, digit = 0, 0
    for character in small:
        if character in "角分":
            fen += digit * (10 if character == "角" else 1)
        digit = DIGITS.find(character)
    return total * 100 + fen


def _group(words: str) -> int:
    value, digit = 0, 0
    for character in words:
        if character in UNITS:
            value += digit * UNITS[character]
            digit = 0
        else:
            digit = DIGITS.find(character)
    return value + digit
