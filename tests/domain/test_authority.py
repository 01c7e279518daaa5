"""Who may decide alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain.authority import AUTHORITY_MATRIX, Authority, Decision, Role, authority, may_confirm
from tests.domain.limit_cases import amounts, shares

RANK = {Authority.ALONE: 2, Authority.WITH_SECOND: 1, Authority.NONE: 0}


def decision(amount: str = "20000.00", waived: str = "0", months: int = 24) -> Decision:
    return Decision(amount=Decimal(amount), waived_share=Decimal(waived), months=Decimal(months))


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
        narrowed = [replace(line, max_amount=Decimal("1000.00")) for line in AUTHORITY_MATRIX]
        for role in Role:
            assert RANK[authority(role, case, narrowed)] <= RANK[authority(role, case)]


class TestTheSecondPerson:
    def test_is_a_senior_reviewer(self) -> None:
        large = decision("800000.00", "0.6", 60)
        assert may_confirm(Role.SENIOR_REVIEWER, large)
        assert not may_confirm(Role.REVIEWER, large)

    def test_confirms_nothing_beyond_the_matrix(self) -> None:
        assert not may_confirm(Role.SENIOR_REVIEWER, decision(months=61))
