"""Do the rows of one account agree with one another? Every rule that takes more than one cell.

An account agrees when each row is sound, its statements follow on from each other, its ledger explains every
statement to the fen, and the ledger of each component sums to the balance of that component.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from negotiation.domain.money import round_half_up
from negotiation.domain.terms import ZERO, Component
from negotiation.feeds.layouts import ACCOUNTS, BALANCES, LEDGER, STATEMENTS
from negotiation.feeds.reading import Line
from negotiation.feeds.refusals import Reason, Rejection
from negotiation.models import ChargeRule, EntryKind

PRINCIPAL = {Component.PURCHASE_PRINCIPAL, Component.INSTALMENT_PRINCIPAL}
COMPONENTS = {
    EntryKind.BROUGHT_FORWARD: set(Component),
    EntryKind.PURCHASE: PRINCIPAL,
    EntryKind.CASH: {Component.CASH_PRINCIPAL},
    EntryKind.INTEREST: {Component.INTEREST, Component.ACCRUED_INTEREST},
    EntryKind.LATE_FEE: {Component.LATE_FEE},
    EntryKind.FEE: {Component.OTHER_FEE, Component.RECOVERY_COST},
    EntryKind.PAYMENT: set(Component) - {Component.ACCRUED_INTEREST},
    EntryKind.ADJUSTMENT: set(Component),
}
RULES = {
    EntryKind.INTEREST: {ChargeRule.DAILY_INTEREST},
    EntryKind.LATE_FEE: {ChargeRule.SHARE, ChargeRule.FLOOR, ChargeRule.CAP},
    EntryKind.FEE: {ChargeRule.SHARE, ChargeRule.FLOOR, ChargeRule.CAP, ChargeRule.FIXED},
}
_COMPONENTS = {kind.value: frozenset(part.value for part in parts) for kind, parts in COMPONENTS.items()}
_RULES = {kind.value: frozenset(rule.value for rule in rules) for kind, rules in RULES.items()}
_INTEREST = EntryKind.INTEREST.value
# A short segment of an interest charge may come to less than a fen.
_SIGNS: dict[str, Callable[[Decimal], bool]] = {
    **{kind.value: ZERO.__lt__ for kind in (EntryKind.PURCHASE, EntryKind.CASH, EntryKind.LATE_FEE, EntryKind.FEE)},
    **{kind.value: ZERO.__ne__ for kind in (EntryKind.BROUGHT_FORWARD, EntryKind.ADJUSTMENT)},
    EntryKind.PAYMENT.value: ZERO.__gt__,
    _INTEREST: ZERO.__le__,
}
_DAILY, _FIXED = ChargeRule.DAILY_INTEREST.value, ChargeRule.FIXED.value
_MOVEMENTS = ("opening_balance", "purchases", "cash_advances", "interest", "late_fees", "other_fees", "adjustments")


@dataclass(slots=True)
class AccountRows:
    """Everything a delivery says of one account."""

    account: Line
    statements: list[Line] = field(default_factory=list)
    ledger: list[Line] = field(default_factory=list)


def faults(rows: AccountRows) -> list[Rejection]:
    """Every reason why the account is refused; none if it agrees."""
    found = [*_entry_faults(rows.ledger), *_posting_faults(rows.ledger), *_statement_faults(rows.statements)]
    return found or [*_ledger_faults(rows), *_account_faults(rows)]


def _entry_faults(ledger: list[Line]) -> Iterator[Rejection]:
    for line in ledger:
        fault = _entry_fault(line.values)
        if fault is not None:
            yield Rejection(LEDGER.file, line.number, *fault)


def _entry_fault(entry: dict[str, Any]) -> tuple[str, Reason] | None:
    """The first rule of a ledger row that it breaks."""
    kind, amount = entry["kind"], entry["amount"]
    if entry["component"] not in _COMPONENTS[kind]:
        return "component", Reason.WRONG_COMPONENT
    if not _SIGNS[kind](amount):
        return "amount", Reason.WRONG_SIGN
    if kind in _RULES:
        return _charge_fault(entry)
    if entry["rule"]:
        return "rule", Reason.NOT_IN_LIST
    return None


def _charge_fault(entry: dict[str, Any]) -> tuple[str, Reason] | None:
    rule = entry["rule"]
    if rule not in _RULES[entry["kind"]]:
        return "rule", Reason.NOT_EXPLAINED
    if rule == _FIXED:
        return None
    if entry["base"] is None or entry["rate"] is None:
        return "base", Reason.NOT_EXPLAINED
    if rule == _DAILY:
        return _days_fault(entry)
    charge = round_half_up(entry["base"] * entry["rate"])
    fits = {"share": entry["amount"] == charge, "floor": entry["amount"] >= charge, "cap": entry["amount"] <= charge}
    return None if fits[rule] else ("amount", Reason.CHARGE_WRONG)


def _days_fault(entry: dict[str, Any]) -> tuple[str, Reason] | None:
    first, last, days = entry["from_date"], entry["to_date"], entry["days"]
    if first is None or last is None or days is None:
        return "days", Reason.NOT_EXPLAINED
    if (last - first).days != days:
        return "days", Reason.DAYS_WRONG
    return None


def _posting_faults(ledger: list[Line]) -> Iterator[Rejection]:
    """An interest charge is its segments' sum, rounded once."""
    charged: dict[str, Decimal] = defaultdict(Decimal)
    computed: dict[str, Decimal] = defaultdict(Decimal)
    last: dict[str, int] = {}
    for line in ledger:
        entry = line.values
        if entry["kind"] == _INTEREST and entry["base"] is not None and entry["rate"] is not None and entry["days"]:
            charged[entry["posting"]] += entry["amount"]
            computed[entry["posting"]] += entry["base"] * entry["rate"] * entry["days"]
            last[entry["posting"]] = line.number
    for posting, amount in charged.items():
        if amount != round_half_up(computed[posting]):
            yield Rejection(LEDGER.file, last[posting], "amount", Reason.CHARGE_WRONG)


