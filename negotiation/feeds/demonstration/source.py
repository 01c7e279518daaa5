"""What does the data set say of each overdue cardholder? Reads `demo/`, counts what it leaves out and what is odd."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from negotiation.domain.money import FEN

FILE = "overdue_credit_card_clients.csv.gz"
MONTHS = 6
_STATUS = ("PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row, its months in order from April to September 2005; amounts taken as yuan.

    ``status``: -2 no use, -1 paid in full, 0 revolving, 1 and more: months late.
    ``paid`` of a month goes towards the balance of the month before it.
    """

    number: int
    credit_limit: Decimal
    age: int
    status: tuple[int, ...]
    balances: tuple[Decimal, ...]
    paid: tuple[Decimal, ...]

    @property
    def months_late(self) -> int:
        return self.status[-1]

    @property
    def balance(self) -> Decimal:
        return self.balances[-1]


def owing_rows(directory: Path, oddities: Counter[str]) -> Iterator[SourceRow]:
    """The rows that are overdue and owe something, in the order of the file; counts the others."""
    with gzip.open(directory / FILE, "rt", encoding="utf-8", newline="") as stream:
        for cells in csv.DictReader(stream):
            row = _row(cells)
            if row.balance <= 0:
                oddities["left out: overdue, but nothing is owed"] += 1
                continue
            if any("e" in cell for cell in cells.values()):
                oddities["an amount written like 1e+05 was read as the number it is"] += 1
            yield row


def _row(cells: dict[str, str]) -> SourceRow:
    backwards = range(MONTHS, 0, -1)
    return SourceRow(
        number=int(cells["ID"]),
        credit_limit=_yuan(cells["LIMIT_BAL"]),
        age=int(cells["AGE"]),
        status=tuple(int(cells[name]) for name in _STATUS),
        balances=tuple(_yuan(cells[f"BILL_AMT{month}"]) for month in backwards),
        paid=tuple(_yuan(cells[f"PAY_AMT{month}"]) for month in backwards),
    )


def _yuan(cell: str) -> Decimal:
    return Decimal(cell).quantize(FEN)
