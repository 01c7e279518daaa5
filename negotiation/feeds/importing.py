"""How does a delivery become the newest picture of the debts? Checks it, writes it in one transaction, or refuses it whole.

Memory does not grow with the number of rows: the files are read side by side, in the order of their accounts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from negotiation.feeds import reconcile, refusals
from negotiation.feeds.control import Control, check_files, read_control
from negotiation.feeds.layouts import ACCOUNTS, CARDHOLDERS, LEDGER, STATEMENTS, Layout
from negotiation.feeds.reading import FeedFile, Line
from negotiation.feeds.reconcile import AccountRows
from negotiation.feeds.refusals import Reason, Rejection
from negotiation.feeds.rejects import RejectsFile
from negotiation.feeds.storing import Changes, Store
from negotiation.models import CardAccount, EventStream, FeedBatch
from negotiation.services import events
from negotiation.services.plan_keeping import ask_to_keep_plans

CHUNK = 100
FEW_ACCOUNTS = 100
AHEAD = timedelta(days=1)
STREAM = "feed"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import read, refused and changed. ``is_repeated``: the batch was imported before and nothing was done."""

    control: Control
    is_repeated: bool = False
    rejected: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Changes] = field(default_factory=dict)
    departed: int = 0


def import_feed(
    directory: Path, *, rejects: Path, now: datetime, progress: Progress = lambda done, rows: None
) -> Report:
    """Import the delivery in ``directory``; ``progress`` is told the rows done and the rows in all.

    :raises FeedRefused: under the name of the refusal, with nothing changed.
    """
    control = read_control(directory)
    _check_moment(control, now)
    check_files(directory, control)
    refused = RejectsFile(rejects)
    try:
        with transaction.atomic():
            _wait_for_turn()
            if _is_imported(control):
                return Report(control, is_repeated=True)
            return _Import(directory, control, refused, now, progress).run()
    finally:
        refused.close()


def _check_moment(control: Control, now: datetime) -> None:
    """:raises BatchAhead: if the figures are of more than a day to come."""
    if control.as_of > now + AHEAD and not settings.DEMONSTRATION:
        raise refusals.BatchAhead(f"batch {control.batch_id} is of {control.as_of:%Y-%m-%d}")


def _wait_for_turn() -> None:
    """One import at a time, on every database: the second waits here until the first has committed."""
    EventStream.objects.get_or_create(name=STREAM)
    EventStream.objects.select_for_update().get(name=STREAM)


def _is_imported(control: Control) -> bool:
    """Whether this very batch was imported before.

    :raises BatchChanged, BatchTooOld: if it was with other contents, or if a newer one was.
    """
    same = FeedBatch.objects.filter(batch_id=control.batch_id).first()
    if same is not None:
        if same.control_sha256 != control.fingerprint:
            raise refusals.BatchChanged(f"batch {control.batch_id} was imported with other contents")
        return True
    newest = FeedBatch.objects.order_by("-sequence").first()
    if newest is not None and (newest.sequence >= control.sequence or newest.as_of > control.as_of):
        raise refusals.BatchTooOld(f"batch {newest.batch_id} was imported, and it is newer")
    return False


