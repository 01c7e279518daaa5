"""What a reviewer types: the terms of a counter-offer, the reason of a decline, messages and notes. Rules are the judge's."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.plans import HUNDRED, Table
from negotiation.domain.judge import AccountFacts
from negotiation.domain.policy import Limits, MethodRate
from negotiation.domain.reasons import Kind
from negotiation.domain.terms import Component, Frequency, PlanMethod, Waiver
from negotiation.domain.wish import Wish
from negotiation.domain.words import plain_words
from negotiation.models import DeclineReason
from negotiation.services.decline_words import DECLINES
from negotiation.services.wording import COMPONENTS, METHODS, written
from negotiation.services.words import MOST_CHARACTERS

_WAIVED = "waive_"
_SHARE = Kind.FRACTION


class WordsField(forms.CharField):
    """A few sentences, without what nobody can see in them."""

    def to_python(self, value: Any) -> str:
        return super().to_python(plain_words(value) if isinstance(value, str) else value)


def _message(label: Any, help_text: Any = "", *, required: bool = False) -> WordsField:
    area = forms.Textarea(attrs={"rows": 2, "maxlength": MOST_CHARACTERS})
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


def _number(label: Any, help_text: Any = "", **kwargs: Any) -> forms.DecimalField:
    field = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, min_value=Decimal(0), widget=field, **kwargs
    )


class CounterForm(DecisionForm):
    """The terms of a counter-offer. Either the number of instalments or the most that each may be."""

    method = forms.ChoiceField(label=gettext_lazy("Way of repaying"))
    frequency = forms.ChoiceField(label=gettext_lazy("How often"))
    instalment_count = forms.IntegerField(
        label=gettext_lazy("Number of instalments"),
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    amount = _number(
        gettext_lazy("Or at most each time (yuan)"),
        gettext_lazy("If this is filled in, the number follows from it."),
        max_digits=11,
        decimal_places=2,
    )
    first_date = forms.DateField(
        label=gettext_lazy("First instalment"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    down_payment = _number(gettext_lazy("Down payment (yuan)"), max_digits=11, decimal_places=2)
    rate = _number(gettext_lazy("Rate (%)"), max_value=HUNDRED, max_digits=9, decimal_places=6)
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
                self.fields[_WAIVED + cap.component.value] = _number(
                    capfirst(COMPONENTS[cap.component]),
                    _("at most %(cap)s of %(owed)s") % allowed,
                    max_value=HUNDRED,
                    max_digits=7,
                    decimal_places=4,
                )

    @property
    def waiver_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_WAIVED)]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors and typed.get("amount") is None and typed.get("instalment_count") is None:
            self.add_error("instalment_count", _("Fill in the number of instalments, or the most that each may be."))
        return typed

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
                Waiver(Component(name.removeprefix(_WAIVED)), value / HUNDRED)
                for name, value in typed.items()
                if name.startswith(_WAIVED) and value
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
