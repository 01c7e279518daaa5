"""Everything once more before it is sent: the stored quote, line by line, and what will happen next."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from negotiation.domain.offers import regular_instalment, total_cost
from negotiation.domain.reasons import Reason
from negotiation.queries.negotiations import offer_on_the_table, quote_for
from negotiation.queries.policies import policy_version
from negotiation.services.proposals import propose as send_proposal
from negotiation.services.wording import METHODS
from negotiation.services.words import MOST_CHARACTERS
from portal.journey import steps
from portal.journey.access import for_cardholder
from portal.journey.circumstances import REASONS, budget_of
from portal.journey.drafts import proposal_in_hand
from portal.journey.fields import WordsField, typed
from portal.journey.limits import told
from portal.journey.wishes import BY_COUNT, kept_wish
from portal.journey.words import METHOD_HINTS
from portal.templatetags.formatting import day as day_text
from portal.templatetags.formatting import instalments, money, plain_money, rate


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary list; ``change_url`` leads to the field it came from."""

    name: str
    value: Any
    change_url: str = ""
    change_name: str = ""
    hint: Any = ""


class SendForm(forms.Form):
    """What goes with the plan."""

    message = WordsField(
        label=gettext_lazy("A message to the bank"),
        help_text=gettext_lazy(
            "Anything that helps a person to understand your situation. No card numbers or passwords."
        ),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def check(request: HttpRequest, cardholder: Any, reference: str, quote: str) -> HttpResponse:
    """Show the quote and send exactly that one."""
    negotiation = proposal_in_hand(cardholder, reference)
    steps.require(steps.PROPOSING, "check", negotiation, reference)
    shown = quote_for(cardholder=cardholder, reference=quote)
    form = SendForm(typed(request), initial={"message": _can_pay(request, negotiation)})
    if request.method == "POST" and form.is_valid():
        _send(cardholder, negotiation, shown, _asks_for_help(request, shown), form.cleaned_data["message"])
        return redirect("negotiation", negotiation.reference)
    return render(request, "journey/check.html", _context(request, negotiation, shown, form))


def _send(cardholder: Any, negotiation: Any, quote: Any, asks_for_help: bool, message: str) -> None:
    send_proposal(
        cardholder=cardholder,
        negotiation_reference=negotiation.reference,
        quote_reference=quote.reference,
        message=message,
        asks_for_help=asks_for_help,
        now=timezone.now(),
    )


def _asks_for_help(request: HttpRequest, quote: Any) -> bool:
    return "help" in request.GET or not quote.is_within_limits


def _can_pay(request: HttpRequest, negotiation: Any) -> str:
    """The first words to a person who is asked for help: what can be paid. Empty for a plan that stands by itself."""
    amount = negotiation.wish.get("amount") if "help" in request.GET else None
    if amount is None:
        return ""
    return _("I can pay %(amount)s each time.") % {"amount": plain_money(Decimal(amount))}


def _context(request: HttpRequest, negotiation: Any, quote: Any, form: SendForm) -> dict[str, Any]:
    asks_for_help, offer = _asks_for_help(request, quote), offer_on_the_table(negotiation)
    return {
        "negotiation": negotiation,
        "quote": quote,
        "schedule": quote.schedule,
        "rows": _rows(negotiation, quote, offer),
        "form": form,
        "offer": offer,
        "asks_for_help": asks_for_help,
        "can_pay": _can_pay(request, negotiation),
        "is_decided_at_once": quote.is_automatic and not asks_for_help,
        "answer_days": policy_version(quote.policy_version).answer_days,
        "reasons": [told(Reason.from_data(reason)) for reason in quote.reasons],
        "back": reverse("propose", args=[negotiation.account.reference]),
        **steps.shown(steps.PROPOSING, "check"),
    }


def _rows(negotiation: Any, quote: Any, offer: Any) -> list[Row]:
    account, terms = quote.account, quote.plan_terms
    return [
        Row(_("Card"), _("ending %(digits)s") % {"digits": account.card_last4}),
        Row(_("Debt put into the plan"), money(terms.principal)),
        *_terms(quote, kept_wish(negotiation, offer) or {}),
        *_costs(quote),
        *_circumstances(negotiation, account),
    ]


def _terms(quote: Any, wish: dict[str, Any]) -> list[Row]:
    """What was chosen, each with the field that it was chosen in."""
    schedule, plan = quote.schedule, reverse("propose", args=[quote.account.reference])
    by_count = wish.get("by") == BY_COUNT
    amount_field, count_field = ("id_by_0", "id_instalment_count") if by_count else ("id_amount", "id_by_1")
    terms, frequency = schedule.terms, str(METHODS[schedule.terms.frequency])
    method_url = f"{plan}#id_method_0" if _has_choice_of_method(quote) else ""
    method, hint = str(METHODS[terms.method]), METHOD_HINTS[terms.method]
    number, first = instalments(len(schedule.rows)), day_text(schedule.rows[0].due_date)
    return [
        Row(_("You pay"), money(regular_instalment(schedule)), f"{plan}#{amount_field}", _("the amount"), frequency),
        Row(_("Number of instalments"), number, f"{plan}#{count_field}", _("the number of instalments")),
        Row(_("First payment"), first, f"{plan}#id_first_date", _("the first payment")),
        Row(_("Down payment"), money(terms.down_payment), f"{plan}#id_down_payment", _("the down payment")),
        Row(_("Way of repaying"), method, method_url, _("the way of repaying"), hint),
    ]


def _costs(quote: Any) -> list[Row]:
    """What follows from the terms."""
    schedule = quote.schedule
    return [
        Row(_("Last payment"), day_text(schedule.last_date)),
        Row(_("Interest in all"), money(schedule.total_interest)),
        Row(_("Annualised rate (simple)"), rate(quote.annualised_rate_simple)),
        Row(_("You pay in all"), money(total_cost(schedule))),
    ]


def _has_choice_of_method(quote: Any) -> bool:
    owed = quote.snapshot
    limits = policy_version(quote.policy_version).limits_for(quote.account.product, owed.total, owed.days_past_due)
    return limits is not None and len(limits.methods) > 1


def _circumstances(negotiation: Any, account: Any) -> list[Row]:
    if negotiation.submitted_at is not None:
        return []
    page = reverse("circumstances", args=[account.reference])
    reason = str(dict(REASONS)[negotiation.hardship_reason])
    budget = budget_of(negotiation)
    left = money(budget.left) if budget else _("not given")
    return [
        Row(_("What made paying difficult"), reason, f"{page}#id_hardship_reason_0", _("the reason")),
        Row(_("Left in a month"), left, f"{page}#id_monthly_income", _("the budget")),
    ]