class _Import:
    """One delivery on its way into the database."""

    def __init__(
        self, directory: Path, control: Control, rejects: RejectsFile, now: datetime, progress: Progress
    ) -> None:
        self.control = control
        self.rejects = rejects
        self.now = now
        self.progress = progress
        self.files = {
            layout.file: FeedFile(directory, layout, rejects) for layout in (CARDHOLDERS, ACCOUNTS, STATEMENTS, LEDGER)
        }
        self.held: list[str] = []
        self.is_every_account_read = True

    def run(self) -> Report:
        """Read, check and write everything; the caller's transaction ends it."""
        batch = self._batch()
        self.store = Store(batch)
        for lines in _chunks(self._good_cardholders()):
            self.store.cardholders(lines)
        for rows in _chunks(self._agreeing_accounts()):
            self._save(rows)
        self._check_sums()
        self._check_rejected()
        departed = self._mark_departed(batch)
        FeedBatch.objects.filter(pk=batch.pk).update(rejected_count=len(self.rejects))
        self._record(batch, departed)
        return Report(self.control, rejected=self.rejects.rows, changes=self.store.changes, departed=departed)

    def _batch(self) -> FeedBatch:
        return FeedBatch.objects.create(
            batch_id=self.control.batch_id,
            sequence=self.control.sequence,
            as_of=self.control.as_of,
            control_sha256=self.control.fingerprint,
            row_count=self.control.row_count,
            rejected_count=0,
            imported_at=self.now,
        )

    def _good_cardholders(self) -> Iterator[Line]:
        return (line for line in self.files[CARDHOLDERS.file] if line.values)

    def _agreeing_accounts(self) -> Iterator[AccountRows]:
        """Accounts whose rows are good and agree; every other one is held: it keeps what an earlier batch said."""
        statements = _Cursor(self.files[STATEMENTS.file], self._reject_orphan)
        ledger = _Cursor(self.files[LEDGER.file], self._reject_orphan)
        for account in self.files[ACCOUNTS.file]:
            if not account.key:
                self.is_every_account_read = False
                continue
            rows = AccountRows(account, statements.take(account.key), ledger.take(account.key))
            if self._agrees(rows):
                yield rows
            else:
                self.held.append(account.key)
        statements.finish()
        ledger.finish()

    def _agrees(self, rows: AccountRows) -> bool:
        _refuse_twice(rows.ledger)
        if any(not line.values for line in (rows.account, *rows.statements, *rows.ledger)):
            return False
        found = reconcile.faults(rows)
        for rejection in found:
            self.rejects.add(rejection)
        return not found

    def _reject_orphan(self, layout: Layout, line: Line) -> None:
        if line.values:
            self.rejects.add(Rejection(layout.file, line.number, "account_id", Reason.UNKNOWN_ACCOUNT, line.key))

    def _save(self, rows: list[AccountRows]) -> None:
        unknown = self.store.unknown_cardholders(rows)
        for one in unknown:
            self.rejects.add(Rejection(ACCOUNTS.file, one.account.number, "cardholder_id", Reason.UNKNOWN_CARDHOLDER))
            self.held.append(one.account.key)
        self.store.accounts([one for one in rows if one not in unknown])
        self.progress(sum(file.rows for file in self.files.values()), self.control.row_count)

    def _check_sums(self) -> None:
        """:raises RowCountWrong, SumWrong: if a file is not what the control record says."""
        for name, said in self.control.files.items():
            file = self.files[name]
            if file.rows != said.rows:
                raise refusals.RowCountWrong(f"{name} has {file.rows} rows, {said.rows} were announced")
            if said.sum_fen is not None and file.is_sum_known and file.sum.scaleb(2) != said.sum_fen:
                raise refusals.SumWrong(
                    f"{name} adds up to {file.sum.scaleb(2):.0f} fen, {said.sum_fen} were announced"
                )

    def _check_rejected(self) -> None:
        """:raises TooManyRejected: if the share of refused rows is above ``FEED_MAX_REJECTED_SHARE``."""
        if len(self.rejects) > settings.FEED_MAX_REJECTED_SHARE * self.control.row_count:
            raise refusals.TooManyRejected(f"{len(self.rejects)} of {self.control.row_count} rows are refused")

    def _mark_departed(self, batch: FeedBatch) -> int:
        """Mark the accounts that an earlier batch held and this one does not name: they are no longer overdue.

        When the key of an account row could not be read, nobody knows who is missing, and none is marked.

        :raises TooManyDeparted: if they are ``FEW_ACCOUNTS`` or more and their share is above ``FEED_MAX_DEPARTED_SHARE``.
        """
        if not self.is_every_account_read:
            return 0
        present = CardAccount.objects.filter(left_feed_at=None)
        gone = present.exclude(batch=batch).exclude(source_id__in=self.held)
        departed, before = gone.count(), present.count()
        if departed >= FEW_ACCOUNTS and departed > settings.FEED_MAX_DEPARTED_SHARE * before:
            raise refusals.TooManyDeparted(f"{departed} of {before} accounts are no longer in the delivery")
        return gone.update(left_feed_at=batch.as_of)

    def _record(self, batch: FeedBatch, departed: int) -> None:
        changes = {name: dict(change) for name, change in self.store.changes.items()}
        data: dict[str, Any] = {
            "batch": batch.batch_id,
            "sequence": batch.sequence,
            "control_sha256": batch.control_sha256,
            "rejected": len(self.rejects),
            "changes": changes,
            "departed": departed,
        }
        events.record(stream=STREAM, kind="feed_imported", actor=events.SYSTEM, data=data, now=self.now)
        ask_to_keep_plans(batch=batch.batch_id, now=self.now)


class _Cursor:
    """Reads a file that is ordered by account beside another that is."""

    def __init__(self, file: FeedFile, reject: Callable[[Layout, Line], None]) -> None:
        self._layout, self._lines, self._reject = file.layout, iter(file), reject
        self._next = next(self._lines, None)

    def take(self, key: str) -> list[Line]:
        """The lines of this account; lines before it belong to no account and are refused."""
        taken = []
        while self._next is not None and self._next.key <= key:
            if self._next.key == key:
                taken.append(self._next)
            else:
                self._reject(self._layout, self._next)
            self._next = next(self._lines, None)
        return taken

    def finish(self) -> None:
        """Refuse what is left: it comes after the last account."""
        while self._next is not None:
            self._reject(self._layout, self._next)
            self._next = next(self._lines, None)


def _refuse_twice(ledger: list[Line]) -> None:
    """:raises DuplicateKey: if two entries of one account have the same number."""
    seen: set[str] = set()
    for line in ledger:
        if line.values:
            if line.values["source_id"] in seen:
                raise refusals.DuplicateKey(
                    f"{LEDGER.file}, line {line.number}: a second row with this account_id, entry_id"
                )
            seen.add(line.values["source_id"])


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
