"""The plan that a signed agreement begins; the only writer of a plan's state."""

from datetime import datetime
from typing import Any

from django.db import transaction

from negotiation.domain.terms import ZERO
from negotiation.domain.workflow import PlanAction, PlanState, next_plan_state
from negotiation.jobs.outbox import enqueue
from negotiation.models import Agreement, Event, Instalment, Plan
from negotiation.queries.agreements import plan_in_force
from negotiation.queries.events import plan_stream
from negotiation.services.events import SYSTEM, Actor, record
from negotiation.services.refusals import StaleNegotiation


def begin_plan(*, agreement: Agreement, now: datetime) -> Plan:
    """Put the agreed rows into force; the plan that was in force until now is superseded in the same transaction."""
    old = plan_in_force(agreement.negotiation.account)
    if old is not None:
        change_plan(plan=old, action=PlanAction.SUPERSEDE, now=now)
    terms, schedule = agreement.quote.plan_terms, agreement.quote.schedule
    plan = Plan.objects.create(
        agreement=agreement,
        account=agreement.negotiation.account,
        state=PlanState.PENDING_DOWN_PAYMENT if terms.down_payment > ZERO else PlanState.ACTIVE,
        down_payment=terms.down_payment,
        started_at=now,
        late_daily_rate=agreement.negotiation.account.daily_rate,
    )
    Instalment.objects.bulk_create(
        Instalment(
            plan=plan,
            seq=row.seq,
            due_date=row.due_date,
            principal=row.principal,
            interest=row.interest,
            fee=row.fee,
            payment=row.payment,
            balance_after=row.balance_after,
        )
        for row in schedule.rows
    )
    return plan


@transaction.atomic
def change_plan(
    *,
    plan: Plan,
    action: PlanAction,
    now: datetime,
    actor: Actor = SYSTEM,
    event: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Event:
    """Make one move of the plan's table, write ``changes`` with it; a plan that is paid off gets its settlement certificate.

    The event is called after the new state unless ``event`` names it.

    :raises TransitionNotAllowed: if the table has no such move.
    :raises StaleNegotiation: if the plan moved meanwhile.
    """
    old = PlanState(plan.state)
    new = next_plan_state(old, action, actor.kind)
    changes["state"] = new
    if new in (PlanState.TERMINATED, PlanState.COMPLETED, PlanState.SUPERSEDED):
        changes["ended_at"] = now
    if not Plan.objects.filter(pk=plan.pk, state=old).update(**changes):
        raise StaleNegotiation(plan.agreement.reference)
    for name, value in changes.items():
        setattr(plan, name, value)
    if new == PlanState.COMPLETED:
        key, payload = f"settled:{plan.agreement_id}:{now.isoformat()}", {"agreement": str(plan.agreement_id)}
        enqueue(kind="issue_settlement_certificate", key=key, payload=payload, run_at=now)
    return record(
        stream=plan_stream(plan.agreement),
        kind=event or f"plan_{new.value.lower()}",
        actor=actor,
        data={"agreement": plan.agreement.reference, "from": old.value, "to": new.value, **(data or {})},
        now=now,
    )
