"""What a statement of account and a settlement certificate say: the agreed rows, and what the bank's ledger says was paid on them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from negotiation.documents.content import Cardholder, SettlementContent
from negotiation.documents.statement import RowStanding, StatementContent, StatementRow
from negotiation.documents.texts import SETTLEMENT, STATEMENT
from negotiation.domain.standing import RowState
from negotiation.models import Agreement, Plan
from negotiation.queries.standings import last_day, standing_of_plan
from negotiation.queries.texts import texts_in_force
from negotiation.services.agreement_content import bank

_STANDINGS = {
    RowState.PAID: RowStanding.PAID,
    RowState.DUE_LATER: RowStanding.DUE_LATER,
    RowState.IN_GRACE: RowStanding.IN_GRACE,
    RowState.MISSED: RowStanding.OVERDUE,
    RowState.NOT_NEEDED: RowStanding.DUE_LATER,
}


def statement_day(plan: Plan) -> date:
    """The last day that the bank's figures for the plan cover: the day before a midnight, never before the plan began."""
    return max(last_day(plan.account.as_of), localdate(plan.started_at))


def statement_content(plan: Plan) -> StatementContent:
    """The statement as of ``statement_day``. Payments fill the down payment first, then the instalments in their order."""
    found, as_of = standing_of_plan(plan), statement_day(plan)
    rows = tuple(
        StatementRow(row.seq, row.due_date, row.amount, row.paid, row.paid_on, _STANDINGS[row.state])
        for row in found.rows
        if row.due_date
    )
    return StatementContent(
        **_shared(plan.agreement),
        made_at=plan.account.as_of,
        texts=texts_in_force(STATEMENT, at=plan.account.as_of),
        as_of=as_of,
        rows=rows,
        down_payment=plan.down_payment,
        down_payment_paid=found.down_payment.paid,
        late_interest=found.late_interest,
        unapplied=found.received - found.paid,
    )


def settlement_content(plan: Plan) -> SettlementContent:
    """The certificate of a completed plan: what was really paid on it, and the day of the payment that paid the last of it."""
    assert plan.ended_at is not None, "a completed plan has ended"
    found = standing_of_plan(plan)
    return SettlementContent(
        **_shared(plan.agreement),
        made_at=plan.ended_at,
        texts=texts_in_force(SETTLEMENT, at=plan.ended_at),
        settled_date=found.settled_on or localdate(plan.ended_at),
        total_paid=found.received - found.credit,
    )


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
