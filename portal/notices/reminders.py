"""Reminders before each due date of a plan that is being kept: a service the bank owes, not collection.

Nothing tells the site yet whether an instalment has been paid, so the words have to be right for somebody who has.
"""

from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from negotiation.domain.contact import REMINDER_DAYS
from negotiation.queries.instalments import instalments_due
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


def _untold(due_date: date, days: int) -> QuerySet[Any]:
    told = Notice.objects.filter(instalment__due_date=due_date, key__endswith=f":{days}")
    return instalments_due(on=due_date).exclude(pk__in=told.values("instalment"))


def _remind(instalment: Any, *, days: int, now: datetime) -> bool:
    """Ask for one reminder, once an instalment and lead, in a transaction of its own."""
    plan = instalment.plan
    message = Message(
        "instalment_due", plan.account.cardholder, "agreement", plan.agreement.reference, instalment=instalment
    )
    try:
        with transaction.atomic():
            sending.ask(message, key=f"instalment:{instalment.pk}:{days}", now=now)
    except Exception as exc:
        log.warning("reminder not asked for", instalment=instalment.pk, error=type(exc).__name__)
        return False
    return True
