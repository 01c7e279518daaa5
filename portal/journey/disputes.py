"""Querying an amount: one line of the ledger, one component of the debt, or something else on the account."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from negotiation.domain.complaints import ANSWER_DAYS, Difficulty
from negotiation.domain.concerns import ConcernKind
from negotiation.domain.terms import Component
from negotiation.queries.accounts import account_for
from negotiation.queries.concerns import disputed_entries, entries_of_posting, open_disputes_of
from negotiation.services.concerns import raise_concern
from negotiation.services.words import MOST_CHARACTERS
from portal.journey.access import for_cardholder
from portal.journey.fields import MoneyField, WordsField, typed
from portal.journey.ledger import Posting
from portal.journey.words import COMPONENTS, DISPUTE_REASONS
from portal.templatetags.formatting import plain_money, short_day

SOMETHING_ELSE = "else"


@dataclass(frozen=True, slots=True)
class Line:
    """What is in question, what it comes to (None for nothing in particular), and the day it was posted."""

    name: str
    amount: Decimal | None
    hint: str = ""


class QueryForm(forms.Form):
    """What is wrong, and, where no line is named by the address, with what."""

    component = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what your query is about.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("What do you think is wrong?"),
        choices=list(DISPUTE_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what fits best.")},
    )
    words = WordsField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("When and where, and what would show it. No card numbers or passwords."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": gettext_lazy("Write a few words, so that the bank knows what to check."),
            "max_length": gettext_lazy("At most %(limit_value)d characters, please; these are %(show_value)d."),
        },
    )
    believed_amount = MoneyField(
        label=gettext_lazy("What amount would be right?"),
        help_text=gettext_lazy("If you know it. Write 0 if nothing of it is owed."),
        required=False,
    )

    def __init__(self, *args: Any, components: list[tuple[str, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if components is None:
            del self.fields["component"]
        else:
            self.fields["component"].choices = components


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def query_amount(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask what is wrong with an amount, then raise it and show it. ``?line=`` names a posting by its number."""
    account = account_for(cardholder=cardholder, reference=reference)
    posting = request.GET.get("line", "")
    entries = entries_of_posting(account, posting) if posting else []
    already = open_disputes_of(account).filter(posting=posting).first() if posting else None
    if already:
        return redirect("concern", already.reference)
    form = QueryForm(typed(request), components=None if posting else _components(account))
    if request.method == "POST" and form.is_valid():
        concern = raise_concern(
            cardholder=cardholder,
            kind=ConcernKind.DISPUTE,
            account=account,
            posting=posting,
            now=timezone.now(),
            **_said(form),
        )
        messages.info(request, _("The bank has your query. A receipt is on its way to you."))
        return redirect("concern", concern.reference)
    context = {
        "account": account,
        "form": form,
        "line": line_of(entries) if entries else None,
        "answer_by": timezone.localdate() + timedelta(days=ANSWER_DAYS[Difficulty.SIMPLE]),
    }
    return render(request, "journey/query_amount.html", context)


def line_of(entries: list[Any]) -> Line:
    """One line of the ledger as its page names it."""
    posting = Posting(tuple(entries))
    return Line(posting.name, posting.amount, short_day(posting.posting_date))


def line_in_question(concern: Any) -> Line:
    """What a query is about, with the amount that was queried, whatever the ledger says today."""
    if concern.component:
        return Line(str(COMPONENTS[Component(concern.component)]), concern.queried_amount)
    entries = disputed_entries(concern)
    if entries:
        posting = Posting(tuple(entries))
        return Line(posting.name, concern.queried_amount, short_day(posting.posting_date))
    return Line(_("Something on this account"), concern.queried_amount if concern.posting else None)


def _components(account: Any) -> list[tuple[str, str]]:
    owed = [(code, amount) for code, amount in account.components.items() if amount]
    named = [(code.value, f"{COMPONENTS[code]} · {plain_money(amount)}") for code, amount in owed]
    return [*named, (SOMETHING_ELSE, _("Something else on this account"))]


def _said(form: QueryForm) -> dict[str, Any]:
    said = {name: form.cleaned_data[name] for name in ("reason", "words", "believed_amount")}
    component = form.cleaned_data.get("component", SOMETHING_ELSE)
    return said | {"component": None if component == SOMETHING_ELSE else Component(component)}
