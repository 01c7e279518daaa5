"""Raising a dispute, a complaint or a request about data, and answering it by a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from negotiation.domain.concerns import (
    MOST_OPEN,
    ConcernAction,
    ConcernKind,
    ConcernState,
    Outcome,
    answer_day,
    can_handle,
    next_concern_state,
)
from negotiation.domain.money import not_negative_yuan
from negotiation.domain.terms import Component
from negotiation.domain.workflow import ActorKind
from negotiation.models import CardAccount, Cardholder, Concern, DisputeReason, Event, LengtheningReason, User
from negotiation.queries.concerns import (
    amount_of_line,
    concern_for,
    concern_stream,
    has_worked_for,
    open_concerns_of,
    raised_since,
)
from negotiation.queries.conflicts import is_debt_of
from negotiation.queries.staff import answering_role
from negotiation.services.events import Actor, record
from negotiation.services.fingerprints import fingerprinted
from negotiation.services.refusals import (
    AlreadyRaised,
    AnswerDayPassed,
    DecidedForThem,
    NotAuthorised,
    NothingSaid,
    OwnAccount,
    StaleConcern,
    TooManyConcerns,
)
from negotiation.services.words import kept_words

MOST_A_DAY = 10
"""So many concerns of all kinds a person may raise within twenty-four hours: each one is mailed about and answered."""


@transaction.atomic
def raise_concern(
    *,
    cardholder: Cardholder,
    kind: ConcernKind,
    words: str,
    now: datetime,
    account: CardAccount | None = None,
    component: Component | None = None,
    posting: str = "",
    reason: str = "",
    believed_amount: Decimal | None = None,
) -> Concern:
    """Keep what the person raises, with the day of the answer; the very same thing raised again while it is open is the same concern.

    A dispute names an account and a ``reason`` and may name one line: a ``component``, or the number of a ``posting``, not both.
    ``believed_amount`` is yuan.

    :raises NothingSaid, MessageTooLong:
    :raises AlreadyRaised: if that line is in dispute already.
    :raises TooManyConcerns: if ``MOST_OPEN`` of the kind are open, or ``MOST_A_DAY`` were raised within a day.
    :raises NotAnAmount, AmountTooLarge, AmountNegative: if that is what they believe.
    :raises CardAccount.DoesNotExist, LedgerEntry.DoesNotExist: if the account is not theirs, or has no such line.
    :raises ValueError: if the reason is none of ``DisputeReason``.
    """
    said = _said(words)
    concern = Concern(cardholder=cardholder, kind=kind.value, account=account, words=said, raised_at=now)
    if account is not None and account.cardholder_id != cardholder.pk:
        raise CardAccount.DoesNotExist
    if kind == ConcernKind.DISPUTE:
        _name_line(concern, component, posting, reason, believed_amount)
    Cardholder.objects.select_for_update().get(pk=cardholder.pk)
    return _the_same(concern) or _keep(concern, now)


def _said(words: str) -> str:
    said = kept_words(words)
    if not said:
        raise NothingSaid
    return said


def _name_line(
    concern: Concern, component: Component | None, posting: str, reason: str, believed_amount: Decimal | None
) -> None:
    assert concern.account is not None, "a dispute is of an account"
    assert not (component and posting), "a dispute is of one line"
    concern.component = component.value if component else ""
    concern.posting = posting
    concern.reason = DisputeReason(reason).value
    concern.queried_amount = amount_of_line(concern.account, component=component, posting=posting)
    concern.believed_amount = None if believed_amount is None else not_negative_yuan(believed_amount)


def _the_same(concern: Concern) -> Concern | None:
    """The open concern that says word for word the same of the same line, as after a second press.

    :raises AlreadyRaised: if the line is in dispute in other words.
    """
    line = (concern.account_id, concern.component, concern.posting)
    of_the_kind = open_concerns_of(cardholder=concern.cardholder, kind=ConcernKind(concern.kind))
    same_line = [other for other in of_the_kind if (other.account_id, other.component, other.posting) == line]
    for other in same_line:
        if other.words == concern.words and other.believed_amount == concern.believed_amount:
            return other
    if same_line and concern.kind == ConcernKind.DISPUTE:
        raise AlreadyRaised(same_line[0].reference)
    return None


def _keep(concern: Concern, now: datetime) -> Concern:
    kind, person = ConcernKind(concern.kind), concern.cardholder
    is_full = open_concerns_of(cardholder=person, kind=kind).count() >= MOST_OPEN[kind]
    if is_full or raised_since(cardholder=person, moment=now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooManyConcerns(kind)
    concern.answer_by = answer_day(localdate(now), ConcernState.RECEIVED)
    concern.save(force_insert=True)
    data = {
        "account": concern.account.reference if concern.account else "",
        "component": concern.component,
        "posting": concern.posting,
        "reason": concern.reason,
        "to": concern.state,
        "answer_by": concern.answer_by.isoformat(),
        **fingerprinted(concern.words),
    }
    _record(concern, "concern_raised", Actor(ActorKind.CARDHOLDER, person.user), data, now)
    return concern


@transaction.atomic
def withdraw_concern(*, cardholder: Cardholder, reference: str, now: datetime) -> Event:
    """Take back what was raised; it is kept, and no longer answered.

    :raises TransitionNotAllowed, StaleConcern: if it is answered or withdrawn already.
    """
    concern = concern_for(cardholder=cardholder, reference=reference)
    move = _Move(concern, ConcernAction.WITHDRAW, Actor(ActorKind.CARDHOLDER, cardholder.user), "concern_withdrawn")
    return _make(move, now, {}, closed_at=now)


@transaction.atomic
def lengthen_concern(*, concern: Concern, staff: User, reason: str, now: datetime) -> Event:
    """Take more time, counted from the day it was raised: 30 days, then 60 by a senior reviewer alone (order 2020 no. 3).

    :raises AnswerDayPassed: if the last day for the answer is over.
    :raises NotAuthorised, OwnAccount, DecidedForThem, TransitionNotAllowed, StaleConcern:
    :raises ValueError: if the reason is none of ``LengtheningReason``.
    """
    actor = answering_actor(concern, staff)
    code = LengtheningReason(reason).value
    if concern.is_overdue(localdate(now)):
        raise AnswerDayPassed(concern.reference)
    state = next_concern_state(ConcernState(concern.state), ConcernAction.LENGTHEN, actor.kind)
    day = answer_day(localdate(concern.raised_at), state)
    move = _Move(concern, ConcernAction.LENGTHEN, actor, "concern_lengthened")
    data = {"reason": code, "answer_by": day.isoformat()}
    return _make(move, now, data, answer_by=day, lengthened_for=code)


@transaction.atomic
def answer_concern(*, concern: Concern, staff: User, outcome: str, words: str, now: datetime) -> Event:
    """Answer it in the bank's name; the cardholder does not learn who wrote.

    :raises NothingSaid, MessageTooLong:
    :raises NotAuthorised, OwnAccount, DecidedForThem, TransitionNotAllowed, StaleConcern:
    :raises ValueError: if the outcome is none of ``Outcome``.
    """
    actor = answering_actor(concern, staff)
    found, said = Outcome(outcome).value, _said(words)
    sealed = Concern._meta.get_field("answer").sealed_for(concern, said)
    move = _Move(concern, ConcernAction.ANSWER, actor, "concern_answered")
    data = {"outcome": found, **fingerprinted(said)}
    return _make(move, now, data, outcome=found, answer=sealed, answered_by=staff, closed_at=now)


def answering_actor(concern: Concern, staff: User) -> Actor:
    """The member of staff in the role that answers this concern.

    :raises NotAuthorised: if their role does not answer this kind.
    :raises OwnAccount: if it is their own concern.
    :raises DecidedForThem: if it is a complaint of somebody in whose negotiations they have a part (recusal, order 2020 no. 3).
    """
    role = answering_role(staff)
    if role is None or not can_handle(ConcernKind(concern.kind), role):
        raise NotAuthorised(staff.pk)
    if is_debt_of(concern.cardholder, staff):
        raise OwnAccount(concern.reference)
    if concern.kind == ConcernKind.COMPLAINT and has_worked_for(staff, concern.cardholder):
        raise DecidedForThem(concern.reference)
    return Actor(role, staff)


@dataclass(frozen=True, slots=True)
class _Move:
    concern: Concern
    action: ConcernAction
    actor: Actor
    event: str


def _make(move: _Move, now: datetime, data: dict[str, Any], **changes: Any) -> Event:
    """Claim the move by the state that the concern was read in, write ``changes`` with it, record the event."""
    concern, old = move.concern, ConcernState(move.concern.state)
    new = next_concern_state(old, move.action, move.actor.kind)
    if not Concern.objects.filter(pk=concern.pk, state=old).update(state=new, **changes):
        raise StaleConcern(concern.reference)
    concern.refresh_from_db()
    return _record(concern, move.event, move.actor, {"from": old.value, "to": new.value, **data}, now)


def _record(concern: Concern, kind: str, actor: Actor, data: dict[str, Any], now: datetime) -> Event:
    return record(
        stream=concern_stream(concern),
        kind=kind,
        actor=actor,
        data={"concern": concern.reference, "kind": concern.kind, **data},
        now=now,
    )
