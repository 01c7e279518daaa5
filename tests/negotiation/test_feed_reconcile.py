"""Rows of one account that do not agree with one another, each under its own name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from negotiation.feeds.layouts import ACCOUNTS, LEDGER, STATEMENTS
from negotiation.feeds.reading import FeedFile
from negotiation.feeds.reconcile import COMPONENTS, RULES, AccountRows, faults
from negotiation.feeds.rejects import RejectsFile
from negotiation.models import EntryKind
from tests.negotiation.deliveries import Delivery

Change = Callable[[Delivery], object]


def found(directory: Path, delivery: Delivery) -> list[tuple[str, int, str, str]]:
    """The faults of a delivery of one account."""
    delivery.write(directory)
    rejects = RejectsFile(directory / "rejects.csv")
    account, statements, ledger = (
        list(FeedFile(directory, layout, rejects)) for layout in (ACCOUNTS, STATEMENTS, LEDGER)
    )
    assert not len(rejects)
    return [
        (fault.file, fault.line, fault.column, fault.reason.value)
        for fault in faults(AccountRows(account[0], statements, ledger))
    ]


def entry(number: int, **cells: str) -> Change:
    return lambda delivery: delivery.find("ledger.csv", entry_id=f"E{number}").update(cells)


def statement(day: str, **cells: str) -> Change:
    return lambda delivery: delivery.find("statements.csv", statement_date=day).update(cells)


def account(**cells: str) -> Change:
    return lambda delivery: delivery.find("accounts.csv").update(cells)


def more(**cells: str) -> Change:
    first = {"account_id": "A0001", "entry_id": "E8", "posting_id": "P7", "posting_date": "2026-11-10"}
    return lambda delivery: delivery.rows["ledger.csv"].append(first | cells)


L, S, A = "ledger.csv", "statements.csv", "accounts.csv"


class TestAnAccount:
    def test_that_agrees_has_no_fault(self, tmp_path: Path) -> None:
        assert found(tmp_path, Delivery(1)) == []

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (entry(6, component="late_fee"), (L, 7, "component", "wrong_component")),
            (entry(5, component="interest"), (L, 6, "component", "wrong_component")),
            (entry(2, component="accrued_interest"), (L, 3, "component", "wrong_component")),
            (entry(2, amount="500.00"), (L, 3, "amount", "wrong_sign")),
            (entry(6, amount="-200.00"), (L, 7, "amount", "wrong_sign")),
            (entry(6, amount="0.00"), (L, 7, "amount", "wrong_sign")),
            (entry(3, amount="-0.01"), (L, 4, "amount", "wrong_sign")),
            (entry(1, amount="0.00"), (L, 2, "amount", "wrong_sign")),
            (entry(6, rule="fixed"), (L, 7, "rule", "not_in_list")),
            (entry(3, rule=""), (L, 4, "rule", "not_explained")),
            (entry(5, rule="daily_interest"), (L, 6, "rule", "not_explained")),
            (entry(5, rule="fixed"), (L, 6, "rule", "not_explained")),
            (entry(5, base=""), (L, 6, "base", "not_explained")),
            (entry(7, rate=""), (L, 8, "base", "not_explained")),
            (entry(7, days=""), (L, 8, "days", "not_explained")),
            (entry(7, to_date=""), (L, 8, "days", "not_explained")),
            (entry(7, days="19"), (L, 8, "days", "days_wrong")),
            (entry(7, from_date="2026-11-24"), (L, 8, "days", "days_wrong")),
            (entry(4, amount="28.51"), (L, 5, "amount", "charge_wrong")),
            (entry(5, amount="50.01"), (L, 6, "amount", "charge_wrong")),
            (entry(5, amount="49.99", rule="floor"), (L, 6, "amount", "charge_wrong")),
            (entry(5, amount="50.01", rule="cap"), (L, 6, "amount", "charge_wrong")),
            (statement("2026-10-05", due_date="2026-10-04"), (S, 2, "due_date", "date_order")),
            (statement("2026-11-05", payments="500.01"), (S, 3, "closing_balance", "statement_does_not_add_up")),
            (
                statement("2026-10-05", opening_balance="9999.00", purchases="1.00", closing_balance="10000.01"),
                (S, 2, "closing_balance", "statement_does_not_add_up"),
            ),
            (
                statement("2026-11-05", opening_balance="9999.00", purchases="1201.00", payments="500.00"),
                (S, 3, "opening_balance", "statements_do_not_follow"),
            ),
            (entry(6, posting_date="2026-11-06"), (S, 3, "closing_balance", "statement_not_in_ledger")),
            (entry(2, posting_date="2026-10-05"), (S, 2, "closing_balance", "statement_not_in_ledger")),
            (account(total="9990.81"), (A, 2, "total", "total_not_sum")),
            (account(late_fee="49.99", total="9990.79"), (A, 2, "late_fee", "ledger_does_not_reconcile")),
            (
                more(kind="payment", component="interest", amount="-1.00"),
                (A, 2, "interest", "ledger_does_not_reconcile"),
            ),
            (
                entry(2, component="interest"),
                (A, 2, "purchase_principal", "ledger_does_not_reconcile"),
            ),
        ],
    )
    def test_that_does_not_is_told_where(
        self, tmp_path: Path, change: Change, fault: tuple[str, int, str, str]
    ) -> None:
        delivery = Delivery(1)
        change(delivery)
        assert fault in found(tmp_path, delivery)

    @pytest.mark.parametrize(
        "cells",
        [
            {"rule": "floor", "base": "30.00", "rate": "0.05"},
            {"rule": "cap", "base": "99999.00", "rate": "0.05"},
            {"rule": "share", "base": "200.00", "rate": "0.05"},
        ],
    )
    def test_may_have_a_late_fee_at_the_edges_of_the_tariff(self, tmp_path: Path, cells: dict[str, str]) -> None:
        delivery = Delivery(1)
        more(kind="late_fee", component="late_fee", amount="10.00", **cells)(delivery)
        account(late_fee="60.00", total="10000.80")(delivery)
        assert found(tmp_path, delivery) == []

    def test_may_have_a_segment_of_less_than_a_fen(self, tmp_path: Path) -> None:
        delivery = Delivery(1)
        entry(3, amount="153.50", base="10000.00")(delivery)
        entry(4, amount="0.00")(delivery)
        assert found(tmp_path, delivery) == []

    def test_may_have_every_kind_of_entry(self, tmp_path: Path) -> None:
        delivery = Delivery(1)
        more(kind="cash", component="cash_principal", amount="100.00")(delivery)
        more(entry_id="E9", kind="fee", component="other_fee", amount="20.00", rule="fixed")(delivery)
        more(entry_id="F1", kind="fee", component="recovery_cost", amount="30.00", rule="fixed")(delivery)
        more(entry_id="F2", kind="adjustment", component="late_fee", amount="-50.00")(delivery)
        more(entry_id="F3", kind="purchase", component="instalment_principal", amount="5.00")(delivery)
        account(
            cash_principal="100.00", other_fee="20.00", recovery_cost="30.00", late_fee="0.00",
            instalment_principal="5.00", total="10095.80",
        )(delivery)  # fmt: skip
        assert found(tmp_path, delivery) == []


class TestTheRules:
    def test_know_every_kind_of_entry(self) -> None:
        assert set(COMPONENTS) == set(EntryKind)
        assert set(RULES) < set(EntryKind)
