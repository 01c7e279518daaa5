"""How does the data set become a delivery? One account a row, in the order of the account numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from negotiation.domain.calendar import add_months
from negotiation.domain.standing import Payment
from negotiation.feeds.control import Control
from negotiation.feeds.demonstration.history import DAILY_RATE, Entry, History
from negotiation.feeds.demonstration.people import invent_person, product_for
from negotiation.feeds.demonstration.source import MONTHS, SourceRow, owing_rows
from negotiation.feeds.layouts import ACCOUNTS, CARDHOLDERS, LEDGER, STATEMENTS
from negotiation.feeds.writing import FeedWriter

MOST_DAYS_SINCE_STATEMENT = 19
LAST_STATEMENT_DAY = 28
NEWEST_CARD = date(2025, 6, 30)


@dataclass(frozen=True, slots=True)
class Identity:
    """A cardholder of every demonstration feed, whatever the seed: the person and the rows of the data set behind the accounts."""

    cardholder_id: str
    rows: tuple[int, ...]
    language: str
    about: str


IDENTITIES = (
    Identity("DEMO-M1", (2894,), "zh-hans", "one small debt, less than a month late"),
    Identity("DEMO-M3", (1301, 2017), "zh-hans", "two cards, one of them in its third month late"),
    Identity("DEMO-M7", (4388,), "en", "one large debt, more than half a year late; prefers English"),
)
_IDENTITY_OF = {row: (identity, index) for identity in IDENTITIES for index, row in enumerate(identity.rows, start=1)}


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the control record, and how often each oddity of the data was met."""

    control: Control
    oddities: Counter[str]


def make_demo_feed(
    out: Path,
    *,
    as_of: datetime,
    seed: int,
    limit: int | None,
    source: Path,
    since: date | None = None,
    payments: Mapping[str, Sequence[Payment]] | None = None,
) -> Made:
    """Write a delivery as of ``as_of`` into ``out``; the same arguments give the same bytes.

    ``limit`` takes that many rows of the data set; those of the known identities come on top. A later delivery of the portfolio
    that was made as of ``since`` is that portfolio with ``payments`` by account.
    """
    oddities: Counter[str] = Counter()
    rows = _chosen(owing_rows(source, oddities), limit)
    maker = _Maker(FeedWriter(out), since or as_of.date(), source, seed, oddities, payments or {})
    for account_id, row in rows:
        maker.write(account_id, row)
    stamp = f"{as_of:%Y%m%d}"
    control = maker.writer.finish(batch_id=f"demo-{stamp}-{seed}-{len(rows)}", sequence=int(stamp), as_of=as_of)
    return Made(control, oddities)


def _chosen(rows: Iterable[SourceRow], limit: int | None) -> list[tuple[str, SourceRow]]:
    known, others = [], []
    for row in rows:
        if row.number in _IDENTITY_OF:
            identity, index = _IDENTITY_OF[row.number]
            known.append((f"{identity.cardholder_id}-{index}", row))
        else:
            others.append((f"A{row.number:06d}", row))
    return sorted([*others[:limit], *known])


def statement_dates(as_of: date, random: Random) -> tuple[date, ...]:
    """Six, a month apart, the last 1 to 19 days before ``as_of``: its due date lies ahead, and the data's months late hold."""
    last = as_of - timedelta(days=random.randint(1, MOST_DAYS_SINCE_STATEMENT))
    last = last.replace(day=min(last.day, LAST_STATEMENT_DAY))
    return tuple(add_months(last, month - MONTHS + 1) for month in range(MONTHS))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Writes one account after the other."""

    writer: FeedWriter
    as_of: date
    source: Path
    seed: int
    oddities: Counter[str]
    payments: Mapping[str, Sequence[Payment]]

    def write(self, account_id: str, row: SourceRow) -> None:
        """One account with its cardholder, statements and ledger."""
        dates = statement_dates(self.as_of, self._random(row, "months"))
        due_day = (dates[-1].day + 19) % LAST_STATEMENT_DAY + 1
        cardholder_id = self._write_cardholder(account_id, row)
        _count_status(row, self.oddities)
        history = History(row, dates, due_day, self._random(row, "history"), self.oddities).build(self.as_of)
        history.receive(self.payments.get(account_id, ()))
        self.writer.add(ACCOUNTS, _account_cells(account_id, cardholder_id, history, self._random(row, "card")))
        for said in history.statements:
            cells = asdict(said)
            self.writer.add(STATEMENTS, {"account_id": account_id, **cells, **cells["movements"]})
        for number, entry in enumerate(history.entries, start=1):
            self.writer.add(LEDGER, _ledger_cells(account_id, number, entry))

    def _random(self, row: SourceRow, what: str) -> Random:
        """Chance of its own for each part of a row, so that a person stays the same from day to day."""
        return Random(f"{self.seed}:{row.number}:{what}")  # noqa: S311 -- invents people, protects nothing

    def _write_cardholder(self, account_id: str, row: SourceRow) -> str:
        """The account's cardholder; that of a second account was written with the first."""
        identity, index = _IDENTITY_OF.get(row.number, (None, 1))
        cardholder_id = identity.cardholder_id if identity else f"C{account_id[1:]}"
        person = invent_person(
            cardholder_id, number=row.number, age=row.age, random=self._random(row, "person"), directory=self.source
        )
        if index == 1:
            self.writer.add(CARDHOLDERS, asdict(person) | ({"language": identity.language} if identity else {}))
        return cardholder_id


def _account_cells(account_id: str, cardholder_id: str, history: History, random: Random) -> dict[str, object]:
    row, last = history.row, history.statement_dates[-1]
    return {
        "account_id": account_id,
        "cardholder_id": cardholder_id,
        "product": product_for(row.credit_limit),
        "card_last4": f"{random.randrange(10_000):04d}",
        "currency": "CNY",
        "credit_limit": row.credit_limit,
        "opened_on": NEWEST_CARD - timedelta(days=random.randrange(3_650)),
        "statement_day": last.day,
        "due_day": history.due_day,
        "daily_rate": DAILY_RATE,
        "oldest_unpaid_due_date": history.oldest_unpaid_due_date,
        **{component.value: amount for component, amount in history.balances.items()},
        "total": history.total,
    }


def _ledger_cells(account_id: str, number: int, entry: Entry) -> dict[str, object]:
    segment = entry.segment
    return {
        "account_id": account_id,
        "entry_id": f"E{number:04d}",
        "posting_id": f"P{entry.posting:04d}",
        "kind": entry.kind.value,
        "component": entry.component.value,
        "posting_date": entry.posting_date,
        "amount": entry.amount,
        "description": entry.description,
        "rule": entry.rule.value if entry.rule else "",
        "base": entry.base,
        "rate": entry.rate,
        "days": segment.days if segment else None,
        "from_date": segment.start if segment else None,
        "to_date": segment.end if segment else None,
    }


def _count_status(row: SourceRow, oddities: Counter[str]) -> None:
    """Oddities of the months late that change nothing but are told."""
    late, before = row.months_late, row.status[-2]
    if late == 1 and before in {-1, -2}:
        oddities["one month late after a month paid in full or without use"] += 1
    if late > max(before, 0) + 1:
        oddities["the months late rise by more than one in a month"] += 1
    if late >= MONTHS:
        oddities["the oldest unpaid due date lies before the first statement"] += 1
    elif row.balances[-1 - late] <= 0:
        oddities["the statement behind the oldest unpaid due date asked for nothing"] += 1
    oddities["a month with the status 0 or -2, which the data set does not document"] += sum(
        status in {0, -2} for status in row.status
    )
