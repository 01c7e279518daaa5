"""Which instalments are due on a day, and is one still to come? For the jobs that look at all plans at once."""

from datetime import date

from django.db.models import F, QuerySet

from negotiation.domain.workflow import PLAN_STATES_KEPT, PlanState
from negotiation.models import Instalment, Plan


def instalments_due(*, on: date) -> QuerySet[Instalment]:
    """Instalments of that day that the newest figures do not show as paid, in plans that are being kept, for messages about them."""
    unpaid = Instalment.objects.filter(due_date=on, plan__state__in=PLAN_STATES_KEPT, seq__gt=F("plan__paid_count"))
    return unpaid.select_related("plan__agreement", "plan__account__cardholder")


def plans_awaiting_down_payment(*, begun_on: date) -> QuerySet[Plan]:
    """Plans that were signed on that day and whose down payment has not come."""
    waiting = Plan.objects.filter(state=PlanState.PENDING_DOWN_PAYMENT, started_at__date=begun_on)
    return waiting.select_related("agreement", "account__cardholder")


def is_to_come(instalment: Instalment, *, today: date) -> bool:
    """Whether the plan is still being kept, the due day is not over and it is not paid; on the day itself it is to come."""
    plan = instalment.plan
    return instalment.due_date >= today and plan.state in PLAN_STATES_KEPT and instalment.seq > plan.paid_count
