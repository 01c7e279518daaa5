from itertools import product

import pytest

from negotiation.domain.workflow import (
    CLOSED_STATES,
    OPEN_STATES,
    PLAN_STATES_IN_FORCE,
    PLAN_TRANSITIONS,
    TRANSITIONS,
    Action,
    ActorKind,
    NegotiationState,
    PlanAction,
    PlanState,
    TransitionNotAllowed,
    allowed_actions,
    next_plan_state,
    next_state,
)

EVERY_MOVE = list(product(NegotiationState, Action, ActorKind))


class TestTheTableOfNegotiations:
    @pytest.mark.parametrize("move", EVERY_MOVE, ids="-".join)
    def test_allows_what_it_lists_and_nothing_else(self, move):
        if move in TRANSITIONS:
            assert next_state(*move) == TRANSITIONS[move]
        else:
            with pytest.raises(TransitionNotAllowed):
                next_state(*move)

    def test_never_leaves_a_closed_state(self):
        assert not [move for move in TRANSITIONS if move[0] in CLOSED_STATES]

    def test_can_leave_every_open_state(self):
        assert {move[0] for move in TRANSITIONS} == set(OPEN_STATES)

    def test_can_reach_every_state_but_the_first(self):
        assert set(TRANSITIONS.values()) | {NegotiationState.DRAFT} == set(NegotiationState)

    def test_lets_the_cardholder_withdraw_until_they_sign(self):
        leavable = {state for state in OPEN_STATES if Action.WITHDRAW in allowed_actions(state, ActorKind.CARDHOLDER)}
        assert leavable == set(OPEN_STATES) - {NegotiationState.BEING_SIGNED}

    def test_lets_the_system_say_yes_but_never_no(self):
        said = {action for (_, action, actor) in TRANSITIONS if actor == ActorKind.SYSTEM}
        assert Action.DECLINE not in said

    def test_lets_nobody_but_a_senior_reviewer_give_the_second_approval(self):
        confirming = {actor for (_, action, actor) in TRANSITIONS if action.startswith("CONFIRM")}
        assert confirming == {ActorKind.SENIOR_REVIEWER}


class TestTheTableOfPlans:
    @pytest.mark.parametrize("move", list(product(PlanState, PlanAction, ActorKind)), ids="-".join)
    def test_allows_what_it_lists_and_nothing_else(self, move):
        if move in PLAN_TRANSITIONS:
            assert next_plan_state(*move) == PLAN_TRANSITIONS[move]
        else:
            with pytest.raises(TransitionNotAllowed):
                next_plan_state(*move)

    def test_can_leave_the_states_in_force_and_paid_off_by_being_reopened(self):
        left = {(move[0], move[1] == PlanAction.REOPEN) for move in PLAN_TRANSITIONS}
        assert left == {*((state, False) for state in PLAN_STATES_IN_FORCE), (PlanState.COMPLETED, True)}

    def test_lets_every_plan_in_force_be_superseded(self):
        assert all(
            (state, PlanAction.SUPERSEDE, ActorKind.SYSTEM) in PLAN_TRANSITIONS for state in PLAN_STATES_IN_FORCE
        )

    def test_leaves_ending_and_reopening_a_plan_to_a_person_and_every_other_move_to_the_figures(self):
        decided = (PlanAction.TERMINATE, PlanAction.REOPEN)
        for action in PlanAction:
            actors = {actor for (_, listed, actor) in PLAN_TRANSITIONS if listed == action}
            people = {ActorKind.REVIEWER, ActorKind.SENIOR_REVIEWER}
            assert actors == (people if action in decided else {ActorKind.SYSTEM})
