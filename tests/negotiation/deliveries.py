"""Small deliveries for tests: two accounts that agree to the fen, and a way to spoil any cell of them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from negotiation.feeds.layouts import LAYOUTS
from negotiation.feeds.writing import FeedWriter

AS_OF = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
Cells = dict[str, str]


class Delivery:
    """The rows of a delivery as text, by file; change what you like, then ``write`` it with a control record that fits."""

    def __init__(self, *numbers: int) -> None:
        self.rows: dict[str, list[Cells]] = {layout.file: [] for layout in LAYOUTS}
        for number in numbers or (1, 2):
            self.add(number)

    def add(self, number: int) -> None:
        """An account that owes 9,990.80: 9,700.00 purchases, 153.50 and 87.30 interest, 50.00 late fee."""
        account, cardholder = f"A{number:04d}", f"C{number:04d}"
        self.rows["cardholders.csv"].append(_cardholder(cardholder, number))
        self.rows["accounts.csv"].append(_account(account, cardholder))
        self.rows["statements.csv"] += [{"account_id": account, **row} for row in _statements()]
        self.rows["ledger.csv"] += [{"account_id": account, **row} for row in _ledger()]

    def find(self, file: str, **cells: str) -> Cells:
        """The first row with these cells."""
        return next(row for row in self.rows[file] if cells.items() <= row.items())

    def drop(self, number: int) -> None:
        """Leave an account and its cardholder out."""
        for file, rows in self.rows.items():
            ids = {f"A{number:04d}", f"C{number:04d}"}
            self.rows[file] = [row for row in rows if ids.isdisjoint((row.get("account_id"), row.get("cardholder_id")))]

    def write(self, directory: Path, *, batch_id: str = "B1", sequence: int = 1, as_of: datetime = AS_OF) -> Path:
        """Write the files, with a control record of what is in them."""
        writer = FeedWriter(directory)
        for layout in LAYOUTS:
            for row in self.rows[layout.file]:
                writer.add(layout, row | ({layout.summed: _Amount(row[layout.summed])} if layout.summed else {}))
        writer.finish(batch_id=batch_id, sequence=sequence, as_of=as_of)
        return directory


class _Amount(str):
    """A cell that adds up like an amount where it is one, and is written as it is."""

    __slots__ = ()

    def __radd__(self, other: Decimal) -> Decimal:
        try:
            return other + Decimal(str(self))
        except InvalidOperation:
            return other


def _cardholder(cardholder: str, number: int) -> Cells:
    return {
        "cardholder_id": cardholder,
        "name": "张示例",
        "email": f"person{number}@cardholder.example",
        "phone": f"+8612{number:09d}",
        "birth_date": "1985-06-15",
        "language": "zh-hans",
    }


def _account(account: str, cardholder: str) -> Cells:
    return {
        "account_id": account,
        "cardholder_id": cardholder,
        "product": "STANDARD",
        "card_last4": "0042",
        "currency": "CNY",
        "credit_limit": "20000.00",
        "opened_on": "2020-03-01",
        "statement_day": "5",
        "due_day": "25",
        "daily_rate": "0.0005",
        "oldest_unpaid_due_date": "2026-10-25",
        "purchase_principal": "9700.00",
        "cash_principal": "0.00",
        "instalment_principal": "0.00",
        "interest": "153.50",
        "accrued_interest": "87.30",
        "late_fee": "50.00",
        "other_fee": "0.00",
        "recovery_cost": "0.00",
        "total": "9990.80",
    }


def _statements() -> Iterable[Cells]:
    none = dict.fromkeys(
        ("purchases", "cash_advances", "interest", "late_fees", "other_fees", "adjustments", "payments"), "0.00"
    )
    yield none | {
        "statement_date": "2026-10-05",
        "due_date": "2026-10-25",
        "opening_balance": "10000.00",
        "closing_balance": "10000.00",
        "minimum_payment": "1000.00",
    }
    yield none | {
        "statement_date": "2026-11-05",
        "due_date": "2026-11-25",
        "opening_balance": "10000.00",
        "purchases": "200.00",
        "interest": "153.50",
        "late_fees": "50.00",
        "payments": "500.00",
        "closing_balance": "9903.50",
        "minimum_payment": "1623.50",
    }


def _ledger() -> Iterable[Cells]:
    yield _entry("E1 P1", "brought_forward purchase_principal", "2026-10-05", "10000.00")
    yield _entry("E2 P2", "payment purchase_principal", "2026-10-30", "-500.00")
    yield _entry("E3 P3", "interest interest", "2026-11-05", "125.00") | _days(
        "10000.00", 25, "2026-10-05", "2026-10-30"
    )
    yield _entry("E4 P3", "interest interest", "2026-11-05", "28.50") | _days("9500.00", 6, "2026-10-30", "2026-11-05")
    yield _entry("E5 P4", "late_fee late_fee", "2026-11-05", "50.00") | {
        "rule": "share",
        "base": "1000.00",
        "rate": "0.05",
    }
    yield _entry("E6 P5", "purchase purchase_principal", "2026-11-05", "200.00")
    yield _entry("E7 P6", "interest accrued_interest", "2026-11-23", "87.30") | _days(
        "9700.00", 18, "2026-11-05", "2026-11-23"
    )


def _entry(numbers: str, what: str, day: str, amount: str) -> Cells:
    names = ("entry_id", "posting_id", "kind", "component")
    return dict(zip(names, f"{numbers} {what}".split(), strict=True)) | {"posting_date": day, "amount": amount}


def _days(base: str, days: int, first: str, last: str) -> Cells:
    return {
        "rule": "daily_interest",
        "base": base,
        "rate": "0.0005",
        "days": str(days),
        "from_date": first,
        "to_date": last,
    }
