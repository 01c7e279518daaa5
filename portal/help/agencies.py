"""Which collection agencies has the bank commissioned? A file of the operator's says so; it is read once, at the start.

The bank has to publish the list (China Banking Association, guide of 30 January 2026). Knows no page and no database.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

FIELDS = {"name", "phone", "website", "since"}


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency; ``website`` may be empty, ``since`` is the day from which it may act for the bank."""

    name: str
    phone: str
    website: str
    since: date


def read_agencies(setting: str, path: Path | None) -> tuple[Agency, ...] | None:
    """The agencies of a JSON file, a list of objects with exactly the texts of ``FIELDS``, in its order; None without a file.

    :raises ImproperlyConfigured: if the file cannot be read or a line is not an agency; names the setting and the line.
    """
    if path is None:
        return None
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ImproperlyConfigured(f"{setting}: the file is not there or is no JSON.") from None
    if not isinstance(rows, list):
        raise ImproperlyConfigured(f"{setting}: it has to be a list of agencies.")
    return tuple(_agency(setting, number, row) for number, row in enumerate(rows, 1))


def _agency(setting: str, number: int, row: Any) -> Agency:
    if not isinstance(row, dict) or set(row) != FIELDS or not all(isinstance(text, str) for text in row.values()):
        raise ImproperlyConfigured(f"{setting}: agency {number} needs the texts name, phone, website and since alone.")
    if not row["name"].strip() or not row["phone"].strip():
        raise ImproperlyConfigured(f"{setting}: agency {number} has no name or no phone.")
    if row["website"] and not _is_website(row["website"]):
        raise ImproperlyConfigured(f"{setting}: the website of agency {number} has to begin with https://.")
    try:
        since = date.fromisoformat(row["since"])
    except ValueError:
        raise ImproperlyConfigured(f"{setting}: since of agency {number} has to be a day such as 2026-01-31.") from None
    return Agency(row["name"].strip(), row["phone"].strip(), row["website"], since)


def _is_website(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
