"""Each plan in force is brought to the state that the bank's newest figures show: after every delivery, and once a day.

Figures move a plan; only a person ends one, or reopens one that was paid off (``plan_ending``). The words of letters are not known here.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from negotiation.domain.standing import PlanStanding, due_move
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE, PLAN_STATES_KEPT, PlanAction, PlanState
from negotiation.jobs.outbox import enqueue
from negotiation.jobs.registry import handles
from negotiation.models import CardAccount, Plan
from negotiation.queries.agreements import plans_to_keep
from negotiation.queries.events import plan_stream
from negotiation.queries.standings import standing_of_plan, standings_of
from negotiation.services.events import SYSTEM, record
from negotiation.services.plans import change_plan
from negotiation.services.refusals import StaleNegotiation

log = structlog.get_logger("plans")
KIND = "bring_plans_up_to_date"
BATCH = 200
TOLD_BY_THE_MOVE = {PlanAction.RECEIVE_DOWN_PAYMENT, PlanAction.CATCH_UP, PlanAction.CURE, PlanAction.COMPLETE}
"""Moves that a payment has brought about: who is told of the move needs no receipt beside it."""
OLDEST_FIGURES = timedelta(days=3)
"""Older figures move no plan to its cardholder's harm: a delivery is missing, and nobody knows what was paid since."""


class PlansLeftBehind(Exception):
    """Some plans could not be brought up to date; the log names them, all others were."""


def ask_to_keep_plans(*, batch: str, now: datetime) -> None:
    """Ask, in the import's transaction, for every plan to be looked at under the figures of this delivery."""
    enqueue(kind=KIND, key=f"{KIND}:{batch}", payload={"run": batch}, run_at=now)


@handles(KIND, every=timedelta(days=1), slow=True)
def bring_plans_up_to_date(payload: dict[str, Any], *, now: datetime) -> None:
    """One batch of plans in the order of their keys, each in a transaction of its own; the next batch is asked for first.

    :raises PlansLeftBehind: if one could not be done, after all others were; the job is tried again.
    """
    plans = list(plans_to_keep(after=payload.get("after"))[:BATCH])
    if len(plans) == BATCH:
        _ask_for_next(payload.get("run") or localdate(now).isoformat(), str(plans[-1].pk), now)
    found = _standings(plans)
    done = [_bring(plan, found.get(plan.pk), now) for plan in plans]
    if not all(done):
        raise PlansLeftBehind(done.count(False))


def _ask_for_next(run: str, after: str, now: datetime) -> None:
    with transaction.atomic():
        enqueue(kind=KIND, key=f"{KIND}:{run}:{after}", payload={"run": run, "after": after}, run_at=now)


def _standings(plans: Sequence[Plan]) -> dict[Any, PlanStanding]:
    """All at once; none where one of them cannot be worked out, so that each is tried by itself."""
    try:
        return standings_of(plans)
    except Exception as exc:
        log.warning("standings not known", plans=len(plans), error=type(exc).__name__)
        return {}


def _bring(plan: Plan, standing: PlanStanding | None, now: datetime) -> bool:
    try:
        bring_up_to_date(plan=plan, standing=standing or standing_of_plan(plan), now=now)
    except StaleNegotiation:
        log.info("plan moved meanwhile", plan=str(plan.pk))
    except Exception as exc:
        log.warning("plan not brought up to date", plan=str(plan.pk), error=type(exc).__name__)
        return False
    return True


@transaction.atomic
def bring_up_to_date(*, plan: Plan, standing: PlanStanding, now: datetime) -> None:
    """Keep the plan's figures and make every move that they ask for. A second time changes nothing.

    :raises StaleNegotiation: if the plan moved meanwhile.
    """
    may_worsen, told_until = are_newest(plan.account, now=now), plan.figures_date
    _keep_figures(plan, standing)
    if may_worsen:
        _tell_unpaid(plan, standing, now)
        _doubt(plan, standing, now)
    moves = set()
    while action := due_move(PlanState(plan.state), standing, broken_on=plan.broken_on, may_worsen=may_worsen):
        change_plan(plan=plan, action=action, now=now, **_facts(action, standing))
        moves.add(action)
    if plan.state in PLAN_STATES_IN_FORCE and not moves & TOLD_BY_THE_MOVE:
        _tell_received(plan, standing, told_until, now)


def are_newest(account: CardAccount, *, now: datetime) -> bool:
    """Whether the figures are recent enough to hold against somebody: at most three days old, of no later day, and still delivered.

    A demonstration's figures may be of a later day, so that a year can be walked through in a minute.
    """
    day, today = localdate(account.as_of), localdate(now)
    is_of_later_day = day > today and not settings.DEMONSTRATION
    return account.left_feed_at is None and not is_of_later_day and today - day <= OLDEST_FIGURES


def _facts(action: PlanAction, standing: PlanStanding) -> dict[str, Any]:
    """What is written with a move: what broke the plan, until it is made up."""
    if action is PlanAction.BREACH:
        data = {"broken_on": standing.as_of.isoformat(), "cure_days": standing.rule.cure_days}
        return {"broken_on": standing.as_of, "cure_until": None, "data": data}
    if action is PlanAction.CURE:
        return {"broken_on": None, "cure_until": None}
    return {}


def _keep_figures(plan: Plan, standing: PlanStanding) -> None:
    figures = {"figures_date": standing.as_of, "paid_count": standing.paid_count, "behind": standing.behind}
    if any(getattr(plan, name) != value for name, value in figures.items()):
        Plan.objects.filter(pk=plan.pk).update(**figures)
        for name, value in figures.items():
            setattr(plan, name, value)


def _tell_unpaid(plan: Plan, standing: PlanStanding, now: datetime) -> None:
    """Once an instalment, while a payment still counts as on time: that it has not come."""
    row = next((row for row in standing.in_grace if row.seq > plan.told_unpaid), None)
    if row is None or row.due_date is None or plan.state not in PLAN_STATES_KEPT:
        return
    untold = Plan.objects.filter(pk=plan.pk, told_unpaid__lt=row.seq)
    if not untold.update(told_unpaid=row.seq):
        return
    plan.told_unpaid = row.seq
    _tell(plan, "instalment_unpaid", {"instalment": row.seq, "until": standing.rule.grace_until(row.due_date)}, now)


def _doubt(plan: Plan, standing: PlanStanding, now: datetime) -> None:
    """Once, until it is paid again: that a plan which was paid off no longer is. Whether it is reopened a person decides."""
    since = None if standing.settled_on else standing.as_of
    if plan.state != PlanState.COMPLETED or bool(since) == bool(plan.unpaid_again_on):
        return
    if Plan.objects.filter(pk=plan.pk, state=PlanState.COMPLETED).update(unpaid_again_on=since) and since:
        _tell(plan, "plan_unpaid_again", {"as_of": since}, now)
    plan.unpaid_again_on = since


def _tell_received(plan: Plan, standing: PlanStanding, told_until: date | None, now: datetime) -> None:
    """Once a delivery, whatever their number: that payments of the days which it is the first to cover were recorded."""
    if standing.received_within(told_until, standing.as_of):
        _tell(plan, "payment_recorded", {"paid_after": told_until or "", "paid_until": standing.as_of}, now)


def _tell(plan: Plan, kind: str, facts: dict[str, Any], now: datetime) -> None:
    said = {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()}
    data = {"agreement": plan.agreement.reference, **said}
    record(stream=plan_stream(plan.agreement), kind=kind, actor=SYSTEM, data=data, now=now)
