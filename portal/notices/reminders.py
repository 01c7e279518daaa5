"""Reminders before each due date of a plan that is being kept: a service the bank owes, not collection.

What the bank's newest figures show as paid is not reminded of; a payment may be newer, so the words are right for somebody who has paid.
"""

from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from negotiation.domain.contact import DOWN_PAYMENT_DAYS, REMINDER_DAYS
from negotiation.queries.instalments import instalments_due, plans_awaiting_down_payment
from negotiation.services.jobs import handles
from portal.notices import gate, sending
from portal.notices.messages import Message
from portal.notices.models import Notice

log = structlog.get_logger("notices")


class NotAllReminded(Exception):
    """Some reminders could not be asked for; the log names their instalments."""


@handles("remind_instalments", every=timedelta(hours=1), slow=True)
def remind_instalments(payload: dict[str, Any], *, now: datetime) -> None:
    """Ask for the reminders of the day on which a message can leave: late in the evening that is tomorrow.

    :raises NotAllReminded: if one could not be asked for, after all others were; the job is tried again.
    """
    leaves_on = gate.next_open(now).date()
    reminded = [
        _remind(instalment, days=days, now=now)
        for days in REMINDER_DAYS
        for instalment in list(_untold(leaves_on + timedelta(days=days), days))
    ]
    if not all(reminded):
        raise NotAllReminded(reminded.count(False))


@handles("remind_down_payments", every=timedelta(hours=1), slow=True)
def remind_down_payments(payload: dict[str, Any], *, now: datetime) -> None:
    """Ask for the reminders of down payments that have not come some days after signing, once a plan and day.

    :raises NotAllReminded: if one could not be asked for, after all others were; the job is tried again.
    """
    leaves_on = gate.next_open(now).date()
    asked = [
        _ask(_about(plan), key=f"down_payment:{plan.pk}:{days}", now=now)
        for days in DOWN_PAYMENT_DAYS
        for plan in plans_awaiting_down_payment(begun_on=leaves_on - timedelta(days=days))
    ]
    if not all(asked):
        raise NotAllReminded(asked.count(False))


def _about(plan: Any) -> Message:
    return Message("down_payment_due", plan.account.cardholder, "agreement", plan.agreement.reference)


def _untold(due_date: date, days: int) -> QuerySet[Any]:
    told = Notice.objects.filter(instalment__due_date=due_date, key__endswith=f":{days}")
    return instalments_due(on=due_date).exclude(pk__in=told.values("instalment"))


def _remind(instalment: Any, *, days: int, now: datetime) -> bool:
    """Ask for one reminder, once an instalment and lead, in a transaction of its own."""
    plan = instalment.plan
    message = Message(
        "instalment_due", plan.account.cardholder, "agreement", plan.agreement.reference, instalment=instalment
    )
    return _ask(message, key=f"instalment:{instalment.pk}:{days}", now=now)


def _ask(message: Message, *, key: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            sending.ask(message, key=key, now=now)
    except Exception as exc:
        log.warning("reminder not asked for", reminder=key, error=type(exc).__name__)
        return False
    return True
