"""The cast of the cardholder's journey: alice owns an overdue account, bob reviews it at the bank, charlie owns another one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from negotiation.domain.terms import Component
from negotiation.models import CardAccount, Cardholder, EntryKind, LedgerEntry, Negotiation, Statement
from negotiation.services import drafts
from tests.factories import NOW, make_account, make_cardholder

BUDGET = {
    "monthly_income": Decimal("7800.00"),
    "essential_spending": Decimal("4200.00"),
    "other_debt_payments": Decimal("1350.00"),
}


@dataclass(frozen=True)
class Person:
    """A cardholder, their account, and their browser, signed in and in English."""

    cardholder: Cardholder
    account: CardAccount
    client: Client

    @property
    def reference(self) -> str:
        return self.account.reference

    def draft(self, *, now: datetime = NOW, **circumstances: Any) -> Negotiation:
        """A draft with reason and budget told."""
        draft = drafts.draft_for(cardholder=self.cardholder, account_reference=self.reference, now=now)
        told = {"hardship_reason": "INCOME_DROP", **BUDGET}
        drafts.save_circumstances(draft=draft, **told | circumstances)
        return draft


def person(**account: Any) -> Person:
    cardholder = make_cardholder()
    client = browser()
    client.force_login(cardholder.user)
    return Person(cardholder, make_account(cardholder=cardholder, **account), client)


def alice() -> Person:
    """Owes 34,723.06, and the ledger says why."""
    owner = person(card_last4="4821")
    give_ledger(owner.account)
    return owner


def charlie() -> Person:
    """Has an account of his own, and no business with alice's."""
    return person()


def browser() -> Client:
    """Somebody who has not signed in, reading English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def give_ledger(account: CardAccount) -> None:
    """Two statements, a purchase, interest on two segments, late fees and interest not yet posted; they sum to the total."""
    _statement(account, date(2026, 4, 5), "0.00", purchases="30000.00", closing="30000.00")
    _statement(account, date(2026, 5, 5), "30000.00", interest="3600.00", late_fees="853.06", closing="34453.06")
    charge = {
        "kind": EntryKind.INTEREST,
        "component": Component.INTEREST,
        "posting": "P2",
        "posting_date": date(2026, 5, 5),
    }
    daily = {"rule": "daily_interest", "rate": Decimal("0.0005")}
    _entry(account, 1, "30000.00", kind=EntryKind.PURCHASE, component=Component.PURCHASE_PRINCIPAL, posting="P1")
    _entry(account, 2, "390.00", **charge, **daily, base=Decimal("30000.00"), days=26, **_days(3, 30, 4, 25))
    _entry(account, 3, "3210.00", **charge, **daily, base=Decimal("30000.00"), days=214, **_days(4, 25, 11, 25))
    fee = {
        "kind": EntryKind.LATE_FEE,
        "component": Component.LATE_FEE,
        "posting": "P3",
        "posting_date": date(2026, 5, 5),
    }
    _entry(account, 4, "853.06", **fee, rule="share", base=Decimal("17061.20"), rate=Decimal("0.05"))
    accrued = {"kind": EntryKind.INTEREST, "component": Component.ACCRUED_INTEREST, "posting": "P4"}
    since = {"posting_date": date(2026, 11, 23), "base": Decimal("30000.00"), "days": 18}
    _entry(account, 5, "270.00", **accrued, **daily, **since, **_days(11, 5, 11, 23))


def _statement(account: CardAccount, day: date, opening: str, *, closing: str, **amounts: str) -> None:
    names = ("purchases", "cash_advances", "interest", "late_fees", "other_fees", "adjustments", "payments")
    Statement.objects.create(
        account=account,
        statement_date=day,
        due_date=day.replace(day=25),
        opening_balance=Decimal(opening),
        closing_balance=Decimal(closing),
        minimum_payment=Decimal("1000.00"),
        **{name: Decimal(amounts.get(name, "0.00")) for name in names},
    )


def _entry(account: CardAccount, number: int, amount: str, **fields: Any) -> None:
    defaults = {"posting_date": date(2026, 3, 30), "source_id": f"L{number}"}
    LedgerEntry.objects.create(account=account, amount=Decimal(amount), **defaults | fields)


def _days(from_month: int, from_day: int, to_month: int, to_day: int) -> dict[str, date]:
    return {"from_date": date(2026, from_month, from_day), "to_date": date(2026, to_month, to_day)}
