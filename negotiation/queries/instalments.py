"""Which instalments are due on a day, and is one still to come? For the jobs that look at all plans at once."""

from datetime import date

from django.db.models import QuerySet

from negotiation.domain.workflow import PLAN_STATES_KEPT
from negotiation.models import Instalment


def instalments_due(*, on: date) -> QuerySet[Instalment]:
    """Instalments of that day in plans that are being kept, with all that a message about them needs."""
    return Instalment.objects.filter(due_date=on, plan__state__in=PLAN_STATES_KEPT).select_related(
        "plan__agreement", "plan__account__cardholder"
    )


def is_to_come(instalment: Instalment, *, today: date) -> bool:
    """Whether the plan is still being kept and the due day is not over; on the day itself it is to come."""
    return instalment.due_date >= today and instalment.plan.state in PLAN_STATES_KEPT
