"""What does the bank say it delivered? The control record, and the check of the files' bytes against it.

Knows bytes, counts and digests; knows nothing of columns.
"""

import codecs
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from negotiation.feeds import refusals, values
from negotiation.feeds.layouts import LAYOUTS

CONTROL_FILE = "control.json"
FORMAT = "arrears-feed/1"
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class FileControl:
    """What the control record says of one file; ``sum_fen`` is None for a file without amounts."""

    rows: int
    size: int
    sha256: str
    sum_fen: int | None


@dataclass(frozen=True, slots=True)
class Control:
    """The control record. ``fingerprint`` is the SHA-256 of its meaning: equal records of equal files, equal fingerprint."""

    batch_id: str
    sequence: int
    as_of: datetime
    files: Mapping[str, FileControl]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.to_data(), sort_keys=True).encode()).hexdigest()

    @property
    def row_count(self) -> int:
        return sum(file.rows for file in self.files.values())

    def to_data(self) -> dict[str, Any]:
        """The record as it is written."""
        files = {
            name: {"rows": file.rows, "bytes": file.size, "sha256": file.sha256}
            | ({} if file.sum_fen is None else {"sum_fen": file.sum_fen})
            for name, file in self.files.items()
        }
        return {
            "format": FORMAT,
            "batch_id": self.batch_id,
            "sequence": self.sequence,
            "as_of": self.as_of.isoformat(),
            "files": files,
        }


def read_control(directory: Path) -> Control:
    """The control record of a delivery.

    :raises ControlUnreadable: if it is missing or not of its form.
    :raises FileMissing: if it leaves out a file that every delivery has.
    """
    try:
        said = json.loads((directory / CONTROL_FILE).read_text(encoding="utf-8"))
        return _control(said)
    except OSError:
        raise refusals.ControlUnreadable(f"there is no {CONTROL_FILE} that can be read in {directory}") from None
    except KeyError as exc:
        raise refusals.ControlUnreadable(f"{CONTROL_FILE} has no {exc.args[0]}") from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as exc:
        raise refusals.ControlUnreadable(f"{CONTROL_FILE} is not of its form: {exc}") from None


def _control(said: Any) -> Control:
    if said["format"] != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    as_of = datetime.fromisoformat(said["as_of"])
    if as_of.tzinfo is None:
        raise ValueError("as_of has no offset from UTC")
    as_of.astimezone(UTC)  # a moment at either end of the calendar has none there
    files = {name: _file_control(file) for name, file in said["files"].items()}
    for layout in LAYOUTS:
        if layout.file not in files:
            raise refusals.FileMissing(f"{CONTROL_FILE} does not name {layout.file}")
        if layout.summed and files[layout.file].sum_fen is None:
            raise ValueError(f"{layout.file} has no sum_fen")
    if unknown := files.keys() - {layout.file for layout in LAYOUTS}:
        raise ValueError(f"{min(unknown)} is not a file of this format")
    return Control(values.identifier(said["batch_id"]), _whole(said["sequence"]), as_of, files)


def _file_control(said: Any) -> FileControl:
    return FileControl(
        rows=_whole(said["rows"]),
        size=_whole(said["bytes"]),
        sha256=str(said["sha256"]),
        sum_fen=None if said.get("sum_fen") is None else int(said["sum_fen"]),
    )


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError("a number is not a whole number from 0 to 2,147,483,647")
    return value


def check_files(directory: Path, control: Control) -> None:
    """Compare the bytes of every file with the control record, reading each once.

    :raises FileMissing, FileTruncated, NotUtf8, FileAltered: if a file is not what the record says.
    """
    for name, said in control.files.items():
        _check_file(directory / name, said)


def _check_file(path: Path, said: FileControl) -> None:
    digest, decoder, size, last = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 0, b""
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as exc:
            raise refusals.NotUtf8(f"{path.name} is not UTF-8 near byte {size + exc.start}") from None
        if b"\0" in chunk or (size == 0 and chunk.startswith(codecs.BOM_UTF8)):
            raise refusals.NotUtf8(f"{path.name} begins with a byte-order mark or holds a NUL")
        digest.update(chunk)
        size, last = size + len(chunk), chunk[-1:]
    if size < said.size or last != b"\n":
        raise refusals.FileTruncated(f"{path.name} has {size} of {said.size} bytes or its last line does not end")
    if digest.hexdigest() != said.sha256.lower():
        raise refusals.FileAltered(f"{path.name} does not have the SHA-256 of {CONTROL_FILE}")


def _chunks(path: Path) -> Iterable[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError:
        raise refusals.FileMissing(f"there is no {path.name} that can be read") from None
