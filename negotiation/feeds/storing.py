"""How do checked rows become rows of the database? Writes what differs, and nothing else.

Touches only the accounts it is handed. An account, statement or entry keeps its key for as long as it exists.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from negotiation.feeds.layouts import ACCOUNTS, CARDHOLDERS, LEDGER, STATEMENTS, Layout
from negotiation.feeds.reading import Line
from negotiation.feeds.reconcile import AccountRows
from negotiation.models import CardAccount, Cardholder, FeedBatch, LedgerEntry, Statement


def _fields(layout: Layout, *leave_out: str) -> tuple[str, ...]:
    return tuple(column.field for column in layout.columns if column.field not in leave_out)


CARDHOLDER_FIELDS = _fields(CARDHOLDERS, "source_id")
ACCOUNT_FIELDS = (
    *_fields(ACCOUNTS, "source_id", "cardholder_id"),
    "cardholder_id",
    "as_of",
    "batch_id",
    "left_feed_at",
)


@dataclass(frozen=True, slots=True)
class Hanging:
    """A kind of row that hangs on an account and is told from the others there by ``key``."""

    layout: Layout
    model: Any
    key: str
    fields: tuple[str, ...]


STATEMENT = Hanging(STATEMENTS, Statement, "statement_date", _fields(STATEMENTS, "account_id", "statement_date"))
ENTRY = Hanging(LEDGER, LedgerEntry, "source_id", _fields(LEDGER, "account_id", "source_id"))


class Changes(Counter[str]):
    """How many rows of a file were added, changed, unchanged or removed."""


class Store:
    """Writes the rows of one batch, inside the caller's transaction."""

    def __init__(self, batch: FeedBatch) -> None:
        self.batch = batch
        self.changes = {layout.file: Changes() for layout in (CARDHOLDERS, ACCOUNTS, STATEMENTS, LEDGER)}

    def cardholders(self, lines: Sequence[Line]) -> None:
        """Add or update these cardholders; who has claimed an account, and how, stays as it is."""
        known = _known(Cardholder, [line.key for line in lines])
        changed = []
        for line in lines:
            old = known.get(line.key)
            if old is None or any(getattr(old, name) != line.values[name] for name in CARDHOLDER_FIELDS):
                changed.append(_cardholder(line, old))
        updated = len(changed) - sum(line.key not in known for line in lines)
        self._count(CARDHOLDERS, len(lines), added=len(changed) - updated, changed=updated)
        Cardholder.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["source_id"],
            update_fields=[*CARDHOLDER_FIELDS, "email_index", "phone_index"],
        )

    def unknown_cardholders(self, rows: Sequence[AccountRows]) -> list[AccountRows]:
        """Those accounts whose cardholder no delivery has named; the others learn their cardholder's key."""
        named = {one.account.values["cardholder_id"] for one in rows}
        keys = dict(Cardholder.objects.filter(source_id__in=named).values_list("source_id", "pk"))
        unknown = [one for one in rows if one.account.values["cardholder_id"] not in keys]
        for one in rows:
            one.account.values["cardholder_id"] = keys.get(one.account.values["cardholder_id"])
        return unknown

    def accounts(self, rows: Sequence[AccountRows]) -> None:
        """Add or update these accounts with their statements and ledgers."""
        known = _known(CardAccount, [one.account.key for one in rows])
        saved = {one.account.key: self._account(one.account, known.get(one.account.key)) for one in rows}
        self._count(ACCOUNTS, len(rows), added=len(rows) - len(known), changed=len(known))
        CardAccount.objects.bulk_create(
            saved.values(), update_conflicts=True, unique_fields=["source_id"], update_fields=ACCOUNT_FIELDS
        )
        old = [account.pk for account in known.values()]
        self._hanging(STATEMENT, old, _rows_of(rows, saved, "statements"))
        self._hanging(ENTRY, old, _rows_of(rows, saved, "ledger"))

    def _account(self, line: Line, old: CardAccount | None) -> CardAccount:
        account = CardAccount(**line.values, as_of=self.batch.as_of, batch=self.batch)
        if old is not None:
            account.pk = old.pk
        return account

    def _hanging(self, kind: Hanging, old: list[Any], said: Iterable[dict[str, Any]]) -> None:
        """Bring the rows that hang on accounts in line with what the delivery says; ``old`` were stored before."""
        stored = _stored(kind, old)
        values, rows, changed, added = attrgetter(*kind.fields), 0, [], 0
        for one in said:
            row = kind.model(**one)
            rows += 1
            before = stored.pop((row.account_id, one[kind.key]), None)
            if before is None or before[1:] != values(row):
                added += before is None
                changed.append(row)
        kind.model.objects.filter(pk__in=[before[0] for before in stored.values()]).delete()
        _write(kind, changed, is_all_new=not old)
        self._count(kind.layout, rows, added=added, changed=len(changed) - added, removed=len(stored))

    def _count(self, layout: Layout, rows: int, *, added: int, changed: int, removed: int = 0) -> None:
        counted = {"added": added, "changed": changed, "unchanged": rows - added - changed, "removed": removed}
        self.changes[layout.file].update(counted)


def _known(model: Any, source_ids: list[str]) -> dict[str, Any]:
    return {row.source_id: row for row in model.objects.filter(source_id__in=source_ids)}


def _cardholder(line: Line, old: Cardholder | None) -> Cardholder:
    cardholder = Cardholder(**line.values)
    if old is not None:
        cardholder.pk = old.pk
    cardholder.set_contact(email=line.values["email"], phone=line.values["phone"])
    return cardholder


def _rows_of(rows: Iterable[AccountRows], saved: dict[str, CardAccount], name: str) -> Iterable[dict[str, Any]]:
    for one in rows:
        account = saved[one.account.key].pk
        for line in getattr(one, name):
            yield {**line.values, "account_id": account}


def _stored(kind: Hanging, accounts: list[Any]) -> dict[tuple[Any, Any], tuple[Any, ...]]:
    if not accounts:
        return {}
    found = kind.model.objects.filter(account__in=accounts).values_list("account_id", kind.key, "pk", *kind.fields)
    return {(row[0], row[1]): row[2:] for row in found}


def _write(kind: Hanging, rows: list[Any], *, is_all_new: bool) -> None:
    if is_all_new:
        kind.model.objects.bulk_create(rows)
    else:
        kind.model.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["account", kind.key], update_fields=kind.fields
        )
