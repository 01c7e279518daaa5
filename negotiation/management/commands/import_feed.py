"""Imports one delivery of the bank's core system (`docs/feed.md`)."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from negotiation.feeds.importing import Report, import_feed
from negotiation.feeds.refusals import FeedRefused, RejectsTaken

PROGRESS_SECONDS = 2.0


class Command(BaseCommand):
    help = "Imports the nightly feed in a directory: all of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="the directory of the delivery")
        parser.add_argument("--rejects", type=Path, help="where refused rows are written (default: DIR/rejects.csv)")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        rejects: Path = options["rejects"] or directory / "rejects.csv"
        started = self._told = time.monotonic()
        try:
            report = import_feed(directory, rejects=rejects, now=timezone.now(), progress=self._progress)
        except FeedRefused as exc:
            are_told = rejects.exists() and not isinstance(exc, RejectsTaken)
            also = f" Refused rows are in {rejects}." if are_told else ""
            raise CommandError(f"{type(exc).__name__}: {exc}. Nothing was changed.{also}") from None
        except OSError as exc:
            raise CommandError(f"{exc.filename} cannot be used: {exc.strerror}. Nothing was changed.") from None
        self._tell(report, rejects, time.monotonic() - started)

    def _progress(self, done: int, rows: int) -> None:
        if time.monotonic() - self._told >= PROGRESS_SECONDS:
            self._told = time.monotonic()
            self.stdout.write(f"  {done:>9,} of {rows:,} rows ({done / rows:.0%})")
            self.stdout.flush()

    def _tell(self, report: Report, rejects: Path, seconds: float) -> None:
        control = report.control
        self.stdout.write(f"Batch {control.batch_id}, as of {control.as_of:%Y-%m-%d %H:%M %z}")
        if report.is_repeated:
            self.stdout.write("It was imported before; nothing was changed.")
            return
        for name, file in control.files.items():
            change = report.changes[name]
            counts = ", ".join(f"{change[what]:,} {what}" for what in ("added", "changed", "unchanged", "removed"))
            self.stdout.write(f"  {name:<16} {file.rows:>9,} read, {report.rejected.get(name, 0):,} rejected: {counts}")
        self.stdout.write(f"  {report.departed:,} accounts are no longer reported as overdue")
        if report.rejected:
            self.stdout.write(f"Refused rows are in {rejects}; their accounts keep what an earlier batch said.")
        self.stdout.write(self.style.SUCCESS(f"Imported in {seconds:.1f} s"))
