"""What a person asks for: the form it is typed into, and how it is kept so that a lost session loses nothing.

A wish counts for the offer it answers; once the bank has made another offer, the page starts from that one.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from negotiation.domain.policy import Limits
from negotiation.domain.terms import Frequency, PlanMethod, PlanTerms
from negotiation.domain.wish import Wish
from negotiation.services.wording import METHODS
from portal.journey.fields import MoneyField
from portal.journey.words import METHOD_HINTS

BY_AMOUNT, BY_COUNT = "amount", "count"
MOST_TYPED = 999
LATEST_TYPED = date(2199, 12, 31)


class WishForm(forms.Form):
    """An amount each time *or* a number of instalments, and the rest of the terms. Rules are the solver's."""

    by = forms.ChoiceField(
        label=_("What would you like to set?"),
        choices=[(BY_AMOUNT, _("How much I pay each time")), (BY_COUNT, _("How many instalments"))],
        widget=forms.RadioSelect,
    )
    amount = MoneyField(
        label=_("Amount each time"),
        min_value=Decimal("0.01"),
        error_messages={"required": _("Write the amount that you can pay each time.")},
    )
    instalment_count = forms.IntegerField(
        label=_("Number of instalments"),
        min_value=1,
        max_value=MOST_TYPED,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Write the number of instalments."),
            "invalid": _("Write a whole number, such as 12."),
            "min_value": _("A plan has at least one instalment."),
            "max_value": _("That is more instalments than a plan can have."),
        },
    )
    first_date = forms.DateField(
        label=_("First payment on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        validators=[MaxValueValidator(LATEST_TYPED, _("Write a day such as 2027-01-31."))],
        error_messages={
            "required": _("Choose the day of the first payment."),
            "invalid": _("Write a day such as 2027-01-31."),
        },
    )
    down_payment = MoneyField(
        label=_("Down payment"),
        help_text=_("What you can pay at once when the plan begins; 0 is fine."),
        required=False,
    )
    frequency = forms.ChoiceField(label=_("How often"), widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("Way of repaying"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, limits: Limits | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits = limits
        by = self.data.get("by") if self.is_bound else self.initial.get("by")
        self.fields["amount" if by == BY_COUNT else "instalment_count"].required = False
        self._offer("frequency", [(code.value, METHODS[code]) for code in limits.frequencies] if limits else [])
        self._offer("method", [(code.value, _method_label(code)) for code in limits.methods] if limits else [])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """A question with one answer is not asked."""
        if len(choices) > 1:
            self.fields[name].choices = choices
        else:
            del self.fields[name]

    def wish(self) -> Wish:
        """The wish as the solver reads it; what was not asked stays open. Only of a valid form."""
        return read_wish(self.cleaned_data)

    def wish_in_hand(self) -> Wish | None:
        """The wish that was typed or, on a page just opened, that it was filled in with; None if it makes no sense."""
        if self.is_bound:
            return self.wish() if self.is_valid() else None
        filled_in = type(self)(_as_typed(self.initial), limits=self.limits)
        return filled_in.wish() if filled_in.is_valid() else None


class HelpForm(forms.Form):
    """When none of the plans is possible: what is."""

    prefix = "help"
    amount = MoneyField(
        label=_("What you can pay each time"),
        help_text=_("A small amount counts too."),
        min_value=Decimal("0.01"),
    )


def read_wish(typed: dict[str, Any]) -> Wish:
    """The wish of cleaned values; the one of amount and number that was not chosen stays open."""
    is_by_amount = typed["by"] == BY_AMOUNT
    return Wish(
        amount=typed["amount"] if is_by_amount else None,
        instalment_count=None if is_by_amount else typed["instalment_count"],
        first_date=typed["first_date"],
        down_payment=typed.get("down_payment"),
        frequency=Frequency(typed["frequency"]) if typed.get("frequency") else None,
        method=PlanMethod(typed["method"]) if typed.get("method") else None,
    )


def kept_wish(negotiation: Any, offer: Any) -> dict[str, Any] | None:
    """What was typed for the offer on the table (``None``: no offer yet), as the form's initial values; None if nothing was."""
    kept = negotiation.wish
    if not kept or kept.get("answers") != _sequence(offer):
        return None
    return kept | {name: Decimal(kept[name]) for name in ("amount", "down_payment") if name in kept}


def wish_to_keep(typed: dict[str, Any], offer: Any) -> dict[str, Any]:
    """Plain data of the form's values, marked with the offer that they answer."""
    said = {name: str(value) for name, value in typed.items() if value not in (None, "")}
    return said | {"answers": _sequence(offer)}


def initial_from(terms: PlanTerms, instalment: Any) -> dict[str, Any]:
    """The form filled in with a plan; ``instalment`` in yuan is what the person would pay each time."""
    return {
        "by": BY_AMOUNT,
        "amount": instalment,
        "instalment_count": terms.instalment_count,
        "first_date": terms.first_date,
        "down_payment": terms.down_payment,
        "frequency": terms.frequency.value,
        "method": terms.method.value,
    }


def _method_label(code: PlanMethod) -> SafeString:
    return format_html('{}<span class="summary-hint">{}</span>', METHODS[code], METHOD_HINTS[code])


def _as_typed(initial: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in initial.items() if value is not None}


def _sequence(offer: Any) -> int:
    return offer.seq if offer else 0
