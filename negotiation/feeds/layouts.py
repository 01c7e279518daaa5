"""Which files and columns does a delivery have? The tables of `docs/feed.md`, as data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from negotiation.domain.terms import Component
from negotiation.feeds import values
from negotiation.models import ChargeRule, EntryKind

LANGUAGES = ("zh-hans", "en")
CURRENCIES = ("CNY",)
BALANCES = tuple(component.value for component in Component)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, the form of its cells, and the field that it fills."""

    name: str
    parse: Callable[[str], Any]
    field: str
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One file. ``key`` names its rows; rows ascend by the first ``ordered_by`` columns of the key.

    ``summed`` is the amount column whose sum the control record holds.
    """

    file: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    ordered_by: int = 1
    summed: str | None = None

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]


def column(name: str, parse: Callable[[str], Any], field: str = "", *, is_personal: bool = False) -> Column:
    """A column; the field has the column's name unless given."""
    return Column(name, parse, field or name, is_personal)


def _birth_date(cell: str) -> str:
    born: date = values.day(cell)
    return born.isoformat()


CARDHOLDERS = Layout(
    file="cardholders.csv",
    key=("cardholder_id",),
    columns=(
        column("cardholder_id", values.identifier, "source_id"),
        column("name", values.text(80), is_personal=True),
        column("email", values.optional(values.email), is_personal=True),
        column("phone", values.optional(values.phone), is_personal=True),
        column("birth_date", _birth_date, is_personal=True),
        column("language", values.one_of(LANGUAGES)),
    ),
)

ACCOUNTS = Layout(
    file="accounts.csv",
    key=("account_id",),
    summed="total",
    columns=(
        column("account_id", values.identifier, "source_id"),
        column("cardholder_id", values.identifier),
        column("product", values.text(20)),
        column("card_last4", values.four_digits, is_personal=True),
        column("currency", values.one_of(CURRENCIES)),
        column("credit_limit", values.amount_not_negative),
        column("opened_on", values.day),
        column("statement_day", values.number(1, 31)),
        column("due_day", values.number(1, 31)),
        column("daily_rate", values.rate),
        column("oldest_unpaid_due_date", values.optional(values.day)),
        *(column(name, values.amount_not_negative) for name in BALANCES),
        column("total", values.amount_not_negative),
    ),
)

STATEMENTS = Layout(
    file="statements.csv",
    key=("account_id", "statement_date"),
    ordered_by=2,
    summed="closing_balance",
    columns=(
        column("account_id", values.identifier),
        column("statement_date", values.day),
        column("due_date", values.day),
        column("opening_balance", values.amount),
        column("purchases", values.amount_not_negative),
        column("cash_advances", values.amount_not_negative),
        column("interest", values.amount_not_negative),
        column("late_fees", values.amount_not_negative),
        column("other_fees", values.amount_not_negative),
        column("adjustments", values.amount),
        column("payments", values.amount_not_negative),
        column("closing_balance", values.amount),
        column("minimum_payment", values.amount_not_negative),
    ),
)

LEDGER = Layout(
    file="ledger.csv",
    key=("account_id", "entry_id"),
    summed="amount",
    columns=(
        column("account_id", values.identifier),
        column("entry_id", values.identifier, "source_id"),
        column("posting_id", values.identifier, "posting"),
        column("kind", values.one_of(EntryKind.values)),
        column("component", values.one_of(BALANCES)),
        column("posting_date", values.day),
        column("amount", values.amount),
        column("description", values.optional(values.text(120), "")),
        column("rule", values.optional(values.one_of(ChargeRule.values), "")),
        column("base", values.optional(values.amount)),
        column("rate", values.optional(values.rate)),
        column("days", values.optional(values.number(0, 3_660))),
        column("from_date", values.optional(values.day)),
        column("to_date", values.optional(values.day)),
    ),
)

LAYOUTS = (CARDHOLDERS, ACCOUNTS, STATEMENTS, LEDGER)
