"""A delivery of the bank: what it becomes, what is refused, and that a refusal leaves no trace."""

import csv
import gc
import json
import shutil
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models

from negotiation.feeds import importing, refusals
from negotiation.feeds.demonstration.feed import make_demo_feed
from negotiation.feeds.importing import Report, import_feed
from negotiation.feeds.layouts import LAYOUTS
from negotiation.models import (
    ArrearsSnapshot,
    CardAccount,
    Cardholder,
    Event,
    EventStream,
    FeedBatch,
    LedgerEntry,
    Statement,
)
from negotiation.services.events import broken_links
from tests.factories import NOW, make_account, make_batch, make_cardholder
from tests.negotiation.deliveries import AS_OF, Delivery

pytestmark = pytest.mark.django_db
TABLES: list[type[models.Model]] = [Cardholder, CardAccount, Statement, LedgerEntry, FeedBatch, Event, EventStream]
NIGHT = timedelta(days=1)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "feed"


@pytest.fixture
def whole_share(settings) -> None:
    """Any number of rows may be refused."""
    settings.FEED_MAX_REJECTED_SHARE = Decimal(1)


def take(directory: Path, **options) -> Report:
    return import_feed(directory, rejects=directory / "rejects.csv", now=NOW, **options)


def everything() -> list[list[dict]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def rejects(directory: Path) -> list[dict[str, str]]:
    with (directory / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def recontrol(directory: Path, change: Callable[[dict], None]) -> None:
    """Change the control record."""
    said = json.loads((directory / "control.json").read_text())
    change(said)
    (directory / "control.json").write_text(json.dumps(said))


def rehash(directory: Path) -> None:
    """Make the control record fit the bytes of the files again, and nothing else of it."""
    import hashlib  # noqa: PLC0415

    def change(said: dict) -> None:
        for name, file in said["files"].items():
            content = (directory / name).read_bytes()
            file |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    recontrol(directory, change)


class TestAnImport:
    def test_writes_what_the_delivery_says(self, feed: Path) -> None:
        take(Delivery().write(feed))
        account = CardAccount.objects.select_related("cardholder", "batch").get(source_id="A0002")
        assert account.cardholder.source_id == "C0002"
        assert (account.total, account.accrued_interest) == (Decimal("9990.80"), Decimal("87.30"))
        assert (account.as_of, account.batch.batch_id, account.left_feed_at) == (AS_OF, "B1", None)
        assert account.days_past_due(AS_OF.date()) == 29
        assert [str(statement.closing_balance) for statement in account.statements.all()] == ["10000.00", "9903.50"]
        segments = account.ledger.filter(posting="P3").order_by("source_id")
        assert [(str(line.base), line.days, str(line.amount)) for line in segments] == [
            ("10000.00", 25, "125.00"),
            ("9500.00", 6, "28.50"),
        ]
        assert sum(line.amount for line in account.ledger.all()) == account.total

    def test_seals_personal_data_and_finds_them_by_their_index(self, feed: Path) -> None:
        take(Delivery(7).write(feed))
        person = Cardholder.objects.get()
        assert (person.name, person.phone, person.birth_date) == ("张示例", "+8612000000007", "1985-06-15")
        stored = Cardholder.objects.values_list("name", "email", "phone", "birth_date").get()
        assert all(value.startswith("v1.") for value in stored)
        by_hand = make_cardholder(email="person7@cardholder.example", phone="+8612000000007")
        assert (person.email_index, person.phone_index) == (by_hand.email_index, by_hand.phone_index)

    def test_takes_a_cardholder_without_contact_data(self, feed: Path) -> None:
        delivery = Delivery(1)
        delivery.find("cardholders.csv").update(email="", phone="")
        take(delivery.write(feed))
        person = Cardholder.objects.get()
        assert (person.email, person.phone, person.email_index, person.phone_index) == (None, None, "", "")

    def test_records_one_event(self, feed: Path) -> None:
        take(Delivery().write(feed))
        event = Event.objects.get()
        assert (event.stream.name, event.kind, event.data["batch"]) == ("feed", "feed_imported", "B1")
        assert event.data["changes"]["ledger.csv"] == {"added": 14, "changed": 0, "unchanged": 0, "removed": 0}
        assert not list(broken_links())

    def test_reports_what_it_read_and_changed(self, feed: Path) -> None:
        report = take(Delivery().write(feed))
        assert {name: change["added"] for name, change in report.changes.items()} == {
            "cardholders.csv": 2,
            "accounts.csv": 2,
            "statements.csv": 4,
            "ledger.csv": 14,
        }
        assert (report.rejected, report.departed, report.is_repeated) == ({}, 0, False)
        assert not (feed / "rejects.csv").exists()

    def test_tells_how_far_it_is(self, feed: Path) -> None:
        told: list[tuple[int, int]] = []
        take(Delivery().write(feed), progress=lambda done, rows: told.append((done, rows)))
        assert told == [(22, 22)]

    def test_of_the_same_batch_again_changes_nothing(self, feed: Path) -> None:
        take(Delivery().write(feed))
        before = everything()
        assert take(feed).is_repeated
        assert everything() == before

    def test_of_the_next_night_keeps_every_key_and_writes_what_differs(self, feed: Path) -> None:
        take(Delivery().write(feed))
        keys = dict(LedgerEntry.objects.values_list("account__source_id", "pk").filter(source_id="E1"))
        person, reference = (
            Cardholder.objects.get(source_id="C0001"),
            CardAccount.objects.get(source_id="A0001").reference,
        )
        delivery = Delivery()
        delivery.find("cardholders.csv", cardholder_id="C0002")["email"] = "moved@cardholder.example"
        delivery.rows["ledger.csv"].remove(delivery.find("ledger.csv", account_id="A0001", entry_id="E7"))
        delivery.find("accounts.csv", account_id="A0001").update(accrued_interest="0.00", total="9903.50")
        delivery.find("ledger.csv", account_id="A0002", entry_id="E6")["description"] = "超市 Supermarket"
        report = take(delivery.write(feed, batch_id="B2", sequence=2, as_of=AS_OF + NIGHT))
        assert report.changes["cardholders.csv"] == {"added": 0, "changed": 1, "unchanged": 1, "removed": 0}
        assert report.changes["statements.csv"] == {"added": 0, "changed": 0, "unchanged": 4, "removed": 0}
        assert report.changes["ledger.csv"] == {"added": 0, "changed": 1, "unchanged": 12, "removed": 1}
        assert dict(LedgerEntry.objects.values_list("account__source_id", "pk").filter(source_id="E1")) == keys
        assert Cardholder.objects.get(source_id="C0001").pk == person.pk
        assert Cardholder.objects.get(source_id="C0002").email == "moved@cardholder.example"
        assert CardAccount.objects.get(source_id="A0001").reference == reference
        assert LedgerEntry.objects.get(account__source_id="A0002", source_id="E6").description == "超市 Supermarket"

    def test_leaves_who_has_claimed_an_account_as_it_is(self, feed: Path) -> None:
        claimed = make_cardholder(source_id="C0001")
        take(Delivery().write(feed))
        person = Cardholder.objects.get(source_id="C0001")
        assert (person.user_id, person.claimed_at, person.pk) == (claimed.user_id, NOW, claimed.pk)
        assert person.email == "person1@cardholder.example"

    def test_leaves_what_was_snapshot_before_as_it_was(self, feed: Path) -> None:
        take(Delivery(1).write(feed))
        account = CardAccount.objects.get()
        owed = {component.value: amount for component, amount in account.components.items()} | {"total": account.total}
        snapshot = ArrearsSnapshot.objects.create(
            account=account, batch=account.batch, as_of=account.as_of, days_past_due=29, taken_at=NOW, **owed
        )
        delivery = Delivery(1)
        delivery.find("ledger.csv", entry_id="E7").update(amount="48.50", days="10", to_date="2026-11-15")
        delivery.find("accounts.csv").update(accrued_interest="48.50", total="9952.00")
        take(delivery.write(feed, batch_id="B2", sequence=2))
        account.refresh_from_db()
        snapshot.refresh_from_db()
        assert (account.total, snapshot.total) == (Decimal("9952.00"), Decimal("9990.80"))
        assert (account.batch.batch_id, snapshot.batch.batch_id) == ("B2", "B1")

    def test_touches_no_other_account(self, feed: Path) -> None:
        other = make_account(source_id="A0001X", left_feed_at=NOW, batch=make_batch(batch_id="B0", as_of=AS_OF))
        before = CardAccount.objects.filter(pk=other.pk).values().get()
        take(Delivery().write(feed, sequence=other.batch.sequence + 1))
        assert CardAccount.objects.filter(pk=other.pk).values().get() == before

    def test_interrupted_in_the_middle_leaves_no_trace(self, feed: Path) -> None:
        def stop(done: int, rows: int) -> None:
            assert LedgerEntry.objects.exists()
            raise KeyboardInterrupt

        before = everything()
        with pytest.raises(KeyboardInterrupt):
            take(Delivery().write(feed), progress=stop)
        assert everything() == before

    def test_needs_no_more_memory_for_more_rows(self, tmp_path: Path, settings, monkeypatch) -> None:
        monkeypatch.setattr(importing, "CHUNK", 20)
        peaks = []
        for accounts in (90, 360):
            feed = tmp_path / str(accounts)
            as_of = AS_OF + timedelta(days=accounts)
            make_demo_feed(feed, as_of=as_of, seed=1, limit=accounts, source=settings.BASE_DIR / "demo")
            gc.collect()
            tracemalloc.start()
            take(feed)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < peaks[0] * 1.5, "four times the rows"


@pytest.mark.django_db(transaction=True)
class TestTwoImportsAtOnce:
    def test_are_taken_one_after_the_other(self, feed: Path) -> None:
        Delivery().write(feed)
        start = Barrier(2)

        def work(name: str) -> bool:
            start.wait()
            try:
                return import_feed(feed, rejects=feed / name, now=NOW).is_repeated
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(work, ("one", "two"))) == [False, True]
        assert (FeedBatch.objects.count(), Event.objects.count(), LedgerEntry.objects.count()) == (1, 1, 14)


class TestADeparture:
    def test_is_marked_and_changes_no_amount(self, feed: Path) -> None:
        take(Delivery(1, 2).write(feed))
        report = take(Delivery(2).write(feed, batch_id="B2", sequence=2, as_of=AS_OF + NIGHT))
        gone = CardAccount.objects.get(source_id="A0001")
        assert (report.departed, gone.left_feed_at, gone.as_of) == (1, AS_OF + NIGHT, AS_OF)
        assert (gone.total, gone.ledger.count()) == (Decimal("9990.80"), 7)
        assert CardAccount.objects.get(source_id="A0002").left_feed_at is None

    def test_is_over_when_the_account_returns(self, feed: Path) -> None:
        take(Delivery(1, 2).write(feed))
        take(Delivery(2).write(feed, batch_id="B2", sequence=2))
        take(Delivery(1, 2).write(feed, batch_id="B3", sequence=3))
        assert CardAccount.objects.get(source_id="A0001").left_feed_at is None

    @pytest.mark.usefixtures("whole_share")
    def test_is_not_taken_from_a_refused_row(self, feed: Path) -> None:
        take(Delivery(1, 2).write(feed))
        delivery = Delivery(1, 2)
        delivery.find("accounts.csv", account_id="A0001")["currency"] = "XXX"
        report = take(delivery.write(feed, batch_id="B2", sequence=2))
        assert (report.departed, CardAccount.objects.get(source_id="A0001").left_feed_at) == (0, None)

    @pytest.mark.usefixtures("whole_share")
    def test_is_not_guessed_while_an_account_number_cannot_be_read(self, feed: Path) -> None:
        take(Delivery(1, 2, 3).write(feed))
        delivery = Delivery(2, 3)
        delivery.find("accounts.csv", account_id="A0003")["account_id"] = "A 3"
        report = take(delivery.write(feed, batch_id="B2", sequence=2))
        assert (report.departed, CardAccount.objects.filter(left_feed_at=None).count()) == (0, 3)

    def test_of_most_accounts_is_taken_for_a_part_of_a_delivery(self, feed: Path) -> None:
        take(Delivery(*range(1, 121)).write(feed))
        before = everything()
        with pytest.raises(refusals.TooManyDeparted, match="118 of 120"):
            take(Delivery(1, 2).write(feed, batch_id="B2", sequence=2))
        assert everything() == before


def cut(directory: Path) -> None:
    rewrite(directory / "ledger.csv", lambda content: content[: len(content) // 2])


def lose_last_line_end(directory: Path) -> None:
    rewrite(directory / "ledger.csv", lambda content: content.rstrip(b"\n"))
    rehash(directory)


def alter(directory: Path) -> None:
    rewrite(directory / "accounts.csv", lambda content: content.replace(b"9990.80", b"9990.81", 1))


def lose(directory: Path) -> None:
    (directory / "statements.csv").unlink()


def lose_control(directory: Path) -> None:
    (directory / "control.json").unlink()


def spoil_control(directory: Path) -> None:
    (directory / "control.json").write_text('{"format": ')


def other_format(directory: Path) -> None:
    recontrol(directory, lambda said: said.update(format="arrears-feed/9"))


def no_offset(directory: Path) -> None:
    recontrol(directory, lambda said: said.update(as_of="2026-11-23T00:00:00"))


def end_of_time(directory: Path) -> None:
    recontrol(directory, lambda said: said.update(as_of="9999-12-31T23:59:59-12:00"))


def endless_sum(directory: Path) -> None:
    recontrol(directory, lambda said: said["files"]["ledger.csv"].update(sum_fen=float("inf")))


def bottomless(directory: Path) -> None:
    (directory / "control.json").write_text("[" * 100_000)


def no_batch(directory: Path) -> None:
    recontrol(directory, lambda said: said.pop("batch_id"))


def bad_sequence(directory: Path) -> None:
    recontrol(directory, lambda said: said.update(sequence=-1))


def list_of_files(directory: Path) -> None:
    recontrol(directory, lambda said: said.update(files=["ledger.csv"]))


def file_not_named(directory: Path) -> None:
    recontrol(directory, lambda said: said["files"].pop("ledger.csv"))


def file_from_elsewhere(directory: Path) -> None:
    recontrol(directory, lambda said: said["files"].update({"../x.csv": said["files"]["ledger.csv"]}))


def no_sum(directory: Path) -> None:
    recontrol(directory, lambda said: said["files"]["ledger.csv"].pop("sum_fen"))


def gb18030(directory: Path) -> None:
    rewrite(directory / "cardholders.csv", lambda content: content.decode().encode("gb18030"))
    rehash(directory)


def byte_order_mark(directory: Path) -> None:
    rewrite(directory / "cardholders.csv", lambda content: b"\xef\xbb\xbf" + content)
    rehash(directory)


def half_a_character(directory: Path) -> None:
    rewrite(directory / "cardholders.csv", lambda content: content + "张".encode()[:2] + b"\n")
    rehash(directory)


def nul(directory: Path) -> None:
    rewrite(directory / "ledger.csv", lambda content: content + b"\0\n")
    rehash(directory)


def quote(directory: Path) -> None:
    rewrite(directory / "ledger.csv", lambda content: content + b'A9999,"E1"x,\n')
    rehash(directory)


def header(directory: Path) -> None:
    rewrite(directory / "ledger.csv", lambda content: content.replace(b"amount", b"betrag", 1))
    rehash(directory)


def empty(directory: Path) -> None:
    rewrite(directory / "ledger.csv", lambda _: b"\n")
    rehash(directory)


def count(directory: Path) -> None:
    recontrol(directory, lambda said: said["files"]["statements.csv"].update(rows=5))


def add_up(directory: Path) -> None:
    recontrol(directory, lambda said: said["files"]["ledger.csv"].update(sum_fen=1))


REFUSED = [
    (cut, refusals.FileTruncated),
    (lose_last_line_end, refusals.FileTruncated),
    (alter, refusals.FileAltered),
    (lose, refusals.FileMissing),
    (lose_control, refusals.ControlUnreadable),
    (spoil_control, refusals.ControlUnreadable),
    (other_format, refusals.ControlUnreadable),
    (no_offset, refusals.ControlUnreadable),
    (end_of_time, refusals.ControlUnreadable),
    (endless_sum, refusals.ControlUnreadable),
    (bottomless, refusals.ControlUnreadable),
    (no_batch, refusals.ControlUnreadable),
    (bad_sequence, refusals.ControlUnreadable),
    (list_of_files, refusals.ControlUnreadable),
    (file_not_named, refusals.FileMissing),
    (file_from_elsewhere, refusals.ControlUnreadable),
    (no_sum, refusals.ControlUnreadable),
    (gb18030, refusals.NotUtf8),
    (byte_order_mark, refusals.NotUtf8),
    (half_a_character, refusals.NotUtf8),
    (nul, refusals.NotUtf8),
    (quote, refusals.NotCsv),
    (header, refusals.HeaderWrong),
    (empty, refusals.HeaderWrong),
    (count, refusals.RowCountWrong),
    (add_up, refusals.SumWrong),
]


class TestADelivery:
    @pytest.mark.parametrize(("spoil", "refusal"), REFUSED, ids=lambda value: value.__name__)
    def test_that_is_damaged_is_refused_whole(self, feed: Path, spoil, refusal) -> None:
        before = everything()
        spoil(Delivery().write(feed))
        with pytest.raises(refusal):
            take(feed)
        assert everything() == before

    @pytest.mark.parametrize("file", [layout.file for layout in LAYOUTS])
    def test_with_a_key_twice_is_refused_whole(self, feed: Path, file: str) -> None:
        delivery = Delivery()
        delivery.rows[file].insert(0, delivery.rows[file][0])
        before = everything()
        with pytest.raises(refusals.DuplicateKey, match=f"{file}, line 3"):
            take(delivery.write(feed))
        assert everything() == before

    @pytest.mark.parametrize("file", [layout.file for layout in LAYOUTS])
    def test_out_of_order_is_refused_whole(self, feed: Path, file: str) -> None:
        delivery = Delivery()
        delivery.rows[file].append(delivery.rows[file].pop(0))
        before = everything()
        with pytest.raises(refusals.OutOfOrder, match=file):
            take(delivery.write(feed))
        assert everything() == before

    def test_of_a_known_number_with_other_contents_is_refused(self, feed: Path) -> None:
        take(Delivery().write(feed))
        before = everything()
        with pytest.raises(refusals.BatchChanged):
            take(Delivery(1).write(feed))
        assert everything() == before

    @pytest.mark.parametrize(("sequence", "as_of"), [(4, AS_OF + NIGHT), (5, AS_OF + NIGHT), (6, AS_OF - NIGHT)])
    def test_that_is_older_than_the_newest_is_refused(self, feed: Path, sequence: int, as_of) -> None:
        take(Delivery().write(feed, sequence=5))
        before = everything()
        with pytest.raises(refusals.BatchTooOld):
            take(Delivery().write(feed, batch_id="B2", sequence=sequence, as_of=as_of))
        assert everything() == before

    def test_of_a_day_to_come_is_refused_by_a_real_bank(self, feed: Path, settings) -> None:
        settings.DEMONSTRATION = False
        Delivery().write(feed, as_of=AS_OF.replace(year=2062))
        before = everything()
        with pytest.raises(refusals.BatchAhead):
            take(feed)
        assert everything() == before

    def test_is_not_overwritten_by_its_own_rejects(self, feed: Path) -> None:
        Delivery().write(feed)
        with pytest.raises(refusals.RejectsTaken):
            import_feed(feed, rejects=feed / "accounts.csv", now=NOW)
        assert (feed / "accounts.csv").exists()

    def test_with_too_many_bad_rows_is_refused_and_they_are_told(self, feed: Path) -> None:
        delivery = Delivery()
        delivery.find("ledger.csv", account_id="A0001", entry_id="E1")["posting_date"] = "2026-02-30"
        before = everything()
        with pytest.raises(refusals.TooManyRejected, match="1 of 22"):
            take(delivery.write(feed))
        assert everything() == before
        assert rejects(feed) == [
            {"file": "ledger.csv", "line": "2", "column": "posting_date", "reason": "not_a_date", "value": "2026-02-30"}
        ]

    def test_with_just_as_many_bad_rows_as_permitted_is_imported(self, feed: Path) -> None:
        delivery = Delivery(*range(1, 11))
        delivery.find("accounts.csv", account_id="A0005")["currency"] = "EUR"
        report = take(delivery.write(feed))
        assert (report.rejected, CardAccount.objects.count()) == ({"accounts.csv": 1}, 9)
        assert FeedBatch.objects.get().rejected_count == 1

    @pytest.mark.usefixtures("whole_share")
    def test_replaces_the_rejects_of_an_earlier_one(self, feed: Path) -> None:
        delivery = Delivery()
        delivery.find("accounts.csv")["currency"] = "EUR"
        take(delivery.write(feed))
        take(Delivery().write(feed, batch_id="B2", sequence=2))
        assert not (feed / "rejects.csv").exists()


@pytest.mark.usefixtures("whole_share")
class TestABadRow:
    @pytest.mark.parametrize("file", ["accounts.csv", "statements.csv", "ledger.csv"])
    def test_keeps_its_whole_account_as_it_was(self, feed: Path, file: str) -> None:
        take(Delivery().write(feed))
        before = everything()[1:4]
        delivery = Delivery()
        delivery.find("accounts.csv", account_id="A0002")["product"] = "GOLD"
        delivery.find("accounts.csv", account_id="A0001")["product"] = "GOLD"
        row = delivery.find(file, account_id="A0001")
        row[list(row)[-1]] = "?"
        take(delivery.write(feed, batch_id="B2", sequence=2))
        kept, changed = CardAccount.objects.order_by("source_id")
        assert (kept.product, kept.batch.batch_id) == ("STANDARD", "B1")
        assert (changed.product, changed.batch.batch_id) == ("GOLD", "B2")
        assert everything()[2:4] == before[1:3]

    def test_of_a_new_cardholder_leaves_the_account_out(self, feed: Path) -> None:
        delivery = Delivery()
        delivery.find("cardholders.csv", cardholder_id="C0001")["birth_date"] = "15.06.1985"
        take(delivery.write(feed))
        assert [(row["file"], row["reason"]) for row in rejects(feed)] == [
            ("cardholders.csv", "not_a_date"),
            ("accounts.csv", "unknown_cardholder"),
        ]
        assert CardAccount.objects.get().source_id == "A0002"

    def test_shows_no_personal_data(self, feed: Path) -> None:
        delivery = Delivery()
        delivery.find("cardholders.csv", cardholder_id="C0001").update(
            name=" 张示例", email="person1-cardholder.example", phone="13812345678", birth_date="1985-6-15"
        )
        delivery.find("accounts.csv", account_id="A0002").update(card_last4="6222021234567890", product="")
        delivery.find("ledger.csv", account_id="A0001").update(kind="张示例", rule="13812345678", entry_id="=cmd()")
        take(delivery.write(feed))
        text = (feed / "rejects.csv").read_text(encoding="utf-8")
        for secret in ("张示例", "person1", "13812345678", "1985", "6222", "7890", "cmd"):
            assert secret not in text
        assert [(row["column"], row["reason"], row["value"]) for row in rejects(feed)][:4] == [
            ("name", "not_plain_text", "*** (4 characters)"),
            ("email", "not_an_email", "*** (26 characters)"),
            ("phone", "not_a_phone_number", "*** (11 characters)"),
            ("birth_date", "not_a_date", "*** (9 characters)"),
        ]

    @pytest.mark.parametrize("number", ["A0000", "A0001X", "A0009"])
    @pytest.mark.parametrize("file", ["statements.csv", "ledger.csv"])
    def test_of_no_account_is_refused(self, feed: Path, file: str, number: str) -> None:
        delivery = Delivery()
        stray = delivery.rows[file][0] | {"account_id": number}
        delivery.rows[file] = sorted([*delivery.rows[file], stray], key=lambda row: row["account_id"])
        take(delivery.write(feed))
        assert [(row["file"], row["reason"], row["value"]) for row in rejects(feed)] == [
            (file, "unknown_account", number)
        ]
        assert CardAccount.objects.count() == 2

    def test_with_a_cell_too_many_is_refused_without_showing_any(self, feed: Path) -> None:
        Delivery().write(feed)
        rewrite(feed / "accounts.csv", lambda content: content.replace(b",0042,", b",0042,6222021234567890,", 1))
        rehash(feed)
        take(feed)
        assert rejects(feed)[0] == {
            "file": "accounts.csv", "line": "2", "column": "", "reason": "column_count", "value": "21"
        }  # fmt: skip

    def test_that_cannot_be_added_up_does_not_hide_a_wrong_sum_elsewhere(self, feed: Path) -> None:
        delivery = Delivery()
        delivery.find("ledger.csv")["amount"] = "many"
        delivery.write(feed)
        recontrol(feed, lambda said: said["files"]["statements.csv"].update(sum_fen=1))
        with pytest.raises(refusals.SumWrong, match=r"statements\.csv"):
            take(feed)


class TestTheCommand:
    def test_tells_what_it_read_rejected_and_changed(self, feed: Path) -> None:
        out = StringIO()
        call_command("import_feed", Delivery().write(feed), stdout=out)
        assert "Batch B1, as of 2026-11-23 00:00 +0800" in out.getvalue()
        assert (
            "ledger.csv              14 read, 0 rejected: 14 added, 0 changed, 0 unchanged, 0 removed" in out.getvalue()
        )
        out = StringIO()
        call_command("import_feed", feed, stdout=out)
        assert "It was imported before; nothing was changed." in out.getvalue()

    def test_names_the_refusal_and_where_the_rejects_are(self, feed: Path, tmp_path: Path) -> None:
        delivery = Delivery()
        delivery.find("cardholders.csv")["name"] = ""
        with pytest.raises(CommandError) as refusal:
            call_command("import_feed", delivery.write(feed), rejects=tmp_path / "bad.csv")
        assert str(refusal.value) == (
            "TooManyRejected: 2 of 22 rows are refused. Nothing was changed. "
            f"Refused rows are in {tmp_path / 'bad.csv'}."
        )
        assert not FeedBatch.objects.exists()

    def test_refuses_a_directory_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"ControlUnreadable: there is no control\.json"):
            call_command("import_feed", tmp_path / "nowhere")

    def test_refuses_a_place_for_rejects_that_cannot_be_written(self, feed: Path, tmp_path: Path) -> None:
        delivery = Delivery()
        delivery.find("cardholders.csv")["name"] = ""
        with pytest.raises(CommandError, match="cannot be used"):
            call_command("import_feed", delivery.write(feed), rejects=tmp_path / "no" / "such" / "bad.csv")
        assert not FeedBatch.objects.exists()

    def test_works_after_the_delivery_was_moved(self, feed: Path, tmp_path: Path) -> None:
        call_command("import_feed", Delivery().write(feed), stdout=StringIO())
        shutil.move(feed, tmp_path / "archive")
        assert take(tmp_path / "archive").is_repeated
