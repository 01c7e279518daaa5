"""What a policy manager types about who decides: one row a role and way, three bounds each."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from negotiation.admin.authority_words import BOUNDS, ROLES, how, line_name, refused
from negotiation.admin.policy_forms import PercentField, text_input
from negotiation.domain.authority import (
    EVERYTHING,
    MOST_MONTHS,
    PLACES,
    AloneAboveSecond,
    AuthorityLimit,
    AuthorityRefused,
    Bound,
    Matrix,
    ReviewerAboveSenior,
    Role,
    check_authority,
)

TYPED = tuple(place for place in PLACES if place != (EVERYTHING.role, EVERYTHING.alone))
"""The lines that a policy manager chooses; the last one is the same in every version."""


class AuthorityForm(forms.Form):
    """Three lines of three bounds; an empty amount is without bound."""

    authority: Matrix

    def __init__(self, *args: Any, lines: Iterable[AuthorityLimit], **kwargs: Any) -> None:
        """``lines`` are what the form begins from."""
        initial = {_name(line.role, line.alone, bound): getattr(line, bound.value) for line in lines for bound in Bound}
        super().__init__(*args, **kwargs | {"initial": initial})
        for role, alone in TYPED:
            self.fields |= _line_fields(role, alone=alone)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                self.authority = (*(_line(typed, *place) for place in TYPED), EVERYTHING)
                check_authority(self.authority)
            except AuthorityRefused as refusal:
                self.add_error(_place(refusal), refused(refusal))
        return typed

    @property
    def headings(self) -> list[str]:
        """The bounds with the units in which they are typed."""
        return [_("Debt up to (yuan)"), _("Waiver up to (%% of the debt)") % (), _("Term up to (months)")]

    @property
    def rows(self) -> Iterator[tuple[str, str, list[tuple[str, forms.BoundField]]]]:
        """Each line with its role, its way, and its fields under their headings."""
        for role, alone in TYPED:
            fields = [self[_name(role, alone, bound)] for bound in Bound]
            yield str(ROLES[role]), how(role, alone=alone), list(zip(self.headings, fields, strict=True))


def _name(role: Role, alone: bool, bound: Bound) -> str:
    return f"{role.value}_{'alone' if alone else 'second'}_{bound.value}"


def _line_fields(role: Role, *, alone: bool) -> dict[str, forms.Field]:
    fields: dict[Bound, forms.Field] = {
        Bound.AMOUNT: forms.DecimalField(
            max_digits=14, decimal_places=2, min_value=0, required=False, widget=text_input("decimal")
        ),
        Bound.WAIVED_SHARE: PercentField(min_value=0, max_value=100),
        Bound.MONTHS: forms.IntegerField(min_value=1, max_value=MOST_MONTHS, widget=text_input("numeric")),
    }
    for bound, field in fields.items():
        field.label = f"{line_name(role, alone=alone)} · {BOUNDS[bound]}"
        field.widget.attrs["aria-label"] = field.label
    return {_name(role, alone, bound): field for bound, field in fields.items()}


def _line(typed: dict[str, Any], role: Role, alone: bool) -> AuthorityLimit:
    """:raises AuthorityOutOfRange: if it has a bound that no line can have."""
    return AuthorityLimit(role=role, alone=alone, **{bound.value: typed[_name(role, alone, bound)] for bound in Bound})


def _place(refusal: AuthorityRefused) -> str | None:
    """The field that a refusal is about; None for the whole form."""
    match refusal:
        case AloneAboveSecond(role=role, bound=bound):
            return _name(role, True, bound)
        case ReviewerAboveSenior(bound=bound):
            return _name(Role.REVIEWER, True, bound)
    return None
