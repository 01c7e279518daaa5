"""Complaints, and everything that a cardholder has raised: where it stands, by when the bank answers, what it answered."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from negotiation.domain.complaints import ANSWER_DAYS, Difficulty
from negotiation.domain.concerns import ConcernKind
from negotiation.queries.accounts import account_for, accounts_of
from negotiation.queries.concerns import concern_for, concerns_of
from negotiation.services.concerns import raise_concern
from negotiation.services.concerns import withdraw_concern as withdraw
from negotiation.services.words import MOST_CHARACTERS
from portal.help.figures import HOTLINES
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.disputes import line_in_question
from portal.journey.fields import WordsField, typed
from portal.journey.words import CONCERNS, DISPUTE_REASONS, LENGTHENING_REASONS, OUTCOMES

IN_GENERAL = "general"


class ComplaintForm(forms.Form):
    """What it is about, and a few sentences."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what your complaint is about.")},
    )
    words = WordsField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("When, who, and what the bank should do about it. No card numbers or passwords."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": gettext_lazy("Write a few words, so that the bank knows what to check."),
            "max_length": gettext_lazy("At most %(limit_value)d characters, please; these are %(show_value)d."),
        },
    )

    def __init__(self, *args: Any, accounts: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cards = [(card.reference, _("Card ending %(digits)s") % {"digits": card.card_last4}) for card in accounts]
        self.fields["about"].choices = [*cards, (IN_GENERAL, _("The bank, its people or this site in general"))]


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """How to complain, by when there is an answer, and whom else to ask; for everybody, signed in or not."""
    days = {difficulty.value.lower(): number for difficulty, number in ANSWER_DAYS.items()}
    context = {
        "simple": days["simple"],
        "complex": days["complex"],
        "longest": days["very_complex"],
        "bank_telephone": settings.BANK_TELEPHONE,
        "bank_complaints": settings.BANK_COMPLAINTS,
        "hotlines": HOTLINES,
    }
    return render(request, "journey/complaints.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def complain(request: HttpRequest, cardholder: Any) -> HttpResponse:
    """Ask what happened, then raise the complaint and show it."""
    form = ComplaintForm(typed(request), accounts=list(accounts_of(cardholder=cardholder)))
    if request.method == "POST" and form.is_valid():
        about = form.cleaned_data["about"]
        account = None if about == IN_GENERAL else account_for(cardholder=cardholder, reference=about)
        concern = raise_concern(
            cardholder=cardholder,
            kind=ConcernKind.COMPLAINT,
            account=account,
            words=form.cleaned_data["words"],
            now=timezone.now(),
        )
        messages.info(request, _("The bank has your complaint. A receipt is on its way to you."))
        return redirect("concern", concern.reference)
    return render(request, "journey/complain.html", {"form": form, "simple": ANSWER_DAYS[Difficulty.SIMPLE]})


@require_safe
@for_cardholder
def concerns(request: HttpRequest, cardholder: Any) -> HttpResponse:
    """Everything the person has raised, newest first."""
    rows = [(concern, CONCERNS[concern.kind]) for concern in concerns_of(cardholder)]
    return render(request, "journey/concerns.html", {"rows": rows, "today": timezone.localdate()})


@require_safe
@for_cardholder
def concern(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """One thing raised: what was said, where it stands, the answer, and what can be done after it."""
    found = concern_for(cardholder=cardholder, reference=reference)
    today = timezone.localdate()
    context = {
        "concern": found,
        "name": CONCERNS[found.kind],
        "line": line_in_question(found) if found.kind == ConcernKind.DISPUTE else None,
        "reason": DISPUTE_REASONS.get(found.reason, ""),
        "lengthened_for": LENGTHENING_REASONS.get(found.lengthened_for, ""),
        "outcome": OUTCOMES[found.kind].get(found.outcome, ""),
        "is_overdue": found.is_overdue(today),
        "is_about_data": found.kind in (ConcernKind.CORRECTION, ConcernKind.ERASURE),
        "today": today,
        "hotlines": HOTLINES,
    }
    return render(request, "journey/concern.html", context)


@posted_by_cardholder
def withdraw_concern(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Take back what was raised."""
    withdraw(cardholder=cardholder, reference=reference, now=timezone.now())
    messages.info(request, _("You have taken it back. The bank will not answer it any more."))
    return redirect("concern", reference)
