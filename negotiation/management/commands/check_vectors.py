"""Run a file of vectors through the calculation engine and say which cases agree."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiation.domain.schedule import ENGINE_VERSION
from negotiation.management.vectors import CaseResult, VectorFileUnreadable, run_file


class Command(BaseCommand):
    help = (
        "Compute every case of a vector file with the engine; exit 1 if one differs or a section or kind is not known."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE", help="vectors in JSON: sections of cases with their expected results"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            results = list(run_file(options["file"]))
        except VectorFileUnreadable as reason:
            raise CommandError(str(reason)) from None
        failed = sum(1 for result in results if result.problems)
        if options["json"]:
            self.stdout.write(_as_json(results, failed))
        else:
            self.print_lines(results)
            self.stdout.write(f"{len(results) - failed} passed, {failed} failed")
        if failed:
            raise SystemExit(1)

    def print_lines(self, results: list[CaseResult]) -> None:
        for result in results:
            if not result.problems:
                self.stdout.write(f"{result.name}: ok")
            for problem in result.problems:
                self.stdout.write(f"{result.name}: {problem}")


def _as_json(results: list[CaseResult], failed: int) -> str:
    cases = [{"id": result.name, "ok": not result.problems, "problems": list(result.problems)} for result in results]
    figures = {"engine_version": ENGINE_VERSION, "passed": len(results) - failed, "failed": failed, "cases": cases}
    return json.dumps(figures, ensure_ascii=False, indent=2)
