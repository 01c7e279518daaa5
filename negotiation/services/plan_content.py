"""What a statement of account and a settlement certificate say: the agreed rows, and what the bank's ledger says was paid on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from negotiation.documents.content import Cardholder
from negotiation.documents.settlement import SettlementContent
from negotiation.documents.statement import RowStanding, StatementContent, StatementRow
from negotiation.domain.terms import ZERO
from negotiation.models import Agreement, EntryKind, LedgerEntry, Plan
from negotiation.services.agreement_content import bank


@dataclass(frozen=True, slots=True)
class Payment:
    """``amount`` yuan that reached the account on a day."""

    day: date
    amount: Decimal


def statement_day(plan: Plan) -> date:
    """The last day that the bank's figures for the plan cover: the day before a midnight, never before the plan began."""
    return max(_last_day(plan.account.as_of), localdate(plan.started_at))


def statement_content(plan: Plan) -> StatementContent:
    """The statement as of ``statement_day``. Payments fill the down payment first, then the instalments in their order."""
    payments, as_of = payments_on(plan), statement_day(plan)
    amounts = [plan.down_payment, *(row.payment for row in plan.instalments.all())]
    (down_payment_paid, _), *filled = fill(amounts, payments)
    rows = tuple(
        StatementRow(
            row.seq, row.due_date, row.payment, paid, paid_on, _standing(row.due_date, paid, row.payment, as_of)
        )
        for row, (paid, paid_on) in zip(plan.instalments.all(), filled, strict=True)
    )
    return StatementContent(
        **_shared(plan.agreement),
        made_at=plan.account.as_of,
        as_of=as_of,
        rows=rows,
        down_payment=plan.down_payment,
        down_payment_paid=down_payment_paid,
    )


def settlement_content(plan: Plan) -> SettlementContent:
    """The certificate of a completed plan: what was really paid on it, and the day on which it was completed."""
    assert plan.ended_at is not None, "a completed plan has ended"
    return SettlementContent(
        **_shared(plan.agreement),
        made_at=plan.ended_at,
        settled_date=localdate(plan.ended_at),
        total_paid=sum((payment.amount for payment in payments_on(plan)), ZERO),
    )


def payments_on(plan: Plan) -> list[Payment]:
    """Every payment that the ledger has after the balance which the plan was made of, oldest first."""
    since = _last_day(plan.agreement.quote.snapshot.as_of)
    entries = LedgerEntry.objects.filter(account=plan.account, kind=EntryKind.PAYMENT, posting_date__gt=since)
    return [Payment(entry.posting_date, -entry.amount) for entry in entries.order_by("posting_date", "pk")]


def fill(amounts: Sequence[Decimal], payments: Sequence[Payment]) -> list[tuple[Decimal, date | None]]:
    """For each amount in turn what has been paid on it (yuan), and the day of the last payment that went into it."""
    left, filled = [[payment.day, payment.amount] for payment in payments], []
    for amount in amounts:
        paid, day = ZERO, None
        while paid < amount and left:
            taken = min(amount - paid, left[0][1])
            paid, day = paid + taken, left[0][0]
            left[0][1] -= taken
            if not left[0][1]:
                left.pop(0)
        filled.append((paid, day))
    return filled


def _standing(due_date: date, paid: Decimal, payment: Decimal, as_of: date) -> RowStanding:
    if paid >= payment:
        return RowStanding.PAID
    return RowStanding.OVERDUE if due_date <= as_of else RowStanding.DUE_LATER


def _last_day(moment: datetime) -> date:
    return localdate(moment - timedelta.resolution)


def _shared(agreement: Agreement) -> dict[str, Any]:
    account = agreement.negotiation.account
    return {
        "reference": agreement.reference,
        "bank": bank(),
        "cardholder": Cardholder(
            name=agreement.negotiation.cardholder.name,
            card_last_four=account.card_last4,
            account_reference=account.reference,
        ),
        "agreement_date": localdate(agreement.agreed_at),
        "verify_url": settings.VERIFY_URL.format(reference=agreement.reference),
        "currency": account.currency,
        "demonstration": settings.DEMONSTRATION,
    }
