"""Where does the bank read what was refused? One CSV file with a line a reason; personal data are masked."""

import csv
import re
from pathlib import Path
from typing import TextIO

from negotiation.feeds.layouts import Column
from negotiation.feeds.refusals import Rejection, RejectsTaken

HEADER = ("file", "line", "column", "reason", "value")
# What cannot be a name, an address or a telephone number, and no formula when a spreadsheet opens the file.
_HARMLESS = re.compile(r"-?[0-9A-Za-z][0-9A-Za-z._:-]{0,39}")
_MANY_DIGITS = re.compile(r"[0-9]{9,}")


def shown(column: Column, cell: str) -> str:
    """The cell as it may be shown: masked if its column is personal or if it looks like personal data in a wrong column."""
    if not cell:
        return ""
    if column.is_personal or _HARMLESS.fullmatch(cell) is None or _MANY_DIGITS.search(cell):
        return f"*** ({len(cell)} characters)"
    return cell


class RejectsFile:
    """The rejects of one delivery; the file is made with the first of them, and one of an earlier run is removed.

    :raises RejectsTaken: if the file that stands there is no earlier run's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, int] = {}
        self._last: tuple[str, int] = ("", 0)
        self._stream: TextIO | None = None
        _remove(path)

    def __len__(self) -> int:
        """The number of refused rows."""
        return sum(self.rows.values())

    def add(self, rejection: Rejection) -> None:
        """Write one reason; a row that has several counts once."""
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._stream).writerow(HEADER)
        csv.writer(self._stream).writerow(
            (rejection.file, rejection.line, rejection.column, rejection.reason.value, rejection.value)
        )
        if self._last != (rejection.file, rejection.line):
            self.rows[rejection.file] = self.rows.get(rejection.file, 0) + 1
        self._last = (rejection.file, rejection.line)

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._stream is not None:
            self._stream.close()


def _remove(path: Path) -> None:
    if not path.exists():
        return
    head = ",".join(HEADER).encode()
    with path.open("rb") as file:
        if file.read(len(head)) != head:
            raise RejectsTaken(f"{path} is not a file of refused rows")
    path.unlink()
