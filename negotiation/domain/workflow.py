"""Which moves a negotiation and a plan may make, and who may make them.

The tables are the whole truth; an auditor reads them here, and ``docs/states.md`` is generated from them. Knows no rows and no clock.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class NegotiationState(StrEnum):
    DRAFT = "DRAFT"
    WITH_BANK = "WITH_BANK"
    AWAITING_SECOND_APPROVAL = "AWAITING_SECOND_APPROVAL"
    WITH_CARDHOLDER = "WITH_CARDHOLDER"
    AGREED = "AGREED"
    BEING_SIGNED = "BEING_SIGNED"
    SIGNED = "SIGNED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Action(StrEnum):
    PROPOSE = "PROPOSE"
    COUNTER = "COUNTER"
    ACCEPT = "ACCEPT"
    REQUEST_SECOND_APPROVAL = "REQUEST_SECOND_APPROVAL"
    CONFIRM_ACCEPTANCE = "CONFIRM_ACCEPTANCE"
    CONFIRM_COUNTER = "CONFIRM_COUNTER"
    SEND_BACK = "SEND_BACK"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    EXPIRE = "EXPIRE"
    SIGN = "SIGN"
    SEAL = "SEAL"


class ActorKind(StrEnum):
    CARDHOLDER = "CARDHOLDER"
    REVIEWER = "REVIEWER"
    SENIOR_REVIEWER = "SENIOR_REVIEWER"
    POLICY_MANAGER = "POLICY_MANAGER"
    AUDITOR = "AUDITOR"
    SUPPORT = "SUPPORT"
    SYSTEM = "SYSTEM"


class TransitionNotAllowed(Exception):
    """The table has no such move."""

    def __init__(self, state: StrEnum, action: StrEnum, actor: ActorKind) -> None:
        super().__init__(f"{actor} may not {action} in {state}")
        self.state, self.action, self.actor = state, action, actor


State = TypeVar("State", bound=StrEnum)
Move = TypeVar("Move", bound=StrEnum)


def moved(table: Mapping[tuple[State, Move, ActorKind], State], state: State, action: Move, actor: ActorKind) -> State:
    """The state after a move of any table.

    :raises TransitionNotAllowed: if the table has no such move.
    """
    try:
        return table[state, action, actor]
    except KeyError:
        raise TransitionNotAllowed(state, action, actor) from None


def moves(table: Mapping[tuple[State, Move, ActorKind], State], state: State, actor: ActorKind) -> tuple[Move, ...]:
    """What the actor may do in a state of any table, in its order."""
    return tuple(action for (old, action, who) in table if old == state and who == actor)


_S, _A, _W = NegotiationState, Action, ActorKind

TRANSITIONS: dict[tuple[NegotiationState, Action, ActorKind], NegotiationState] = {
    (_S.DRAFT, _A.PROPOSE, _W.CARDHOLDER): _S.WITH_BANK,
    (_S.DRAFT, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.DRAFT, _A.EXPIRE, _W.SYSTEM): _S.EXPIRED,
    (_S.WITH_BANK, _A.ACCEPT, _W.SYSTEM): _S.AGREED,
    (_S.WITH_BANK, _A.ACCEPT, _W.REVIEWER): _S.AGREED,
    (_S.WITH_BANK, _A.ACCEPT, _W.SENIOR_REVIEWER): _S.AGREED,
    (_S.WITH_BANK, _A.COUNTER, _W.REVIEWER): _S.WITH_CARDHOLDER,
    (_S.WITH_BANK, _A.COUNTER, _W.SENIOR_REVIEWER): _S.WITH_CARDHOLDER,
    (_S.WITH_BANK, _A.REQUEST_SECOND_APPROVAL, _W.REVIEWER): _S.AWAITING_SECOND_APPROVAL,
    (_S.WITH_BANK, _A.REQUEST_SECOND_APPROVAL, _W.SENIOR_REVIEWER): _S.AWAITING_SECOND_APPROVAL,
    (_S.WITH_BANK, _A.DECLINE, _W.REVIEWER): _S.DECLINED,
    (_S.WITH_BANK, _A.DECLINE, _W.SENIOR_REVIEWER): _S.DECLINED,
    (_S.WITH_BANK, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.WITH_BANK, _A.EXPIRE, _W.SYSTEM): _S.EXPIRED,
    (_S.AWAITING_SECOND_APPROVAL, _A.CONFIRM_ACCEPTANCE, _W.SENIOR_REVIEWER): _S.AGREED,
    (_S.AWAITING_SECOND_APPROVAL, _A.CONFIRM_COUNTER, _W.SENIOR_REVIEWER): _S.WITH_CARDHOLDER,
    (_S.AWAITING_SECOND_APPROVAL, _A.SEND_BACK, _W.SENIOR_REVIEWER): _S.WITH_BANK,
    (_S.AWAITING_SECOND_APPROVAL, _A.DECLINE, _W.SENIOR_REVIEWER): _S.DECLINED,
    (_S.AWAITING_SECOND_APPROVAL, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.AWAITING_SECOND_APPROVAL, _A.EXPIRE, _W.SYSTEM): _S.EXPIRED,
    (_S.WITH_CARDHOLDER, _A.ACCEPT, _W.CARDHOLDER): _S.AGREED,
    (_S.WITH_CARDHOLDER, _A.COUNTER, _W.CARDHOLDER): _S.WITH_BANK,
    (_S.WITH_CARDHOLDER, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.WITH_CARDHOLDER, _A.EXPIRE, _W.SYSTEM): _S.EXPIRED,
    (_S.AGREED, _A.SIGN, _W.CARDHOLDER): _S.BEING_SIGNED,
    (_S.AGREED, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.AGREED, _A.EXPIRE, _W.SYSTEM): _S.EXPIRED,
    (_S.BEING_SIGNED, _A.SEAL, _W.SYSTEM): _S.SIGNED,
}

OPEN_STATES = (_S.DRAFT, _S.WITH_BANK, _S.AWAITING_SECOND_APPROVAL, _S.WITH_CARDHOLDER, _S.AGREED, _S.BEING_SIGNED)
CLOSED_STATES = tuple(state for state in NegotiationState if state not in OPEN_STATES)

UNDECIDED_STATES = (_S.WITH_BANK, _S.AWAITING_SECOND_APPROVAL, _S.WITH_CARDHOLDER)
"""Sent and not yet decided: documents may be attached and deleted."""
TALKING_STATES = (*UNDECIDED_STATES, _S.AGREED)
"""Either side may write to the other."""


def next_state(state: NegotiationState, action: Action, actor: ActorKind) -> NegotiationState:
    """The state after the move.

    :raises TransitionNotAllowed: if the table has no such move.
    """
    return moved(TRANSITIONS, state, action, actor)


def allowed_actions(state: NegotiationState, actor: ActorKind) -> tuple[Action, ...]:
    """The moves that the actor's page may offer, in table order."""
    return moves(TRANSITIONS, state, actor)


