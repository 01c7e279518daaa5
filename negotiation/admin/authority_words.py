"""Who may decide a plan, in words: which bounds of the matrix it goes past, who has to confirm, and the matrix itself.

The answer is the domain's; this module only words it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from negotiation.domain.authority import (
    EVERYTHING,
    AloneAboveSecond,
    Authority,
    AuthorityLimit,
    AuthorityOutOfRange,
    AuthorityRefused,
    Bound,
    Decision,
    Matrix,
    ReviewerAboveSenior,
    Role,
    authority,
    line_of,
)
from negotiation.domain.reasons import Kind
from negotiation.services.wording import written

ROLES: dict[Role, Any] = {
    Role.REVIEWER: gettext_lazy("Reviewer"),
    Role.SENIOR_REVIEWER: gettext_lazy("Senior reviewer"),
}
BOUNDS: dict[Bound, Any] = {
    Bound.AMOUNT: gettext_lazy("Debt up to"),
    Bound.WAIVED_SHARE: gettext_lazy("Waiver up to, share of the debt"),
    Bound.MONTHS: gettext_lazy("Term up to"),
}
_SECOND: dict[Role, Any] = {
    Role.REVIEWER: gettext_lazy("Above your authority (%(bounds)s): a senior reviewer confirms."),
    Role.SENIOR_REVIEWER: gettext_lazy("Above your authority (%(bounds)s): another senior reviewer confirms."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person may do about one plan, and in words what keeps them from deciding alone (empty if nothing does)."""

    answer: Authority
    why: str = ""

    @property
    def needs_second(self) -> bool:
        return self.answer == Authority.WITH_SECOND

    @property
    def is_beyond(self) -> bool:
        """Whether the person may not decide it at all."""
        return self.answer == Authority.NONE


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of a matrix in words."""

    role: str
    how: str
    bounds: tuple[tuple[str, str], ...]
    """The name of each bound with its value."""


def standing(role: Role, decision: Decision, matrix: Matrix) -> Standing:
    """What the role may do about the decision, with the bounds that say so."""
    answer = authority(role, decision, matrix)
    if answer == Authority.ALONE:
        return Standing(answer)
    line = line_of(role, matrix, alone=answer == Authority.WITH_SECOND)
    words = {"bounds": _(", ").join(passed(line, decision))}
    if answer == Authority.NONE:
        return Standing(answer, _("Beyond your authority (%(bounds)s): only a senior reviewer decides.") % words)
    return Standing(answer, str(_SECOND[role]) % words)


def passed(line: AuthorityLimit, decision: Decision) -> Iterator[str]:
    """The bounds of the line that the decision goes past, in words."""
    for bound in line.beyond(decision):
        value = bound_value(bound, getattr(line, bound.value))
        match bound:
            case Bound.AMOUNT:
                yield _("debt above %(bound)s") % {"bound": value}
            case Bound.WAIVED_SHARE:
                yield _("waiver above %(bound)s") % {"bound": value}
            case Bound.MONTHS:
                yield _("longer than %(bound)s") % {"bound": value}


def matrix_lines(lines: Iterable[AuthorityLimit]) -> list[ShownLine]:
    """The matrix, line by line."""
    return [
        ShownLine(
            str(ROLES[line.role]),
            how(line.role, alone=line.alone),
            tuple((str(BOUNDS[bound]), bound_value(bound, getattr(line, bound.value))) for bound in Bound),
        )
        for line in lines
    ]


def line_name(role: Role, *, alone: bool) -> str:
    return f"{ROLES[role]} · {how(role, alone=alone)}"


def how(role: Role, *, alone: bool) -> str:
    if alone:
        return _("alone")
    return _("with another senior reviewer") if role == Role.SENIOR_REVIEWER else _("with a senior reviewer")


def bound_value(bound: Bound, value: Any) -> str:
    if value is None:
        return _("no limit")
    match bound:
        case Bound.AMOUNT:
            return written(Kind.AMOUNT, value)
        case Bound.WAIVED_SHARE:
            return written(Kind.FRACTION, value)
    return ngettext("%(count)s month", "%(count)s months", value) % {"count": value}


def refused(refusal: AuthorityRefused) -> str:
    """Why a matrix cannot be used, with the line that has to change."""
    match refusal:
        case AloneAboveSecond(role=role, bound=bound):
            words = {"role": ROLES[role], "bound": BOUNDS[bound]}
            return _("%(role)s, “%(bound)s”: nobody decides more alone than with a second person.") % words
        case ReviewerAboveSenior(bound=bound):
            return _("“%(bound)s”: a reviewer decides no more alone than a senior reviewer.") % {"bound": BOUNDS[bound]}
        case AuthorityOutOfRange(role=role, alone=alone, bound=bound):
            words = {"line": line_name(role, alone=alone), "bound": BOUNDS[bound]}
            return _("%(line)s, “%(bound)s”: this value cannot be.") % words
    lines = {"line": line_name(EVERYTHING.role, alone=EVERYTHING.alone)}
    return _("Every role needs its lines, and “%(line)s” has no limit, so that somebody may decide every plan.") % lines
