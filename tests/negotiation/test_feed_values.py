"""Cells and rows: what is read, what is refused and under which name."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from negotiation.feeds import values
from negotiation.feeds.layouts import LAYOUTS, LEDGER, Layout
from negotiation.feeds.reading import FeedFile
from negotiation.feeds.refusals import BadValue, Reason
from negotiation.feeds.rejects import RejectsFile
from tests.negotiation.deliveries import Delivery

COLUMNS = [pytest.param(column, id=f"{layout.file}:{column.name}") for layout in LAYOUTS for column in layout.columns]
AMOUNTS = st.integers(-(10**12) + 1, 10**12 - 1).map(lambda fen: str(Decimal(fen).scaleb(-2)))
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(str)
RATES = st.integers(0, 10**12).map(lambda parts: format(Decimal(parts).scaleb(-12), "f"))


class TestACell:
    @pytest.mark.parametrize(
        ("parse", "cell", "value"),
        [
            (values.amount, "-1234.50", Decimal("-1234.50")),
            (values.amount, "9999999999.99", Decimal("9999999999.99")),
            (values.rate, "0.000493150685", Decimal("0.000493150685")),
            (values.rate, "0.05", Decimal("0.05")),
            (values.day, "2028-02-29", date(2028, 2, 29)),
            (values.identifier, "A-1.b_2", "A-1.b_2"),
            (values.text(4), "欧阳示例", "欧阳示例"),
            (values.text(2), "龘𠮷", "龘𠮷"),
            (values.text(2), "e\u0301", "\u00e9"),
            (values.number(1, 31), "31", 31),
            (values.email, "c1@cardholder.example", "c1@cardholder.example"),
            (values.phone, "+8612000000001", "+8612000000001"),
            (values.four_digits, "0042", "0042"),
            (values.optional(values.day), "", None),
        ],
    )
    def test_is_read(self, parse: Callable[[str], Any], cell: str, value: object) -> None:
        assert parse(cell) == value

    @pytest.mark.parametrize(
        ("parse", "cell", "reason"),
        [
            (values.amount, "", Reason.MISSING),
            (values.amount, "1", Reason.NOT_AN_AMOUNT),
            (values.amount, "1.5", Reason.NOT_AN_AMOUNT),
            (values.amount, "1.005", Reason.NOT_AN_AMOUNT),
            (values.amount, "01.00", Reason.NOT_AN_AMOUNT),
            (values.amount, "+1.00", Reason.NOT_AN_AMOUNT),
            (values.amount, "1,000.00", Reason.NOT_AN_AMOUNT),
            (values.amount, "1e2", Reason.NOT_AN_AMOUNT),
            (values.amount, "NaN", Reason.NOT_AN_AMOUNT),
            (values.amount, "10000000000.00", Reason.NOT_AN_AMOUNT),
            (values.amount, "１.00", Reason.NOT_AN_AMOUNT),
            (values.amount_not_negative, "-0.01", Reason.NEGATIVE),
            (values.rate, "0.05%", Reason.NOT_A_RATE),
            (values.rate, "1.01", Reason.NOT_A_RATE),
            (values.rate, "", Reason.MISSING),
            (values.day, "2027-02-29", Reason.NOT_A_DATE),
            (values.day, "20270228", Reason.NOT_A_DATE),
            (values.day, "2027-2-28", Reason.NOT_A_DATE),
            (values.day, "", Reason.MISSING),
            (values.identifier, "", Reason.MISSING),
            (values.identifier, "A 1", Reason.NOT_AN_IDENTIFIER),
            (values.identifier, "=A1", Reason.NOT_AN_IDENTIFIER),
            (values.identifier, "A" * 41, Reason.TOO_LONG),
            (values.text(3), "", Reason.MISSING),
            (values.text(3), "四个字了", Reason.TOO_LONG),
            (values.text(9), " 张", Reason.NOT_PLAIN_TEXT),
            (values.text(9), "张\n示", Reason.NOT_PLAIN_TEXT),
            (values.text(9), "张\u202e示", Reason.NOT_PLAIN_TEXT),
            (values.number(1, 31), "32", Reason.OUT_OF_RANGE),
            (values.number(1, 31), "0", Reason.OUT_OF_RANGE),
            (values.number(1, 31), "05", Reason.NOT_A_NUMBER),
            (values.number(1, 31), "", Reason.MISSING),
            (values.one_of(["en"]), "EN", Reason.NOT_IN_LIST),
            (values.one_of(["en"]), "", Reason.MISSING),
            (values.email, "nobody", Reason.NOT_AN_EMAIL),
            (values.email, "a@b.example\nBcc: c@d.example", Reason.NOT_AN_EMAIL),
            (values.email, "a" * 250 + "@b.example", Reason.TOO_LONG),
            (values.phone, "13800000000", Reason.NOT_A_PHONE_NUMBER),
            (values.four_digits, "42", Reason.NOT_FOUR_DIGITS),
            (values.four_digits, "1234567890123456", Reason.NOT_FOUR_DIGITS),
        ],
    )
    def test_is_refused_by_name(self, parse: Callable[[str], Any], cell: str, reason: Reason) -> None:
        with pytest.raises(BadValue) as refusal:
            parse(cell)
        assert refusal.value.reason is reason

    @given(cell=AMOUNTS)
    def test_holds_an_amount_to_the_fen(self, cell: str) -> None:
        assert str(values.amount(cell)) == cell

    @given(cell=DAYS)
    def test_holds_any_day_of_two_centuries(self, cell: str) -> None:
        assert str(values.day(cell)) == cell

    @given(cell=RATES)
    def test_holds_a_rate_to_twelve_places(self, cell: str) -> None:
        assert format(values.rate(cell), "f") == cell

    @pytest.mark.parametrize("column", COLUMNS)
    @settings(max_examples=60)
    @given(cell=st.one_of(st.text(max_size=60), AMOUNTS, DAYS, RATES))
    def test_of_any_text_is_read_or_refused_and_nothing_else(self, column: Any, cell: str) -> None:
        try:
            column.parse(cell)
        except BadValue as refusal:
            assert refusal.reason in Reason


class TestARow:
    @pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.file)
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_with_any_cell_spoilt_is_read_or_rejected_at_that_column(
        self, tmp_path: Path, layout: Layout, data: st.DataObject
    ) -> None:
        row = Delivery(1).rows[layout.file][0]
        spoilt = data.draw(st.sampled_from(layout.header))
        row[spoilt] = data.draw(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"\r\n\0'), max_size=12)
        )
        cells = ['"' + row.get(name, "") + '"' for name in layout.header]
        (tmp_path / layout.file).write_text(",".join(layout.header) + "\n" + ",".join(cells) + "\n", encoding="utf-8")
        rejects = RejectsFile(tmp_path / "rejects.csv")
        [line] = FeedFile(tmp_path, layout, rejects)
        rejects.close()
        assert bool(line.values) == (len(rejects) == 0)
        if len(rejects):
            assert f"{layout.file},2,{spoilt}," in (tmp_path / "rejects.csv").read_text()

    def test_that_is_good_has_a_value_for_every_field(self, tmp_path: Path) -> None:
        Delivery(1).write(tmp_path)
        rejects = RejectsFile(tmp_path / "rejects.csv")
        lines = list(FeedFile(tmp_path, LEDGER, rejects))
        assert [line.number for line in lines] == [2, 3, 4, 5, 6, 7, 8]
        assert lines[3].values == {
            "account_id": "A0001",
            "source_id": "E4",
            "posting": "P3",
            "kind": "interest",
            "component": "interest",
            "posting_date": date(2026, 11, 5),
            "amount": Decimal("28.50"),
            "description": "",
            "rule": "daily_interest",
            "base": Decimal("9500.00"),
            "rate": Decimal("0.0005"),
            "days": 6,
            "from_date": date(2026, 10, 30),
            "to_date": date(2026, 11, 5),
        }

    def test_that_repeats_in_a_rejects_file_counts_once(self, tmp_path: Path) -> None:
        delivery = Delivery(1)
        delivery.find("accounts.csv")["credit_limit"] = "much"
        delivery.find("accounts.csv")["opened_on"] = "long ago"
        delivery.write(tmp_path)
        rejects = RejectsFile(tmp_path / "rejects.csv")
        list(FeedFile(tmp_path, LAYOUTS[1], rejects))
        rejects.close()
        assert len(rejects) == 1
        assert (tmp_path / "rejects.csv").read_text().splitlines() == [
            "file,line,column,reason,value",
            "accounts.csv,2,credit_limit,not_an_amount,much",
            "accounts.csv,2,opened_on,not_a_date,*** (8 characters)",
        ]
