"""The signed files that a cardholder downloads, looked at by programs that are not ours."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from negotiation.models import Instalment
from tests.negotiation.documents.tools import page_text, pdfsig_accepts, run

QUIET = str.maketrans("", "", "¥,\u00a0\u202f ")


def downloaded(page: Page, folder: Path, within: str = "main") -> dict[str, Path]:
    """Every file that the agreement's page, or a part of it, offers, by its language."""
    found = {}
    for link in page.locator(f"{within} a.file-save").all():
        with page.expect_download() as waiting:
            link.click()
        name = waiting.value.suggested_filename
        waiting.value.save_as(folder / name)
        found["en" if name.endswith("-en.pdf") else "zh-hans"] = folder / name
    return found


def rows_on(page: Page) -> list[list[str]]:
    """Principal, interest, payment and balance of each instalment as the page shows them, without signs."""
    page.locator("main .whole-schedule").evaluate("part => { part.open = true; }")
    rows = page.locator("main .whole-schedule tbody tr").all()
    return [[cell.translate(QUIET) for cell in row.locator("td.sum").all_inner_texts()] for row in rows]


def rows_inside(path: Path, folder: Path) -> list[dict[str, Any]]:
    """The machine-readable rows that the file carries."""
    folder.mkdir()
    run("pdfdetach", "-saveall", "-o", folder, path)
    data: dict[str, Any] = json.loads((folder / "schedule.json").read_text("utf-8"))
    rows: list[dict[str, Any]] = data["rows"]
    return rows


def rows_printed(path: Path) -> list[list[str]]:
    """Every line of the file's text as words, amounts without separators."""
    return [line.replace(",", "").split() for line in page_text(path).splitlines()]


def rows_stored(plan: Any) -> list[list[str]]:
    """The same columns as ``rows_on``, from the database."""
    stored = Instalment.objects.filter(plan=plan).order_by("seq")
    return [
        [f"{amount:.2f}" for amount in (row.principal, row.interest, row.payment, row.balance_after)] for row in stored
    ]


def with_one_byte_changed(path: Path) -> Path:
    """Another file, in the middle of which one byte differs."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    altered = path.with_name(f"altered-{path.name}")
    altered.write_bytes(content)
    return altered


__all__ = [
    "downloaded",
    "page_text",
    "pdfsig_accepts",
    "rows_inside",
    "rows_on",
    "rows_printed",
    "rows_stored",
    "with_one_byte_changed",
]
