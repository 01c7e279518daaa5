"""What a reviewer types: the terms of a counter-offer, the reason of a decline, messages and notes. Rules are the judge's."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.plans import HUNDRED, Table
from negotiation.admin.typed import CountField, FigureField, WordsField
from negotiation.domain.judge import AccountFacts
from negotiation.domain.policy import Limits, MethodRate
from negotiation.domain.reasons import Kind
from negotiation.domain.terms import Component, Frequency, PlanMethod, Waiver
from negotiation.domain.wish import Wish
from negotiation.models import DeclineReason
from negotiation.services.decline_words import DECLINES
from negotiation.services.wording import COMPONENTS, METHODS, written
from negotiation.services.words import MOST_CHARACTERS

WAIVED = "waive_"
_SHARE = Kind.FRACTION


def _message(label: Any, help_text: Any = "", *, required: bool = False) -> WordsField:
    area = forms.Textarea(attrs={"rows": 2})
    return WordsField(label=label, help_text=help_text, required=required, max_length=MOST_CHARACTERS, widget=area)


_TO_CARDHOLDER = gettext_lazy("Message to the cardholder")
_READS_IT = gettext_lazy("May be left empty. The cardholder reads it with your answer.")


class DecisionForm(forms.Form):
    """``seen`` is the reference of the quote that lay on the table when the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)


class AcceptForm(DecisionForm):
    prefix = "accept"
    message = _message(_TO_CARDHOLDER, _READS_IT)


class DeclineForm(DecisionForm):
    prefix = "decline"
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose every reason that applies; the cardholder is told in the words beside it.")
        },
    )
    message = _message(_TO_CARDHOLDER, _READS_IT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].choices = DeclineReason.choices

    @property
    def told(self) -> list[tuple[Any, Any]]:
        """Each reason's choice with the two sentences that the cardholder will read."""
        return [(choice, DECLINES[choice.data["value"]]) for choice in self["reasons"]]


class SendBackForm(DecisionForm):
    prefix = "back"
    note = _message(gettext_lazy("What should be looked at again?"), required=True)


class MessageForm(forms.Form):
    prefix = "message"
    text = _message(
        _TO_CARDHOLDER, gettext_lazy("Sent at once, in the bank's name and without an offer."), required=True
    )


class NoteForm(forms.Form):
    prefix = "note"
    text = _message(gettext_lazy("New note"), gettext_lazy("Only the bank's staff see it."), required=True)


class CounterForm(DecisionForm):
    """The terms of a counter-offer. Either the number of instalments or the most that each may be."""

    method = forms.ChoiceField(label=gettext_lazy("Way of repaying"))
    frequency = forms.ChoiceField(label=gettext_lazy("How often"))
    instalment_count = CountField(label=gettext_lazy("Number of instalments"), max_value=999)
    amount = FigureField(
        label=gettext_lazy("Or at most each time (yuan)"),
        help_text=gettext_lazy("If this is filled in, the number follows from it."),
        min_value=Decimal("0.01"),
        max_digits=11,
        decimal_places=2,
    )
    first_date = forms.DateField(
        label=gettext_lazy("First instalment"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose the day."),
            "invalid": gettext_lazy("Write the day like 2027-01-25."),
        },
    )
    down_payment = FigureField(label=gettext_lazy("Down payment (yuan)"), max_digits=11, decimal_places=2)
    rate = FigureField(label=gettext_lazy("Rate (%)"), max_value=HUNDRED, max_digits=9, decimal_places=6)
    message = _message(_TO_CARDHOLDER, _READS_IT)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = table.limits
        if limits is not None:
            self._offer(limits)
            self._allow_waivers(limits, table.facts)

    def _offer(self, limits: Limits) -> None:
        self.fields["method"].choices = [(code.value, METHODS[code]) for code in limits.methods]
        self.fields["frequency"].choices = [(code.value, METHODS[code]) for code in limits.frequencies]
        ranges = [_range(line) for line in limits.method_rates if line.highest]
        self.fields["rate"].help_text = _("; ").join(ranges) or _("No interest is charged.")

    def _allow_waivers(self, limits: Limits, facts: AccountFacts) -> None:
        """A field for each part of the debt that may be waived."""
        for cap in limits.waiver_caps:
            owed = facts.components.get(cap.component)
            if owed and cap.share:
                allowed = {"cap": written(_SHARE, cap.share), "owed": written(Kind.AMOUNT, owed)}
                self.fields[WAIVED + cap.component.value] = FigureField(
                    label=capfirst(COMPONENTS[cap.component]),
                    help_text=_("at most %(cap)s of %(owed)s") % allowed,
                    max_value=HUNDRED,
                    max_digits=7,
                    decimal_places=4,
                )

    @property
    def waiver_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(WAIVED)]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors and typed.get("amount") is None and typed.get("instalment_count") is None:
            self.add_error("instalment_count", _("Fill in the number of instalments, or the most that each may be."))
        return typed

    @property
    def wrong(self) -> list[tuple[Any, Any]]:
        """What does not make sense yet: the label of each field with what is asked of it."""
        fields = [
            (self[name].label, said) for name, words in self.errors.items() if name in self.fields for said in words
        ]
        return [*fields, *(("", said) for said in self.non_field_errors())]

    def wish(self) -> Wish:
        """The terms as the solver reads them. Only of a valid form."""
        typed = self.cleaned_data
        return Wish(
            amount=typed["amount"],
            instalment_count=None if typed["amount"] is not None else typed["instalment_count"],
            first_date=typed["first_date"],
            down_payment=typed["down_payment"] or Decimal("0.00"),
            frequency=Frequency(typed["frequency"]),
            method=PlanMethod(typed["method"]),
            waivers=tuple(
                Waiver(Component(name.removeprefix(WAIVED)), value / HUNDRED)
                for name, value in typed.items()
                if name.startswith(WAIVED) and value
            ),
        )

    def charged(self) -> Decimal | None:
        """The rate as a fraction; None to leave it to the policy. Only of a valid form."""
        percent: Decimal | None = self.cleaned_data["rate"]
        return None if percent is None else percent / HUNDRED


def _range(line: MethodRate) -> str:
    return _("%(method)s: %(lowest)s to %(highest)s, usually %(usual)s") % {
        "method": METHODS[line.method],
        "lowest": written(_SHARE, line.lowest),
        "highest": written(_SHARE, line.highest),
        "usual": written(_SHARE, line.rate),
    }
