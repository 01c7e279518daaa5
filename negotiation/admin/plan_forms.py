"""What a reviewer types about a plan: why it is ended or reopened, when its notice was delivered. Whether it may be is the service's."""

from django import forms
from django.utils.translation import gettext_lazy as _

from negotiation.services.plan_ending import MOST_CHARACTERS


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("For colleagues and auditors; the cardholder does not read it."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_CHARACTERS}),
        error_messages={"required": _("Write why.")},
    )


class EndForm(WhyForm):
    prefix = "end"


class ReopenForm(WhyForm):
    prefix = "reopen"


class DeliveryForm(forms.Form):
    prefix = "delivery"
    delivered_on = forms.DateField(
        label=_("Delivered on"),
        help_text=_(
            "When a letter reached the cardholder, where no message could. The receipt stays in the bank's files."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Write the day like 2027-01-25.")},
    )
