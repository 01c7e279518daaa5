"""Tables as CSV that a spreadsheet opens as it is: UTF-8 with its mark, and no cell that it would run as a formula."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

_BYTE_ORDER_MARK = "\ufeff"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The rows as a download called ``name``; numbers bare, nothing for None."""
    response = HttpResponse(_BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    writer = csv.writer(response)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return response


def _cell(value: Any) -> str:
    """A text that begins like a formula gets an apostrophe before it (OWASP, CSV injection); a number stays a number."""
    if value is None:
        return ""
    text = str(value)
    is_number = isinstance(value, (int, Decimal))
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) and not is_number else text
