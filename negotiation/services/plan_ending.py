"""What people do to a plan: the cardholder says that the next instalment will not come; the bank delivers a notice, ends it, reopens it.

The agreement lets the bank end a plan only after the notice was delivered and the days for making up are over.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from negotiation.domain.standing import PlanStanding
from negotiation.domain.words import plain_words
from negotiation.domain.workflow import PLAN_STATES_KEPT, ActorKind, PlanAction, PlanState
from negotiation.models import Cardholder, Event, Note, Plan, User
from negotiation.queries.agreements import agreement_for, plan_by_reference, plan_in_force, plan_of
from negotiation.queries.events import plan_stream
from negotiation.queries.standings import rule_of, standing_of_plan
from negotiation.services.claims import reviewer_actor
from negotiation.services.events import Actor, record
from negotiation.services.fingerprints import fingerprinted
from negotiation.services.plans import change_plan
from negotiation.services.refusals import NothingSaid, NoticeDayWrong, PlanCannotEnd, PlanCannotReopen, PlanNotInForce

MOST_CHARACTERS = 1000


@transaction.atomic
def announce_miss(*, cardholder: Cardholder, reference: str, now: datetime) -> Plan:
    """Tell the bank that the next instalment will not be paid in time. Told again of the same one, nothing happens.

    :raises PlanNotInForce: if no plan is being kept, or nothing is still to come.
    """
    plan = plan_of(agreement_for(cardholder=cardholder, reference=reference))
    row = standing_of_plan(plan).next_row if plan and plan.state in PLAN_STATES_KEPT else None
    if plan is None or row is None:
        raise PlanNotInForce(reference)
    if Plan.objects.filter(pk=plan.pk).exclude(miss_announced=row.seq).update(miss_announced=row.seq):
        data = {"agreement": reference, "instalment": row.seq}
        _record(plan, "miss_announced", Actor(ActorKind.CARDHOLDER, cardholder.user), data, now)
    return plan


@transaction.atomic
def notice_delivered(*, reference: str, broken_on: date, day: date, actor: Actor, now: datetime) -> bool:
    """Keep that the notice of a breach reached the cardholder on that day; from it the days for making up count.

    Only the first delivery counts, and only while that very breach stands; False otherwise.
    """
    plan = plan_by_reference(reference)
    until = rule_of(plan).cure_until(day)
    waiting = Plan.objects.filter(pk=plan.pk, state=PlanState.BREACHED, broken_on=broken_on, cure_until__isnull=True)
    if not waiting.update(cure_until=until):
        return False
    data = {"agreement": reference, "delivered_on": day.isoformat(), "until": until.isoformat()}
    _record(plan, "breach_notice_delivered", actor, data, now)
    return True


@transaction.atomic
def record_delivery(*, plan: Plan, reviewer: User, day: date, now: datetime) -> None:
    """A reviewer keeps that the notice reached the cardholder by another way, such as a letter.

    :raises NoticeDayWrong: if the day lies before the breach or after today.
    :raises PlanCannotEnd: if no notice of a breach waits for its delivery.
    :raises NotAuthorised, OwnAccount: if the person may not decide.
    """
    actor, reference = reviewer_actor(plan.agreement.negotiation, reviewer), plan.agreement.reference
    if plan.broken_on is None or plan.cure_until is not None:
        raise PlanCannotEnd(reference)
    if not plan.broken_on < day <= localdate(now):
        raise NoticeDayWrong(reference)
    notice_delivered(reference=reference, broken_on=plan.broken_on, day=day, actor=actor, now=now)


def can_end(plan: Plan, standing: PlanStanding) -> bool:
    """Whether the agreement lets the bank end the plan by what the figures show.

    BREACHED: the figures cover the last day for making up, and something that was missed is still unpaid.
    A plan that never began: they cover the first instalment's grace, and the down payment has not come.
    """
    if plan.state == PlanState.BREACHED and plan.broken_on and plan.cure_until:
        return standing.as_of >= plan.cure_until and bool(standing.missing_since(plan.broken_on))
    if plan.state == PlanState.PENDING_DOWN_PAYMENT:
        first = standing.rows[0].due_date
        is_over = first is not None and standing.as_of >= standing.rule.grace_until(first)
        return is_over and not standing.is_down_payment_received
    return False


@transaction.atomic
def end_plan(*, plan: Plan, reviewer: User, reason: str, now: datetime) -> Event:
    """The bank ends the plan; why is kept as a note for colleagues.

    :raises NothingSaid: if no reason is given, or one of more than ``MOST_CHARACTERS``.
    :raises PlanCannotEnd: if the agreement does not allow it yet, or no longer.
    :raises NotAuthorised, OwnAccount: if the person may not decide.
    :raises StaleNegotiation, TransitionNotAllowed: if the plan moved meanwhile.
    """
    negotiation = plan.agreement.negotiation
    actor = reviewer_actor(negotiation, reviewer)
    if not can_end(plan, standing_of_plan(plan)):
        raise PlanCannotEnd(plan.agreement.reference)
    data = _noted(plan, reviewer, reason, now)
    return change_plan(plan=plan, action=PlanAction.TERMINATE, actor=actor, data=data, now=now)


def can_reopen(plan: Plan, standing: PlanStanding) -> bool:
    """Whether a plan that was paid off is unpaid again by the bank's figures, and its account has no newer plan in force."""
    is_unpaid = plan.state == PlanState.COMPLETED and plan.unpaid_again_on is not None and not standing.settled_on
    return is_unpaid and plan_in_force(plan.account) is None


@transaction.atomic
def reopen_plan(*, plan: Plan, reviewer: User, reason: str, now: datetime) -> Event:
    """The bank lets a plan run again of which a payment was returned, and so withdraws its settlement certificate.

    Where it then stands is for the figures to say. Why is kept as a note for colleagues.

    :raises NothingSaid: if no reason is given, or one of more than ``MOST_CHARACTERS``.
    :raises PlanCannotReopen: if the figures show it paid off, or the account has a newer plan.
    :raises NotAuthorised, OwnAccount: if the person may not decide.
    :raises StaleNegotiation, TransitionNotAllowed: if the plan moved meanwhile.
    """
    actor = reviewer_actor(plan.agreement.negotiation, reviewer)
    if not can_reopen(plan, standing_of_plan(plan)):
        raise PlanCannotReopen(plan.agreement.reference)
    data, moments = _noted(plan, reviewer, reason, now), {"reopened_at": now, "ended_at": None}
    days = dict.fromkeys(("unpaid_again_on", "broken_on", "cure_until"))
    return change_plan(
        plan=plan, action=PlanAction.REOPEN, actor=actor, event="plan_reopened", data=data, now=now, **moments, **days
    )


def _noted(plan: Plan, reviewer: User, reason: str, now: datetime) -> dict[str, Any]:
    """Why, as a note, and what an event says of it."""
    words = plain_words(reason)
    if not words or len(words) > MOST_CHARACTERS:
        raise NothingSaid(plan.agreement.reference)
    note = Note.objects.create(negotiation=plan.agreement.negotiation, author=reviewer, text=words, made_at=now)
    return {"note": note.pk, **fingerprinted(note.text)}


def _record(plan: Plan, kind: str, actor: Actor, data: dict[str, Any], now: datetime) -> Event:
    return record(stream=plan_stream(plan.agreement), kind=kind, actor=actor, data=data, now=now)
