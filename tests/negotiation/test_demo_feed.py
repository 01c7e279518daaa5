"""The demonstration portfolio: all of it agrees with itself, with the data set and with the engine's rules."""

import csv
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from negotiation.domain.arrears import bucket, days_past_due
from negotiation.feeds.demonstration.feed import IDENTITIES, Made, make_demo_feed
from negotiation.feeds.demonstration.source import SourceRow, owing_rows
from negotiation.feeds.importing import import_feed
from negotiation.feeds.layouts import BALANCES
from negotiation.models import CardAccount, LedgerEntry
from tests.factories import NOW

SOURCE = settings.BASE_DIR / "demo"
AS_OF = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
FEN = Decimal("0.01")
Rows = list[dict[str, str]]


class Portfolio:
    """The whole portfolio as its files say."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.made: Made = make_demo_feed(directory, as_of=AS_OF, seed=1, limit=None, source=SOURCE)
        self.cardholders = self._read("cardholders.csv")
        self.accounts = self._read("accounts.csv")
        self.statements = self._by_account("statements.csv")
        self.ledger = self._by_account("ledger.csv")
        known = {
            row: f"{one.cardholder_id}-{index}" for one in IDENTITIES for index, row in enumerate(one.rows, start=1)
        }
        rows = owing_rows(SOURCE, defaultdict(int))  # type: ignore[arg-type]
        self.source: dict[str, SourceRow] = {known.get(row.number, f"A{row.number:06d}"): row for row in rows}

    def _read(self, name: str) -> Rows:
        with (self.directory / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _by_account(self, name: str) -> dict[str, Rows]:
        rows: dict[str, Rows] = defaultdict(list)
        for row in self._read(name):
            rows[row["account_id"]].append(row)
        return rows


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return Portfolio(tmp_path_factory.mktemp("portfolio"))


class TestThePortfolio:
    def test_has_every_account_that_is_overdue_and_owes(self, portfolio: Portfolio) -> None:
        assert len(portfolio.accounts) == 5_129
        assert portfolio.made.oddities["left out: overdue, but nothing is owed"] == 1_689
        assert {row["account_id"] for row in portfolio.accounts} == set(portfolio.source)

    def test_reconciles_every_component_of_every_account(self, portfolio: Portfolio) -> None:
        for account in portfolio.accounts:
            sums = dict.fromkeys(BALANCES, Decimal(0))
            for entry in portfolio.ledger[account["account_id"]]:
                sums[entry["component"]] += Decimal(entry["amount"])
            assert sums == {name: Decimal(account[name]) for name in BALANCES}
            assert sum(sums.values()) == Decimal(account["total"])
            assert min(sums.values()) >= 0

    def test_has_the_balances_and_payments_of_the_data_set(self, portfolio: Portfolio) -> None:
        for account_id, row in portfolio.source.items():
            statements = portfolio.statements[account_id]
            assert tuple(Decimal(said["closing_balance"]) for said in statements) == row.balances
            assert tuple(Decimal(said["payments"]) for said in statements)[1:] == row.paid[1:]

    def test_owes_the_last_balance_and_the_interest_since(self, portfolio: Portfolio) -> None:
        for account in portfolio.accounts:
            owed = portfolio.source[account["account_id"]].balance + Decimal(account["accrued_interest"])
            assert Decimal(account["total"]) == owed

    def test_computes_every_charge_from_its_base_rate_and_days(self, portfolio: Portfolio) -> None:
        for entries in portfolio.ledger.values():
            charged: dict[str, Decimal] = defaultdict(Decimal)
            computed: dict[str, Decimal] = defaultdict(Decimal)
            for entry in entries:
                if entry["kind"] == "interest":
                    days = date.fromisoformat(entry["to_date"]) - date.fromisoformat(entry["from_date"])
                    charged[entry["posting_id"]] += Decimal(entry["amount"])
                    computed[entry["posting_id"]] += Decimal(entry["base"]) * Decimal(entry["rate"]) * days.days
                if entry["kind"] == "late_fee":
                    share = (Decimal(entry["base"]) * Decimal("0.05")).quantize(FEN, ROUND_HALF_UP)
                    assert Decimal(entry["amount"]) == max(share, Decimal("10.00"))
            assert charged == {posting: sum_.quantize(FEN, ROUND_HALF_UP) for posting, sum_ in computed.items()}

    def test_is_as_late_as_the_data_set_says(self, portfolio: Portfolio) -> None:
        for account in portfolio.accounts:
            dpd = days_past_due(date.fromisoformat(account["oldest_unpaid_due_date"]), AS_OF.date())
            late = portfolio.source[account["account_id"]].months_late
            assert 28 * (late - 1) < dpd <= 31 * late

    def test_has_six_statements_a_month_apart_before_its_day(self, portfolio: Portfolio) -> None:
        for statements in portfolio.statements.values():
            days = [date.fromisoformat(said["statement_date"]) for said in statements]
            assert len({(day.year, day.month) for day in days}) == len(days) == 6
            assert AS_OF.date() - timedelta(days=25) < days[-1] < AS_OF.date()
            assert date.fromisoformat(statements[-1]["due_date"]) >= AS_OF.date()

    def test_never_charges_interest_on_a_fee(self, portfolio: Portfolio) -> None:
        for account_id, entries in portfolio.ledger.items():
            accrued = [entry for entry in entries if entry["component"] == "accrued_interest"]
            account = next(iter(accrued), None)
            if account is not None:
                principal = sum(
                    Decimal(entry["amount"]) for entry in entries if entry["component"].endswith("_principal")
                )
                assert Decimal(account["base"]) == principal, account_id

    def test_invents_people_that_cannot_be_taken_for_real_ones(self, portfolio: Portfolio) -> None:
        given = tuple((SOURCE / "given_names.txt").read_text(encoding="utf-8").split())
        for person in portfolio.cardholders:
            assert person["name"].endswith(given)
            assert person["email"].endswith("@cardholder.example")
            assert re.fullmatch(r"\+8612\d{9}", person["phone"])
        assert {len(account["card_last4"]) for account in portfolio.accounts} == {4}
        assert 0.9 < sum(person["language"] == "zh-hans" for person in portfolio.cardholders) / 5_128 < 1

    def test_counts_the_oddities_as_its_page_says(self, portfolio: Portfolio) -> None:
        page = (SOURCE / "README.md").read_text(encoding="utf-8")
        told = {
            text.strip(): int(number.replace(",", ""))
            for number, text in re.findall(r"^\| ([\d,]+) \| (.+?) \|", page, re.M)
        }
        assert told == dict(portfolio.made.oddities)

    def test_has_the_known_identities_with_the_main_cases(self, portfolio: Portfolio) -> None:
        late = {
            account["account_id"]: days_past_due(date.fromisoformat(account["oldest_unpaid_due_date"]), AS_OF.date())
            for account in portfolio.accounts
        }
        assert [bucket(late[f"{identity.cardholder_id}-1"]) for identity in IDENTITIES] == ["M1", "M3", "M7+"]
        people = {person["cardholder_id"]: person for person in portfolio.cardholders}
        assert [people[identity.cardholder_id]["language"] for identity in IDENTITIES] == ["zh-hans", "zh-hans", "en"]


class TestMakingIt:
    def make(self, directory: Path, **arguments) -> dict[str, bytes]:
        defaults = {"as_of": AS_OF, "seed": 1, "limit": 5, "source": SOURCE}
        make_demo_feed(directory, **defaults | arguments)
        return {path.name: path.read_bytes() for path in directory.iterdir()}

    def test_gives_the_same_bytes_for_the_same_arguments(self, tmp_path: Path) -> None:
        assert self.make(tmp_path / "a") == self.make(tmp_path / "b")

    def test_invents_other_people_from_another_seed_on_the_same_balances(self, tmp_path: Path) -> None:
        one, other = self.make(tmp_path / "a"), self.make(tmp_path / "b", seed=2)
        assert one["cardholders.csv"] != other["cardholders.csv"]
        closing = [re.findall(rb"([\d.]+),[\d.]+\n", files["statements.csv"]) for files in (one, other)]
        assert closing[0] == closing[1]

    def test_keeps_people_and_cards_from_day_to_day(self, tmp_path: Path) -> None:
        one, other = self.make(tmp_path / "a"), self.make(tmp_path / "b", as_of=AS_OF + timedelta(days=1))
        assert one["cardholders.csv"] == other["cardholders.csv"]

    @pytest.mark.parametrize("day", ["2024-02-29", "2026-03-01", "2026-12-31", "2027-01-01"])
    def test_agrees_on_any_day(self, tmp_path: Path, db: None, day: str) -> None:
        as_of = datetime.fromisoformat(day).replace(tzinfo=AS_OF.tzinfo)
        make_demo_feed(tmp_path, as_of=as_of, seed=3, limit=40, source=SOURCE)
        report = import_feed(tmp_path, rejects=tmp_path / "rejects.csv", now=NOW)
        assert (report.rejected, CardAccount.objects.count()) == ({}, 44)

    def test_is_imported_through_the_importer_of_a_bank(self, tmp_path: Path, db: None) -> None:
        out = StringIO()
        call_command("make_demo_feed", as_of=AS_OF.date(), out=tmp_path, limit=10, stdout=out)
        assert "DEMO-M3  two cards, one of them in its third month late" in out.getvalue()
        call_command("import_feed", tmp_path, stdout=out)
        assert CardAccount.objects.count() == 14
        account = CardAccount.objects.get(source_id="DEMO-M3-1")
        assert account.cardholder.accounts.count() == 2
        assert sum(entry.amount for entry in LedgerEntry.objects.filter(account=account)) == account.total

    @pytest.mark.parametrize("arguments", [["--as-of", "23.11.2026"], ["--as-of", "2026-11-23", "--limit", "-1"], []])
    def test_refuses_what_it_cannot_read(self, tmp_path: Path, arguments: list[str]) -> None:
        with pytest.raises(CommandError):
            call_command("make_demo_feed", "--out", str(tmp_path / "feed"), *arguments)
        assert not (tmp_path / "feed").exists()

    def test_refuses_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("make_demo_feed", "--as-of", "2026-11-23", "--out", str(tmp_path / "file" / "feed"))
