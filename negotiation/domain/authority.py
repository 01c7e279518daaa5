"""Who at the bank may decide a plan alone, and when a second person must confirm.

The matrix is role × amount × waiver × term. Knows no users, no rows and no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Role(StrEnum):
    REVIEWER = "REVIEWER"
    SENIOR_REVIEWER = "SENIOR_REVIEWER"


class Authority(StrEnum):
    """What the matrix says about one decision of one person."""

    ALONE = "ALONE"
    WITH_SECOND = "WITH_SECOND"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided: yuan owed, the share of it that is waived, and the plan's months."""

    amount: Decimal
    waived_share: Decimal
    months: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityLimit:
    """One line of the matrix: up to all three (inclusive) the role decides. ``None`` is without bound.

    ``alone`` false: the role may decide this much only with a second approval.
    """

    role: Role
    alone: bool
    max_amount: Decimal | None
    max_waived_share: Decimal
    max_months: int

    def covers(self, decision: Decision) -> bool:
        """Whether the decision is inside this line, bounds included."""
        return (
            (self.max_amount is None or decision.amount <= self.max_amount)
            and decision.waived_share <= self.max_waived_share
            and decision.months <= self.max_months
        )


_ALL = Decimal(1)

AUTHORITY_MATRIX: tuple[AuthorityLimit, ...] = (
    AuthorityLimit(
        role=Role.REVIEWER, alone=True, max_amount=Decimal(50_000), max_waived_share=Decimal("0.05"), max_months=36
    ),
    AuthorityLimit(role=Role.REVIEWER, alone=False, max_amount=None, max_waived_share=_ALL, max_months=60),
    AuthorityLimit(
        role=Role.SENIOR_REVIEWER,
        alone=True,
        max_amount=Decimal(300_000),
        max_waived_share=Decimal("0.20"),
        max_months=60,
    ),
    AuthorityLimit(role=Role.SENIOR_REVIEWER, alone=False, max_amount=None, max_waived_share=_ALL, max_months=60),
)


def authority(role: Role, decision: Decision, matrix: Iterable[AuthorityLimit] = AUTHORITY_MATRIX) -> Authority:
    """What the role may do about the decision; the widest line that covers it counts.

    >>> small = Decision(amount=Decimal("20000.00"), waived_share=Decimal(0), months=Decimal(24))
    >>> authority(Role.REVIEWER, small)
    <Authority.ALONE: 'ALONE'>
    """
    lines = [line for line in matrix if line.role == role and line.covers(decision)]
    if any(line.alone for line in lines):
        return Authority.ALONE
    return Authority.WITH_SECOND if lines else Authority.NONE


def may_confirm(role: Role, decision: Decision, matrix: Iterable[AuthorityLimit] = AUTHORITY_MATRIX) -> bool:
    """Whether the role may be the second person: a senior reviewer whose lines cover the decision at all."""
    return role == Role.SENIOR_REVIEWER and authority(role, decision, matrix) != Authority.NONE
