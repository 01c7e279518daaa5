"""Writing to the bank without making an offer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from negotiation.domain.workflow import TALKING_STATES
from negotiation.queries.negotiations import negotiation_for
from negotiation.services.messages import write_to_bank
from negotiation.services.words import MOST_CHARACTERS
from portal.journey.access import for_cardholder
from portal.journey.fields import WordsField, typed


class MessageForm(forms.Form):
    """A few sentences."""

    text = WordsField(
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("No card numbers or passwords: the bank never needs them here."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Write a few words."),
            "max_length": gettext_lazy(
                "A message has at most %(limit_value)d characters; this one has %(show_value)d."
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def write_message(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask for the words, then send them and go back to the negotiation."""
    found = negotiation_for(cardholder=cardholder, reference=reference)
    form = MessageForm(typed(request))
    if request.method == "POST" and form.is_valid():
        now, text = timezone.now(), form.cleaned_data["text"]
        write_to_bank(cardholder=cardholder, negotiation_reference=reference, text=text, now=now)
        messages.info(request, _("Your message is with the bank."))
        return redirect("negotiation", reference)
    if found.state not in TALKING_STATES:
        return redirect("negotiation", reference)
    return render(request, "journey/write_message.html", {"negotiation": found, "form": form})