def _statement_faults(statements: list[Line]) -> Iterator[Rejection]:
    for line in statements:
        said = line.values
        if said["due_date"] < said["statement_date"]:
            yield Rejection(STATEMENTS.file, line.number, "due_date", Reason.DATE_ORDER)
        if sum((said[name] for name in _MOVEMENTS), -said["payments"]) != said["closing_balance"]:
            yield Rejection(STATEMENTS.file, line.number, "closing_balance", Reason.STATEMENT_DOES_NOT_ADD_UP)
    for before, after in pairwise(statements):
        if before.values["closing_balance"] != after.values["opening_balance"]:
            yield Rejection(STATEMENTS.file, after.number, "opening_balance", Reason.STATEMENTS_DO_NOT_FOLLOW)


def _ledger_faults(rows: AccountRows) -> Iterator[Rejection]:
    """The ledger up to a statement's day sums to that statement's balance."""
    posted: dict[date, Decimal] = defaultdict(Decimal)
    for line in rows.ledger:
        posted[line.values["posting_date"]] += line.values["amount"]
    balance, days = ZERO, sorted(posted)
    for line in rows.statements:
        while days and days[0] <= line.values["statement_date"]:
            balance += posted[days.pop(0)]
        if balance != line.values["closing_balance"]:
            yield Rejection(STATEMENTS.file, line.number, "closing_balance", Reason.STATEMENT_NOT_IN_LEDGER)


def _account_faults(rows: AccountRows) -> Iterator[Rejection]:
    """The ledger of each component sums to its balance, and the balances sum to the total."""
    account = rows.account.values
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in rows.ledger:
        sums[line.values["component"]] += line.values["amount"]
    for name in BALANCES:
        if sums[name] != account[name]:
            yield Rejection(ACCOUNTS.file, rows.account.number, name, Reason.LEDGER_DOES_NOT_RECONCILE)
    if sum(account[name] for name in BALANCES) != account["total"]:
        yield Rejection(ACCOUNTS.file, rows.account.number, "total", Reason.TOTAL_NOT_SUM)
