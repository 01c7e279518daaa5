"""What the page of a plan says about its rows and its whole: paid, in part, missing, what pays it off; in the reader's words.

Computes nothing about money: the standing comes from the negotiation.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.domain.calendar import ONE_DAY
from negotiation.domain.standing import PlanStanding, RowStanding, RowState, Settlement
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE
from negotiation.queries.standings import settlement_of

LONGEST_AHEAD = timedelta(days=92)
"""So far ahead can somebody ask what would pay everything off."""


TAGS = {
    RowState.PAID: ("good", gettext_lazy("Paid")),
    RowState.NOT_NEEDED: ("good", gettext_lazy("Settled early")),
    RowState.DUE_LATER: ("plain", gettext_lazy("To come")),
    RowState.IN_GRACE: ("due", gettext_lazy("Not arrived yet")),
    RowState.MISSED: ("overdue", gettext_lazy("Missing")),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan as its page shows it; ``fen_paid`` of ``fen_asked`` fills the bar."""

    standing: PlanStanding
    is_in_force: bool

    @property
    def fen_paid(self) -> int:
        return int(self.standing.paid * 100)

    @property
    def fen_asked(self) -> int:
        return int(self.standing.asked * 100)

    @property
    def waiting(self) -> RowStanding | None:
        """The first row whose payment has not come and still counts as on time."""
        return next(iter(self.standing.in_grace), None)

    @property
    def on_time_until(self) -> date | None:
        return self.standing.rule.grace_until(self.waiting.due_date) if self.waiting and self.waiting.due_date else None

    @property
    def missed_amount(self) -> Any:
        """Yuan of rows whose days of grace are over."""
        return sum(row.left for row in self.standing.missed)

    @property
    def rows(self) -> list[tuple[RowStanding, str, Any]]:
        """The down payment, if there is one, and every row, each with the kind and the label of its tag."""
        first = [self.standing.down_payment] if self.standing.down_payment.amount else []
        return [(row, *self._tag(row)) for row in (*first, *self.standing.rows)]

    def _tag(self, row: RowStanding) -> tuple[str, Any]:
        """An ended plan asks for nothing more: only what was paid or settled on it has a tag."""
        if row.state in (RowState.PAID, RowState.NOT_NEEDED) or self.is_in_force:
            is_part = row.paid and row.left and row.state is RowState.DUE_LATER
            return ("plain", _("Paid in part")) if is_part else TAGS[row.state]
        return "plain", ""


def progress_of(plan: Any, standing: PlanStanding) -> Progress:
    return Progress(standing, plan.state in PLAN_STATES_IN_FORCE)


class SettleForm(forms.Form):
    """On which day somebody would like to pay everything off."""

    settle_on = forms.DateField(
        label=gettext_lazy("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write the day like 2027-01-25."),
        },
    )

    def __init__(self, data: QueryDict | None, *, first: date) -> None:
        super().__init__(data, initial={"settle_on": first}, use_required_attribute=False)
        self.first, self.last = first, first + LONGEST_AHEAD
        field = self.fields["settle_on"]
        field.widget.attrs |= {"min": first.isoformat(), "max": self.last.isoformat()}

    def clean_settle_on(self) -> date:
        day: date = self.cleaned_data["settle_on"]
        if not self.first <= day <= self.last:
            span = {"first": self.first.isoformat(), "last": self.last.isoformat()}
            raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s.") % span)
        return day

    @property
    def day(self) -> date:
        """The chosen day; the first possible one where none was chosen well."""
        return self.cleaned_data["settle_on"] if self.is_bound and self.is_valid() else self.first


def settling(plan: Any, standing: PlanStanding, asked: QueryDict, today: date) -> tuple[SettleForm, Settlement]:
    """The form and the figure for its day. Days that the bank's figures cover already cannot be chosen."""
    form = SettleForm(asked if "settle_on" in asked else None, first=max(today, standing.as_of + ONE_DAY))
    return form, settlement_of(plan, standing, form.day)
