"""The copy of their data that a person takes with them: one ZIP, put together in memory, with tables for machines and for reading."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from negotiation.services.own_data import Column, Part, own_parts, plain
from negotiation.services.own_files import own_files
from negotiation.services.personal_data import SealBroken
from portal.journey.own_records import site_parts
from portal.templatetags.formatting import exact_rate, plain_day, plain_moment, plain_money

FORMAT = "own-data/1"
MOST_BYTES = 64 * 1024 * 1024
"""So many bytes of documents and attachments go into one copy; what is beyond is named in it and can be opened one by one."""
FOR_MACHINES = {"snapshots", "acts", "links_sent", "codes_sent"}
"""Tables that tell a reader nothing they do not read elsewhere."""
WIDEST, LONGEST = 7, 12
NOTHING = "–"
log = structlog.get_logger("own_data")


@dataclass(frozen=True, slots=True)
class OwnDataFile:
    """The ZIP, its SHA-256 (hex), and the names of the files that it could not hold or that could not be read."""

    content: io.BytesIO
    sha256: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A part as a reader sees it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_listed(self) -> bool:
        """Too wide for a page, and short enough to be read row by row."""
        return len(self.headings) > WIDEST and len(self.rows) <= LONGEST

    @property
    def lists(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of heading and words, without what is empty."""
        paired = (zip(self.headings, row, strict=True) for row in self.rows)
        return [[(heading, words) for heading, words in pairs if words != NOTHING] for pairs in paired]


def own_data_file(*, cardholder: Any, now: datetime) -> OwnDataFile:
    """Everything of this person and of nobody else, in the language that is active."""
    parts = (*own_parts(cardholder=cardholder), *site_parts(cardholder=cardholder))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        left_out = _add_files(archive, cardholder, now)
        said = {"parts": parts, "tables": [_table(part) for part in parts if part.name not in FOR_MACHINES]}
        said |= {"now": now, "left_out": left_out, "language": get_language()}
        _add(archive, "data.json", _data(parts, left_out, now), now)
        _add(archive, "data.html", render_to_string("own_data/data.html", said).encode(), now)
        _add(archive, "data.css", render_to_string("own_data/data.css").encode(), now)
        _add(archive, "README.txt", render_to_string("own_data/read_me.txt", said).encode(), now)
    digest = hashlib.sha256(content.getbuffer()).hexdigest()
    content.seek(0)
    return OwnDataFile(content, digest, left_out)


def _add_files(archive: zipfile.ZipFile, cardholder: Any, now: datetime) -> tuple[str, ...]:
    """Puts in what fits, one file in memory at a time; the names of the others."""
    held, left_out = 0, []
    for file in own_files(cardholder=cardholder):
        try:
            content = file.read()
        except (OSError, SealBroken) as exc:
            log.error("own file not readable", error=type(exc).__name__)
            content = None
        if content is None or held + len(content) > MOST_BYTES:
            left_out.append(file.name)
            continue
        held += len(content)
        _add(archive, file.name, content, now)
    return tuple(left_out)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, now: datetime) -> None:
    entry = zipfile.ZipInfo(name, now.astimezone(UTC).timetuple()[:6])
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _data(parts: tuple[Part, ...], left_out: tuple[str, ...], now: datetime) -> bytes:
    said = {"format": FORMAT, "made_at": plain(now), "files_left_out": left_out}
    return json.dumps({**said, **{part.name: part.data for part in parts}}, ensure_ascii=False, indent=1).encode()


def _table(part: Part) -> Table:
    columns = [column for column in part.columns if column.kind != "data"]
    headings = tuple(capfirst(str(column.label)) for column in columns)
    rows = tuple(tuple(_words(column, row) for column in columns) for row in part.rows)
    return Table(capfirst(str(part.title)), headings, rows)


def _words(column: Column, row: Any) -> str:
    value = column.words(row)
    if value is None or value == "":
        return NOTHING
    return str(_WRITTEN.get(column.kind, str)(value))


def _truth(value: bool) -> str:
    return _("yes") if value else _("no")


_WRITTEN = {
    "amount": plain_money,
    "rate": exact_rate,
    "moment": plain_moment,
    "day": plain_day,
    "truth": _truth,
}
