"""Runs every case of a vector file through the engine and says which agree.

A section or kind that is not known, a field that is expected and not computed, and a refusal by the engine are all failures.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from negotiation.management.vectors import accounts, costs, days, plans, solvers
from negotiation.management.vectors.case import Case, Computation
from negotiation.management.vectors.compare import differences

SECTIONS: dict[str, Computation] = {
    "schedules": plans.schedule,
    "payoffs": plans.payoff,
    "prepayments": plans.prepayment,
    "instalment_overdue": plans.late_instalment,
    "accruals": accounts.accrual,
    "statement_run": accounts.statement_run,
    "late_fees": accounts.late_fee,
    "minimum_payments": accounts.minimum_payment,
    "waterfalls": accounts.waterfall,
    "cap_checks": accounts.cap_check,
    "waivers": accounts.waiver,
    "dpd": accounts.days_past_due,
    "dates": days.date_rule,
    "term_limits": days.term_limit,
    "contact_window": days.contact_window,
    "complaint_deadlines": days.complaint_deadlines,
}
KINDS: dict[str, dict[str, Computation]] = {"apr": costs.KINDS, "solvers": solvers.KINDS}
NOT_CASES = ("meta",)
LARGEST_FILE = 10 * 1024 * 1024


class VectorFileUnreadable(ValueError):
    """The file is not JSON, or not an object of sections that are lists of cases."""


@dataclass(frozen=True)
class CaseResult:
    """``problems`` is empty if the case passed."""

    name: str
    problems: tuple[str, ...]


def run_file(path: Path) -> Iterator[CaseResult]:
    """One result a case, in the order of the file.

    :raises VectorFileUnreadable: if the file is not one of vectors.
    """
    sections = _read(path)
    for section, cases in sections.items():
        if section in NOT_CASES:
            continue
        if section not in SECTIONS and section not in KINDS:
            yield CaseResult(section, (f"section {section} is not known",))
            continue
        for number, inputs in enumerate(cases, 1):
            yield _run(_name(section, inputs, number), Case(section, inputs, sections))


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise VectorFileUnreadable(f"{path}: larger than {LARGEST_FILE // 1024 // 1024} MB")
        sections = json.loads(content.decode(), parse_float=Decimal)
    except VectorFileUnreadable:
        raise
    except (OSError, ValueError, RecursionError) as reason:
        raise VectorFileUnreadable(f"{path}: {reason}") from None
    if not isinstance(sections, dict):
        raise VectorFileUnreadable(f"{path}: not an object of sections")
    for section, cases in sections.items():
        if section not in NOT_CASES and not _are_cases(cases):
            raise VectorFileUnreadable(f"{path}: section {section} is not a list of cases")
    return sections


def _are_cases(cases: Any) -> bool:
    return isinstance(cases, list) and all(isinstance(inputs, dict) for inputs in cases)


def _name(section: str, inputs: Mapping[str, Any], number: int) -> str:
    return str(inputs.get("id") or f"{section}[{number}]")


def _run(name: str, case: Case) -> CaseResult:
    computation = _computation(case)
    if computation is None:
        return CaseResult(name, (f"section {case.section}, kind {case.inputs.get('kind')} is not known",))
    expected = {key: value for key, value in case.inputs.items() if key.startswith("expected")}
    if not expected:
        return CaseResult(name, ("nothing is expected of this case",))
    try:
        computed = computation(case)
    except (ValueError, KeyError, TypeError, ArithmeticError) as reason:
        return CaseResult(name, (f"refused by the engine: {type(reason).__name__}: {reason}",))
    return CaseResult(name, tuple(_problems(expected, computed)))


def _computation(case: Case) -> Computation | None:
    """What computes the case; nothing if its kind is not known."""
    if case.section in KINDS:
        return KINDS[case.section].get(str(case.inputs.get("kind")))
    return SECTIONS[case.section]


def _problems(expected: Mapping[str, Any], computed: Any) -> Iterator[str]:
    """``expected`` alone is compared with the whole result; ``expected_allowed`` and its like with that field of it."""
    for key, value in expected.items():
        if key == "expected":
            yield from differences(value, computed)
        else:
            yield from differences({key.removeprefix("expected_"): value}, computed)
