from datetime import date
from itertools import product

import pytest

from negotiation.domain.concerns import (
    CLOSED_CONCERN_STATES,
    CONCERN_TRANSITIONS,
    MOST_OPEN,
    OPEN_CONCERN_STATES,
    ConcernAction,
    ConcernKind,
    ConcernState,
    allowed_concern_actions,
    answer_day,
    can_handle,
    next_concern_state,
)
from negotiation.domain.workflow import ActorKind, TransitionNotAllowed


class TestTheTableOfConcerns:
    def test_allows_what_it_lists_and_nothing_else(self):
        for move in product(ConcernState, ConcernAction, ActorKind):
            if move in CONCERN_TRANSITIONS:
                assert next_concern_state(*move) == CONCERN_TRANSITIONS[move]
            else:
                with pytest.raises(TransitionNotAllowed):
                    next_concern_state(*move)

    def test_never_leaves_a_closed_state_and_can_leave_every_open_one(self):
        assert {state for state, _, _ in CONCERN_TRANSITIONS} == set(OPEN_CONCERN_STATES)
        assert set(CLOSED_CONCERN_STATES) == {ConcernState.ANSWERED, ConcernState.WITHDRAWN}

    def test_gives_the_longest_clock_to_seniors_alone(self):
        longest = {actor for (_, _, actor), new in CONCERN_TRANSITIONS.items() if new == ConcernState.LENGTHENED_AGAIN}
        assert longest == {ActorKind.SENIOR_REVIEWER}

    @pytest.mark.parametrize("state", OPEN_CONCERN_STATES)
    def test_lets_the_bank_answer_and_the_cardholder_withdraw_in_every_open_state(self, state):
        assert allowed_concern_actions(state, ActorKind.CARDHOLDER) == (ConcernAction.WITHDRAW,)
        for actor in (ActorKind.SUPPORT, ActorKind.REVIEWER, ActorKind.SENIOR_REVIEWER):
            assert ConcernAction.ANSWER in allowed_concern_actions(state, actor)


class TestTheClock:
    def test_counts_calendar_days_from_the_day_it_was_raised(self):
        """Vector CP1."""
        days = [answer_day(date(2026, 11, 23), state) for state in OPEN_CONCERN_STATES]
        assert days == [date(2026, 12, 8), date(2026, 12, 23), date(2027, 1, 22)]


class TestTheKinds:
    def test_each_have_a_limit(self):
        assert set(MOST_OPEN) == set(ConcernKind)

    def test_let_support_answer_everything_but_amounts(self):
        assert [kind for kind in ConcernKind if not can_handle(kind, ActorKind.SUPPORT)] == [ConcernKind.DISPUTE]
