"""Who may decide alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain.authority import (
    EVERYTHING,
    FIRST_MATRIX,
    AloneAboveSecond,
    Authority,
    AuthorityLimit,
    AuthorityLineMissing,
    AuthorityOutOfRange,
    AuthorityRefused,
    Bound,
    Decision,
    Matrix,
    ReviewerAboveSenior,
    Role,
    Undecidable,
    check_authority,
    may_confirm,
)
from negotiation.domain.authority import authority as authority_by
from tests.domain.limit_cases import amounts, shares

RANK = {Authority.ALONE: 2, Authority.WITH_SECOND: 1, Authority.NONE: 0}


def decision(amount: str = "20000.00", waived: str = "0", months: int = 24) -> Decision:
    return Decision(amount=Decimal(amount), waived_share=Decimal(waived), months=Decimal(months))


def authority(role: Role, case: Decision, matrix: Matrix = FIRST_MATRIX) -> Authority:
    return authority_by(role, case, matrix)


def matrix(**changed: AuthorityLimit) -> Matrix:
    """The first matrix with lines replaced: reviewer, reviewer_second, senior, senior_second."""
    names = ("reviewer", "reviewer_second", "senior", "senior_second")
    return tuple(changed.get(name, line) for name, line in zip(names, FIRST_MATRIX, strict=True))


REVIEWER, REVIEWER_SECOND, SENIOR, _ = FIRST_MATRIX
decisions = st.builds(
    Decision, amount=amounts("0.01", "900000.00"), waived_share=shares(), months=st.integers(1, 70).map(Decimal)
)


class TestAuthority:
    def test_ends_exactly_at_its_bounds(self) -> None:
        at_the_bound = decision("50000.00", "0.05", 36)
        assert authority(Role.REVIEWER, at_the_bound) == Authority.ALONE
        for beyond in (decision("50000.01", "0.05", 36), decision("50000.00", "0.0501", 36), decision("1.00", "0", 37)):
            assert authority(Role.REVIEWER, beyond) == Authority.WITH_SECOND

    def test_of_a_senior_reaches_further(self) -> None:
        assert authority(Role.SENIOR_REVIEWER, decision("300000.00", "0.20", 60)) == Authority.ALONE
        assert authority(Role.SENIOR_REVIEWER, decision("300000.01", "0.20", 60)) == Authority.WITH_SECOND

    @pytest.mark.parametrize("role", Role)
    def test_ends_for_everyone_at_five_years(self, role: Role) -> None:
        assert authority(role, decision(months=61)) == Authority.NONE

    def test_is_none_without_a_line(self) -> None:
        assert authority(Role.REVIEWER, decision(), matrix=()) == Authority.NONE

    @given(decisions, decisions)
    def test_of_a_smaller_decision_is_never_less(self, one: Decision, other: Decision) -> None:
        smaller = Decision(
            amount=min(one.amount, other.amount),
            waived_share=min(one.waived_share, other.waived_share),
            months=min(one.months, other.months),
        )
        for role in Role:
            assert RANK[authority(role, smaller)] >= RANK[authority(role, one)]

    @given(decisions)
    def test_of_a_senior_is_never_less_than_a_reviewers(self, case: Decision) -> None:
        assert RANK[authority(Role.SENIOR_REVIEWER, case)] >= RANK[authority(Role.REVIEWER, case)]

    @given(decisions)
    def test_never_grows_when_a_line_is_narrowed(self, case: Decision) -> None:
        narrowed = tuple(replace(line, max_amount=Decimal("1000.00")) for line in FIRST_MATRIX)
        for role in Role:
            assert RANK[authority(role, case, narrowed)] <= RANK[authority(role, case)]


class TestTheSecondPerson:
    def test_is_a_senior_reviewer(self) -> None:
        large = decision("800000.00", "0.6", 60)
        assert may_confirm(Role.SENIOR_REVIEWER, large, FIRST_MATRIX)
        assert not may_confirm(Role.REVIEWER, large, FIRST_MATRIX)

    def test_confirms_nothing_beyond_the_matrix(self) -> None:
        assert not may_confirm(Role.SENIOR_REVIEWER, decision(months=61), FIRST_MATRIX)


class TestALine:
    def test_names_the_bounds_that_a_decision_goes_past(self) -> None:
        assert REVIEWER.beyond(decision("50000.00", "0.05", 36)) == ()
        assert REVIEWER.beyond(decision("50000.01", "0.05", 36)) == (Bound.AMOUNT,)
        assert REVIEWER.beyond(decision("50000.01", "0.06", 37)) == tuple(Bound)
        assert EVERYTHING.beyond(decision("9000000.00", "1", 60)) == ()

    @pytest.mark.parametrize(
        ("bound", "value"),
        [
            (Bound.AMOUNT, Decimal("-0.01")),
            (Bound.AMOUNT, Decimal("Infinity")),
            (Bound.WAIVED_SHARE, Decimal("1.01")),
            (Bound.WAIVED_SHARE, Decimal("-0.01")),
            (Bound.WAIVED_SHARE, Decimal("NaN")),
            (Bound.MONTHS, 0),
            (Bound.MONTHS, 61),
        ],
    )
    def test_refuses_by_name_what_cannot_be(self, bound: Bound, value: Decimal | int) -> None:
        with pytest.raises(AuthorityOutOfRange) as refusal:
            replace(REVIEWER, **{bound.value: value})
        assert (refusal.value.role, refusal.value.alone, refusal.value.bound) == (Role.REVIEWER, True, bound)


class TestAMatrix:
    def test_holds_together_as_it_was_first(self) -> None:
        check_authority(FIRST_MATRIX)

    @pytest.mark.parametrize("lines", [(), FIRST_MATRIX[:3], FIRST_MATRIX[::-1], (*FIRST_MATRIX, EVERYTHING)])
    def test_has_every_line_once_and_in_order(self, lines: Matrix) -> None:
        with pytest.raises(AuthorityLineMissing):
            check_authority(lines)

    @pytest.mark.parametrize(
        ("bound", "value"),
        [(Bound.AMOUNT, Decimal("49999.99")), (Bound.WAIVED_SHARE, Decimal("0.04")), (Bound.MONTHS, 35)],
    )
    def test_lets_nobody_decide_more_alone_than_with_a_second(self, bound: Bound, value: Decimal | int) -> None:
        with pytest.raises(AloneAboveSecond) as refusal:
            check_authority(matrix(reviewer_second=replace(REVIEWER_SECOND, **{bound.value: value})))
        assert (refusal.value.role, refusal.value.bound) == (Role.REVIEWER, bound)

    def test_may_be_the_same_alone_and_with_a_second(self) -> None:
        check_authority(matrix(reviewer_second=replace(REVIEWER, alone=False)))

    @pytest.mark.parametrize(
        ("bound", "value"),
        [(Bound.AMOUNT, Decimal("49999.99")), (Bound.WAIVED_SHARE, Decimal("0.04")), (Bound.MONTHS, 35)],
    )
    def test_lets_no_reviewer_decide_more_than_a_senior(self, bound: Bound, value: Decimal | int) -> None:
        with pytest.raises(ReviewerAboveSenior) as refusal:
            check_authority(matrix(senior=replace(SENIOR, **{bound.value: value})))
        assert refusal.value.bound == bound

    @pytest.mark.parametrize(
        ("bound", "value"),
        [(Bound.AMOUNT, Decimal("9000000.00")), (Bound.WAIVED_SHARE, Decimal("0.99")), (Bound.MONTHS, 59)],
    )
    def test_leaves_no_plan_that_nobody_may_decide(self, bound: Bound, value: Decimal | int) -> None:
        with pytest.raises(Undecidable) as refusal:
            check_authority(matrix(senior_second=replace(EVERYTHING, **{bound.value: value})))
        assert refusal.value.bound == bound

    @given(st.tuples(amounts("0.00", "900000.00"), amounts("0.00", "900000.00")), decisions)
    def test_that_is_accepted_has_somebody_for_every_decision(
        self, limits: tuple[Decimal, Decimal], case: Decision
    ) -> None:
        alone, second = limits
        lines = matrix(
            reviewer=replace(REVIEWER, max_amount=alone), reviewer_second=replace(REVIEWER_SECOND, max_amount=second)
        )
        try:
            check_authority(lines)
        except AuthorityRefused:
            assert alone > second or alone > Decimal(300_000)
        else:
            assert may_confirm(Role.SENIOR_REVIEWER, case, lines) == (case.months <= 60)