class PlanState(StrEnum):
    PENDING_DOWN_PAYMENT = "PENDING_DOWN_PAYMENT"
    ACTIVE = "ACTIVE"
    AT_RISK = "AT_RISK"
    BREACHED = "BREACHED"
    TERMINATED = "TERMINATED"
    COMPLETED = "COMPLETED"
    SUPERSEDED = "SUPERSEDED"


class PlanAction(StrEnum):
    RECEIVE_DOWN_PAYMENT = "RECEIVE_DOWN_PAYMENT"
    MISS = "MISS"
    CATCH_UP = "CATCH_UP"
    BREACH = "BREACH"
    CURE = "CURE"
    TERMINATE = "TERMINATE"
    COMPLETE = "COMPLETE"
    SUPERSEDE = "SUPERSEDE"
    REOPEN = "REOPEN"


_P, _B = PlanState, PlanAction

PLAN_TRANSITIONS: dict[tuple[PlanState, PlanAction, ActorKind], PlanState] = {
    (_P.PENDING_DOWN_PAYMENT, _B.RECEIVE_DOWN_PAYMENT, _W.SYSTEM): _P.ACTIVE,
    (_P.PENDING_DOWN_PAYMENT, _B.TERMINATE, _W.REVIEWER): _P.TERMINATED,
    (_P.PENDING_DOWN_PAYMENT, _B.TERMINATE, _W.SENIOR_REVIEWER): _P.TERMINATED,
    (_P.PENDING_DOWN_PAYMENT, _B.SUPERSEDE, _W.SYSTEM): _P.SUPERSEDED,
    (_P.ACTIVE, _B.MISS, _W.SYSTEM): _P.AT_RISK,
    (_P.ACTIVE, _B.COMPLETE, _W.SYSTEM): _P.COMPLETED,
    (_P.ACTIVE, _B.SUPERSEDE, _W.SYSTEM): _P.SUPERSEDED,
    (_P.AT_RISK, _B.CATCH_UP, _W.SYSTEM): _P.ACTIVE,
    (_P.AT_RISK, _B.BREACH, _W.SYSTEM): _P.BREACHED,
    (_P.AT_RISK, _B.COMPLETE, _W.SYSTEM): _P.COMPLETED,
    (_P.AT_RISK, _B.SUPERSEDE, _W.SYSTEM): _P.SUPERSEDED,
    (_P.BREACHED, _B.CURE, _W.SYSTEM): _P.ACTIVE,
    (_P.BREACHED, _B.TERMINATE, _W.REVIEWER): _P.TERMINATED,
    (_P.BREACHED, _B.TERMINATE, _W.SENIOR_REVIEWER): _P.TERMINATED,
    (_P.BREACHED, _B.COMPLETE, _W.SYSTEM): _P.COMPLETED,
    (_P.BREACHED, _B.SUPERSEDE, _W.SYSTEM): _P.SUPERSEDED,
    (_P.COMPLETED, _B.REOPEN, _W.REVIEWER): _P.ACTIVE,
    (_P.COMPLETED, _B.REOPEN, _W.SENIOR_REVIEWER): _P.ACTIVE,
}

PLAN_STATES_KEPT = (_P.PENDING_DOWN_PAYMENT, _P.ACTIVE, _P.AT_RISK)
PLAN_STATES_IN_FORCE = (*PLAN_STATES_KEPT, _P.BREACHED)


def next_plan_state(state: PlanState, action: PlanAction, actor: ActorKind) -> PlanState:
    """The plan's state after the move. SYSTEM moves on what the bank's feed says; ending or reopening one is a person's decision.

    :raises TransitionNotAllowed: if the table has no such move.
    """
    return moved(PLAN_TRANSITIONS, state, action, actor)
