"""What do the lines of a file say? Streams one file, line by line, into checked values.

Holds one line at a time, whatever the size of the file. Knows one file, nothing of the others.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from negotiation.feeds import refusals
from negotiation.feeds.layouts import Layout
from negotiation.feeds.refusals import BadValue, Reason, Rejection
from negotiation.feeds.rejects import RejectsFile, shown

ZERO = Decimal("0.00")


class Line(NamedTuple):
    """One row. ``values`` is empty if the row is refused; ``key`` may then be empty, too."""

    number: int
    key: str
    values: dict[str, Any]


class FeedFile:
    """The rows of one file, in order; counts and adds them up while they are read.

    :raises HeaderWrong, NotCsv, DuplicateKey, OutOfOrder: while it is read.
    """

    def __init__(self, directory: Path, layout: Layout, rejects: RejectsFile) -> None:
        self.layout = layout
        self.rows = 0
        self.sum = ZERO
        self.is_sum_known = True
        self._last = [""]
        self._path = directory / layout.file
        self._rejects = rejects
        self._summed = layout.header.index(layout.summed) if layout.summed else None

    def __iter__(self) -> Iterator[Line]:
        with self._path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            try:
                yield from self._lines(reader)
            except csv.Error as exc:
                raise refusals.NotCsv(f"{self.layout.file}, line {reader.line_num}: {exc}") from None

    def _lines(self, reader: Any) -> Iterator[Line]:
        if next(reader, None) != self.layout.header:
            raise refusals.HeaderWrong(f"{self.layout.file}: the columns are {', '.join(self.layout.header)}")
        columns, width = self.layout.columns, len(self.layout.columns)
        for cells in reader:
            self.rows += 1
            if len(cells) != width:
                yield self._wrong_width(len(cells), reader.line_num)
                continue
            try:
                values = {column.field: column.parse(cell) for column, cell in zip(columns, cells, strict=True)}
            except BadValue:
                yield self._refused(cells, reader.line_num)
                continue
            self._check_order(cells, reader.line_num)
            if self._summed is not None:
                self.sum += values[columns[self._summed].field]
            yield Line(reader.line_num, cells[0], values)

    def _check_order(self, cells: list[str], line: int) -> None:
        key = cells[: self.layout.ordered_by]
        if key < self._last:
            raise refusals.OutOfOrder(f"{self.layout.file}, line {line}: rows ascend by {self._ordering}")
        if key == self._last and self.layout.ordered_by == len(self.layout.key):
            raise refusals.DuplicateKey(f"{self.layout.file}, line {line}: a second row with this {self._ordering}")
        self._last = key

    @property
    def _ordering(self) -> str:
        return ", ".join(self.layout.key[: self.layout.ordered_by])

    def _wrong_width(self, width: int, line: int) -> Line:
        self.is_sum_known = False
        self._rejects.add(Rejection(self.layout.file, line, "", Reason.COLUMN_COUNT, str(width)))
        return Line(line, "", {})

    def _refused(self, cells: list[str], line: int) -> Line:
        """Report every bad cell of a row; its key is kept if it is good, so that its account can be left out."""
        bad = set()
        for index, (column, cell) in enumerate(zip(self.layout.columns, cells, strict=True)):
            try:
                value = column.parse(cell)
            except BadValue as exc:
                bad.add(index)
                self._rejects.add(Rejection(self.layout.file, line, column.name, exc.reason, shown(column, cell)))
            else:
                self.sum += value if index == self._summed else 0
        self.is_sum_known &= self._summed not in bad
        if bad.isdisjoint(range(self.layout.ordered_by)):
            self._check_order(cells, line)
        return Line(line, "" if 0 in bad else cells[0], {})
