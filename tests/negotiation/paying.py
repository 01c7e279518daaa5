"""What later deliveries would bring: payments, returned ones, and figures up to a day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from negotiation.models import CardAccount, EntryKind, LedgerEntry, Plan
from negotiation.queries.agreements import plan_by_reference
from negotiation.queries.standings import standing_of_plan
from negotiation.services.plan_keeping import bring_up_to_date


def pay(plan: Plan, day: date, amount: Any, *, kind: EntryKind = EntryKind.PAYMENT, posting: str = "") -> str:
    """One line of the ledger; its posting."""
    number = LedgerEntry.objects.count() + 1
    posting = posting or f"P{number}"
    LedgerEntry.objects.create(
        account=plan.account,
        source_id=f"L{number}",
        posting=posting,
        kind=kind,
        component="purchase_principal",
        posting_date=day,
        amount=-Decimal(amount),
    )
    return posting


def return_payment(plan: Plan, posting: str, day: date, amount: Any) -> None:
    """The bank's correction of a payment that was returned."""
    pay(plan, day, -Decimal(amount), kind=EntryKind.ADJUSTMENT, posting=posting)


def midnight_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def report(plan: Plan, up_to: date) -> Plan:
    """Figures that cover everything up to that day; the plan as it is now in the database."""
    CardAccount.objects.filter(pk=plan.account_id).update(as_of=midnight_after(up_to))
    return fresh(plan)


def fresh(plan: Plan) -> Plan:
    return plan_by_reference(plan.agreement.reference)


def keep(plan: Plan, up_to: date, *, now: datetime | None = None) -> Plan:
    """The figures of that day come in the night, and the plan is brought to where they show it."""
    plan = report(plan, up_to)
    moment = now or midnight_after(up_to) + timedelta(hours=6)
    bring_up_to_date(plan=plan, standing=standing_of_plan(plan), now=moment)
    return fresh(plan)
