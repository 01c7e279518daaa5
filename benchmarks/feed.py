"""How fast is an import, beside a bare loop of csv and bulk_create over the same rows? Prints a Markdown table.

Each measurement is a process of its own with a database of its own: python -m benchmarks.feed [--limit N]
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
TIMES_MORE = 3
ROUNDS = 2


def boot(var: Path) -> None:
    """Django with a database in ``var``."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ENV_FILE": "",
        "PORTAL_VAR_DIR": str(var),
        "PORTAL_DEMONSTRATION": "true",
        "PORTAL_SECRET_KEY": "x" * 40,
        "PORTAL_DATA_KEYS": f"bench:{KEY}",
        "PORTAL_INDEX_KEY": KEY,
    }
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def bare(directory: Path) -> None:
    """What an import would be without any check: csv in, bulk_create out."""
    from django.db import transaction

    from negotiation.models import CardAccount, Cardholder, FeedBatch, LedgerEntry, Statement

    with transaction.atomic():
        batch = FeedBatch.objects.create(
            batch_id="bare", sequence=1, as_of=NOW, control_sha256="", row_count=0, rejected_count=0, imported_at=NOW
        )
        people = {row["cardholder_id"]: _cardholder(Cardholder, row) for row in _rows(directory, "cardholders.csv")}
        Cardholder.objects.bulk_create(people.values())
        accounts = {}
        for row in _rows(directory, "accounts.csv"):
            values = _typed(row, dates={"opened_on", "oldest_unpaid_due_date"}, texts=ACCOUNT_TEXTS)
            values["cardholder"] = people[values.pop("cardholder_id")]
            source_id = values.pop("account_id")
            accounts[source_id] = CardAccount(source_id=source_id, batch=batch, as_of=NOW, **values)
        CardAccount.objects.bulk_create(accounts.values())
        statements = (
            _typed(row, dates={"statement_date", "due_date"}, texts={"account_id"})
            for row in _rows(directory, "statements.csv")
        )
        Statement.objects.bulk_create([Statement(account=accounts[row.pop("account_id")], **row) for row in statements])
        LedgerEntry.objects.bulk_create([_entry(LedgerEntry, row, accounts) for row in _rows(directory, "ledger.csv")])


ACCOUNT_TEXTS = {"account_id", "cardholder_id", "product", "card_last4", "currency"}
ENTRY_DATES = {"posting_date", "from_date", "to_date"}
ENTRY_TEXTS = {"account_id", "entry_id", "posting_id", "kind", "component", "description", "rule"}


def _rows(directory: Path, name: str) -> Iterator[dict[str, str]]:
    with (directory / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _typed(row: dict[str, str], *, dates: set[str], texts: set[str]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, cell in row.items():
        if name in texts:
            typed[name] = cell
        elif not cell:
            typed[name] = None
        else:
            typed[name] = date.fromisoformat(cell) if name in dates else Decimal(cell)
    return typed


def _cardholder(model: Any, row: dict[str, str]) -> Any:
    person = model(
        source_id=row["cardholder_id"], name=row["name"], birth_date=row["birth_date"], language=row["language"]
    )
    person.set_contact(email=row["email"], phone=row["phone"])
    return person


def _entry(model: Any, row: dict[str, str], accounts: dict[str, Any]) -> Any:
    values = _typed(row, dates=ENTRY_DATES, texts=ENTRY_TEXTS)
    account = accounts[values.pop("account_id")]
    return model(account=account, source_id=values.pop("entry_id"), posting=values.pop("posting_id"), **values)


def imported(directory: Path) -> None:
    """The product's own import."""
    from negotiation.feeds.importing import import_feed

    import_feed(directory, rejects=directory / "rejects.csv", now=NOW)


@dataclass(frozen=True, order=True)
class Measurement:
    """One import: seconds of the processor, seconds of the clock, peak memory of its process in MiB."""

    processor: float
    clock: float
    memory: float


def measured(name: str, directory: Path, var: Path) -> Measurement:
    """One import in a fresh process; ``var`` may hold the database of an earlier one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        boot(var)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        started = time.process_time(), time.perf_counter()
        {"bare": bare, "import": imported}[name](directory)
        os.write(writing, f"{time.process_time() - started[0]} {time.perf_counter() - started[1]}".encode())
        os._exit(0)
    os.close(writing)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{name} failed")
    processor, clock = os.read(reading, 128).split()
    return Measurement(float(processor), float(clock), usage.ru_maxrss / 1024)


def make_feed(out: Path, limit: int | None) -> int:
    """The demonstration's feed, made in a process of its own; the number of its rows."""
    child = os.fork()
    if child == 0:
        boot(out)
        from negotiation.feeds.demonstration.feed import make_demo_feed

        make_demo_feed(out, as_of=NOW, seed=1, limit=limit, source=ROOT / "demo")
        os._exit(0)
    os.waitpid(child, 0)
    return sum(sum(1 for _ in path.open("rb")) - 1 for path in out.glob("*.csv"))


def multiply(feed: Path, out: Path, times: int) -> None:
    """A feed of ``times`` as many accounts: the same ones under other numbers."""
    child = os.fork()
    if child == 0:
        boot(out)
        from negotiation.feeds.layouts import LAYOUTS
        from negotiation.feeds.writing import FeedWriter

        writer = FeedWriter(out)
        for layout in LAYOUTS:
            for copy in range(times):
                for row in _rows(feed, layout.file):
                    ids = {name: f"{copy}{row[name]}" for name in ("cardholder_id", "account_id") if name in row}
                    summed = {layout.summed: Decimal(row[layout.summed])} if layout.summed else {}
                    writer.add(layout, row | ids | summed)
        writer.finish(batch_id="many", sequence=1, as_of=NOW)
        os._exit(0)
    os.waitpid(child, 0)


def line(name: str, rows: int, taken: Measurement, beside: float | None) -> str:
    """One line of the table; ``beside`` are the processor's seconds of the bare loop for as many rows."""
    share = "–" if beside is None else f"{taken.processor / beside:.2f}"
    cells = (name, f"{rows:,}", f"{taken.processor:.1f}", f"{taken.clock:.1f}", share, f"{taken.memory:.0f}")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Make the feeds, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="take only so many accounts")
    limit = parser.parse_args().limit
    with tempfile.TemporaryDirectory(prefix="bench-feed-") as scratch:
        feed, many = Path(scratch, "feed"), Path(scratch, "many")
        rows = make_feed(feed, limit)
        multiply(feed, many, TIMES_MORE)
        used = [_fresh(scratch) for _ in range(ROUNDS)]
        pairs = [(measured("bare", feed, _fresh(scratch)), measured("import", feed, var)) for var in used]
        again = measured("import", feed, used[0])
        more = measured("import", many, _fresh(scratch))
    plain, first = (min(column) for column in zip(*pairs, strict=True))
    print("| import | rows | processor s | clock s | beside the bare loop | peak memory MiB |")
    print("|---|---:|---:|---:|---:|---:|")
    print(line("bare csv and bulk_create", rows, plain, plain.processor))
    print(line("import_feed", rows, first, plain.processor))
    print(line("import_feed, the same batch again", rows, again, None))
    print(line(f"import_feed, {TIMES_MORE} × the rows", rows * TIMES_MORE, more, plain.processor * TIMES_MORE))


def _fresh(scratch: str) -> Path:
    return Path(tempfile.mkdtemp(dir=scratch))


if __name__ == "__main__":
    main()
