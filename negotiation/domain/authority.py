"""Who at the bank may decide a plan alone, and when a second person must confirm.

The matrix is role × amount × waiver × term, and part of every version of the limits. Knows no users, no rows and no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from negotiation.domain.policy_refused import PolicyRefused

MOST_MONTHS = 60
_ALL = Decimal(1)


class Role(StrEnum):
    REVIEWER = "REVIEWER"
    SENIOR_REVIEWER = "SENIOR_REVIEWER"


class Bound(StrEnum):
    """What a line of the matrix bounds, by the name of its field."""

    AMOUNT = "max_amount"
    WAIVED_SHARE = "max_waived_share"
    MONTHS = "max_months"


class Authority(StrEnum):
    """What the matrix says about one decision of one person."""

    ALONE = "ALONE"
    WITH_SECOND = "WITH_SECOND"
    NONE = "NONE"


class AuthorityRefused(PolicyRefused):
    """The matrix cannot be used; the subclass says why."""


class AuthorityLineMissing(AuthorityRefused):
    """A role has not exactly one line for what it decides alone and one for what it decides with a second person."""


class AuthorityOutOfRange(AuthorityRefused):
    """A line has a bound that no line can have."""

    def __init__(self, role: Role, alone: bool, bound: Bound) -> None:
        super().__init__(f"{role} {'alone' if alone else 'with a second person'}: {bound}")
        self.role, self.alone, self.bound = role, alone, bound


class AloneAboveSecond(AuthorityRefused):
    """A role may decide more alone than with a second person."""

    def __init__(self, role: Role, bound: Bound) -> None:
        super().__init__(f"{role}: {bound}")
        self.role, self.bound = role, bound


class ReviewerAboveSenior(AuthorityRefused):
    """A reviewer may decide more alone than a senior reviewer."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self.bound = bound


class Undecidable(AuthorityRefused):
    """Two senior reviewers together do not cover every plan, so that nobody could decide some."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self.bound = bound


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

    :raises AuthorityOutOfRange: if the amount is negative, the share not between 0 and 1, or the months not between 1 and 60.
    """

    role: Role
    alone: bool
    max_amount: Decimal | None
    max_waived_share: Decimal
    max_months: int

    def __post_init__(self) -> None:
        if self.max_amount is not None and not (self.max_amount.is_finite() and self.max_amount >= 0):
            raise AuthorityOutOfRange(self.role, self.alone, Bound.AMOUNT)
        if not (self.max_waived_share.is_finite() and 0 <= self.max_waived_share <= 1):
            raise AuthorityOutOfRange(self.role, self.alone, Bound.WAIVED_SHARE)
        if not 1 <= self.max_months <= MOST_MONTHS:
            raise AuthorityOutOfRange(self.role, self.alone, Bound.MONTHS)

    def beyond(self, decision: Decision) -> tuple[Bound, ...]:
        """The bounds that the decision goes past; none if it is inside the line, bounds included."""
        passed = {
            Bound.AMOUNT: self.max_amount is not None and decision.amount > self.max_amount,
            Bound.WAIVED_SHARE: decision.waived_share > self.max_waived_share,
            Bound.MONTHS: decision.months > self.max_months,
        }
        return tuple(bound for bound in Bound if passed[bound])

    def above(self, other: "AuthorityLimit") -> tuple[Bound, ...]:
        """The bounds in which this line reaches further than the other."""
        higher = {
            Bound.AMOUNT: other.max_amount is not None
            and (self.max_amount is None or self.max_amount > other.max_amount),
            Bound.WAIVED_SHARE: self.max_waived_share > other.max_waived_share,
            Bound.MONTHS: self.max_months > other.max_months,
        }
        return tuple(bound for bound in Bound if higher[bound])


Matrix = tuple[AuthorityLimit, ...]
PLACES = tuple((role, alone) for role in Role for alone in (True, False))
"""Where the lines of a matrix stand: each role alone, then with a second person."""

EVERYTHING = AuthorityLimit(
    role=Role.SENIOR_REVIEWER, alone=False, max_amount=None, max_waived_share=_ALL, max_months=MOST_MONTHS
)
"""What two senior reviewers decide together in every matrix: each plan inside the limits has somebody who may decide it."""

FIRST_MATRIX: Matrix = (
    AuthorityLimit(
        role=Role.REVIEWER, alone=True, max_amount=Decimal(50_000), max_waived_share=Decimal("0.05"), max_months=36
    ),
    AuthorityLimit(role=Role.REVIEWER, alone=False, max_amount=None, max_waived_share=_ALL, max_months=MOST_MONTHS),
    AuthorityLimit(
        role=Role.SENIOR_REVIEWER,
        alone=True,
        max_amount=Decimal(300_000),
        max_waived_share=Decimal("0.20"),
        max_months=MOST_MONTHS,
    ),
    EVERYTHING,
)
"""The matrix of a policy that names none, and of every version published before a version had one. Never changed: hashes rest on it."""


def check_authority(matrix: Matrix) -> None:
    """The matrix answers for every decision, and seniority only adds.

    :raises AuthorityLineMissing: if it is not one line for every place, in order.
    :raises AloneAboveSecond: if a role reaches further alone than with a second person.
    :raises ReviewerAboveSenior: if a reviewer reaches further alone than a senior reviewer.
    :raises Undecidable: if two senior reviewers do not cover everything.
    """
    if tuple((line.role, line.alone) for line in matrix) != PLACES:
        raise AuthorityLineMissing(", ".join(f"{line.role} {line.alone}" for line in matrix))
    reviewer, reviewer_with_second, senior, senior_with_second = matrix
    for bound in EVERYTHING.above(senior_with_second):
        raise Undecidable(bound)
    for alone, with_second in ((reviewer, reviewer_with_second), (senior, senior_with_second)):
        for bound in alone.above(with_second):
            raise AloneAboveSecond(alone.role, bound)
    for bound in reviewer.above(senior):
        raise ReviewerAboveSenior(bound)


def line_of(role: Role, matrix: Iterable[AuthorityLimit], *, alone: bool) -> AuthorityLimit:
    """The line of a role. Only of a matrix that was checked."""
    return next(line for line in matrix if (line.role, line.alone) == (role, alone))


def authority(role: Role, decision: Decision, matrix: Iterable[AuthorityLimit]) -> Authority:
    """What the role may do about the decision; the widest line that covers it counts.

    >>> small = Decision(amount=Decimal("20000.00"), waived_share=Decimal(0), months=Decimal(24))
    >>> authority(Role.REVIEWER, small, FIRST_MATRIX)
    <Authority.ALONE: 'ALONE'>
    """
    lines = [line for line in matrix if line.role == role and not line.beyond(decision)]
    if any(line.alone for line in lines):
        return Authority.ALONE
    return Authority.WITH_SECOND if lines else Authority.NONE


def may_confirm(role: Role, decision: Decision, matrix: Iterable[AuthorityLimit]) -> bool:
    """Whether the role may be the second person: a senior reviewer whose lines cover the decision at all."""
    return role == Role.SENIOR_REVIEWER and authority(role, decision, matrix) != Authority.NONE
