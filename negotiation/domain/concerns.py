"""What may become of something that a cardholder raises and the bank answers by a day: a dispute, a complaint, a request about data.

The table of moves is the whole truth; ``docs/states.md`` is generated from it. Knows no rows and no clock.
"""

from datetime import date
from enum import StrEnum

from negotiation.domain.complaints import Difficulty
from negotiation.domain.complaints import answer_by as day_for
from negotiation.domain.workflow import ActorKind, moved, moves


class ConcernKind(StrEnum):
    """账务异议 (Measures on Credit-Card Business 2011, art. 69), 投诉, 个人信息更正 and 删除 (PIPL, arts. 46 and 47)."""

    DISPUTE = "DISPUTE"
    COMPLAINT = "COMPLAINT"
    CORRECTION = "CORRECTION"
    ERASURE = "ERASURE"


class ConcernState(StrEnum):
    RECEIVED = "RECEIVED"
    LENGTHENED = "LENGTHENED"
    LENGTHENED_AGAIN = "LENGTHENED_AGAIN"
    ANSWERED = "ANSWERED"
    WITHDRAWN = "WITHDRAWN"


class ConcernAction(StrEnum):
    LENGTHEN = "LENGTHEN"
    ANSWER = "ANSWER"
    WITHDRAW = "WITHDRAW"


class Outcome(StrEnum):
    """What the bank found: right, right in part, or not. A request about data is done, done in part, or refused."""

    UPHELD = "UPHELD"
    PARTLY = "PARTLY"
    NOT_UPHELD = "NOT_UPHELD"


_S, _A, _W = ConcernState, ConcernAction, ActorKind

CONCERN_TRANSITIONS: dict[tuple[ConcernState, ConcernAction, ActorKind], ConcernState] = {
    (_S.RECEIVED, _A.LENGTHEN, _W.SUPPORT): _S.LENGTHENED,
    (_S.RECEIVED, _A.LENGTHEN, _W.REVIEWER): _S.LENGTHENED,
    (_S.RECEIVED, _A.LENGTHEN, _W.SENIOR_REVIEWER): _S.LENGTHENED,
    (_S.RECEIVED, _A.ANSWER, _W.SUPPORT): _S.ANSWERED,
    (_S.RECEIVED, _A.ANSWER, _W.REVIEWER): _S.ANSWERED,
    (_S.RECEIVED, _A.ANSWER, _W.SENIOR_REVIEWER): _S.ANSWERED,
    (_S.RECEIVED, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.LENGTHENED, _A.LENGTHEN, _W.SENIOR_REVIEWER): _S.LENGTHENED_AGAIN,
    (_S.LENGTHENED, _A.ANSWER, _W.SUPPORT): _S.ANSWERED,
    (_S.LENGTHENED, _A.ANSWER, _W.REVIEWER): _S.ANSWERED,
    (_S.LENGTHENED, _A.ANSWER, _W.SENIOR_REVIEWER): _S.ANSWERED,
    (_S.LENGTHENED, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
    (_S.LENGTHENED_AGAIN, _A.ANSWER, _W.SUPPORT): _S.ANSWERED,
    (_S.LENGTHENED_AGAIN, _A.ANSWER, _W.REVIEWER): _S.ANSWERED,
    (_S.LENGTHENED_AGAIN, _A.ANSWER, _W.SENIOR_REVIEWER): _S.ANSWERED,
    (_S.LENGTHENED_AGAIN, _A.WITHDRAW, _W.CARDHOLDER): _S.WITHDRAWN,
}

_DIFFICULTIES = {
    _S.RECEIVED: Difficulty.SIMPLE,
    _S.LENGTHENED: Difficulty.COMPLEX,
    _S.LENGTHENED_AGAIN: Difficulty.VERY_COMPLEX,
}
OPEN_CONCERN_STATES = tuple(_DIFFICULTIES)
CLOSED_CONCERN_STATES = tuple(state for state in ConcernState if state not in OPEN_CONCERN_STATES)

MOST_OPEN = {
    ConcernKind.DISPUTE: 10,
    ConcernKind.COMPLAINT: 3,
    ConcernKind.CORRECTION: 1,
    ConcernKind.ERASURE: 1,
}
"""How many of a kind one person may have open at once; this product's choice, so that each is answered in time."""


def next_concern_state(state: ConcernState, action: ConcernAction, actor: ActorKind) -> ConcernState:
    """The state after the move. The longest clock needs a senior: order 2020 no. 3 asks for an approval inside the bank.

    :raises TransitionNotAllowed: if the table has no such move.
    """
    return moved(CONCERN_TRANSITIONS, state, action, actor)


def allowed_concern_actions(state: ConcernState, actor: ActorKind) -> tuple[ConcernAction, ...]:
    """The moves that the actor's page may offer, in table order."""
    return moves(CONCERN_TRANSITIONS, state, actor)


def can_handle(kind: ConcernKind, actor: ActorKind) -> bool:
    """Whether somebody in this role answers this kind: an amount is judged by those who decide on accounts, not by support.

    >>> can_handle(ConcernKind.DISPUTE, ActorKind.SUPPORT), can_handle(ConcernKind.COMPLAINT, ActorKind.SUPPORT)
    (False, True)
    """
    return not (kind == ConcernKind.DISPUTE and actor == ActorKind.SUPPORT)


def answer_day(raised: date, state: ConcernState) -> date:
    """The last day, included, for the answer of what was raised on a day: 15, 30 or 60 calendar days later (vector CP1).

    Written for complaints; this product holds disputes ("promptly", art. 69) and requests about data ("in time", PIPL art. 50) to it too.

    >>> answer_day(date(2026, 11, 23), ConcernState.LENGTHENED)
    datetime.date(2026, 12, 23)

    :raises KeyError: if the state is closed.
    """
    return day_for(raised, _DIFFICULTIES[state])
