"""How is a delivery written? For the demonstration, for tests, and as an example for a bank's own job."""

import csv
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from negotiation.feeds.control import CONTROL_FILE, Control, FileControl
from negotiation.feeds.layouts import LAYOUTS, Layout


class FeedWriter:
    """Writes rows as they come, each file in its own order, and the control record last: with it the delivery is complete."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        (directory / CONTROL_FILE).unlink(missing_ok=True)
        self._files = {layout: (directory / layout.file).open("w", encoding="utf-8", newline="") for layout in LAYOUTS}
        self._csv = {layout: csv.writer(file, lineterminator="\n") for layout, file in self._files.items()}
        self._rows = dict.fromkeys(LAYOUTS, 0)
        self._sums = dict.fromkeys(LAYOUTS, Decimal(0))
        for layout, writer in self._csv.items():
            writer.writerow(layout.header)

    def add(self, layout: Layout, cells: Mapping[str, Any]) -> None:
        """One row; ``cells`` by column, a column left out is empty."""
        self._csv[layout].writerow([_cell(cells.get(name)) for name in layout.header])
        self._rows[layout] += 1
        if layout.summed:
            self._sums[layout] += cells[layout.summed]

    def finish(self, *, batch_id: str, sequence: int, as_of: datetime) -> Control:
        """Close the files and write the control record."""
        for file in self._files.values():
            file.close()
        files = {layout.file: self._file_control(layout) for layout in LAYOUTS}
        control = Control(batch_id, sequence, as_of, files)
        text = json.dumps(control.to_data(), indent=2) + "\n"
        (self._directory / CONTROL_FILE).write_text(text, encoding="utf-8")
        return control

    def _file_control(self, layout: Layout) -> FileControl:
        path = self._directory / layout.file
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        fen = int(self._sums[layout].scaleb(2)) if layout.summed else None
        return FileControl(self._rows[layout], path.stat().st_size, digest, fen)


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
