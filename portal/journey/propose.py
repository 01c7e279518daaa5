"""Choosing a plan: three that would be accepted now, and one's own with live figures. Every choice ends in a stored quote."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from negotiation.domain.offers import regular_instalment, total_cost
from negotiation.domain.terms import PlanTerms
from negotiation.domain.wish import Suggestion, Wish
from negotiation.queries.accounts import account_for
from negotiation.queries.negotiations import offer_on_the_table
from negotiation.services.drafts import save_wish
from negotiation.services.quotes import policy_of, quote_plan
from portal.journey import steps
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.circumstances import Budget, budget_of
from portal.journey.drafts import proposal_in_hand
from portal.journey.limits import changes_told, told
from portal.journey.plans import Desk, desk_for, figures_of, lightest, offered
from portal.journey.wishes import HelpForm, WishForm, initial_from, kept_wish, wish_to_keep


@dataclass(frozen=True)
class Table:
    """What lies before the person: the negotiation, the bank's offer if there is one, and what plans are judged by."""

    negotiation: Any
    offer: Any
    account: Any
    desk: Desk

    @cached_property
    def budget(self) -> Budget | None:
        return budget_of(self.negotiation)

    @cached_property
    def plans(self) -> tuple[Suggestion, ...]:
        """Three that would be accepted now, within the budget if that is possible."""
        return self.desk.accepted_now(self.budget.suggested if self.budget and self.budget.is_enough else None)

    def keep(self, typed: dict[str, Any]) -> None:
        save_wish(draft=self.negotiation, wish=wish_to_keep(typed, self.offer))


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def propose(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Show what is possible; keep what was typed; a plan inside the limits goes on to be checked."""
    now = timezone.now()
    table = _table(cardholder, reference, now)
    if request.method != "POST":
        return _page(request, table, _kept_form(table))
    form = WishForm(request.POST, limits=table.desk.limits)
    if not form.is_valid():
        return _page(request, table, form)
    table.keep(form.cleaned_data)
    answer = table.desk.answer(form.wish())
    if "show" in request.POST or not answer.is_accepted or answer.asked is None:
        return redirect(reverse("propose", args=[reference]) + "#figures")
    return _to_check(table, answer.asked, now)


@posted_by_cardholder
def figures(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The figures of what is being typed, for the live part of the page; what makes sense is kept."""
    table = _table(cardholder, reference, timezone.now())
    form = WishForm(request.POST, limits=table.desk.limits)
    if form.is_valid():
        table.keep(form.cleaned_data)
    return render(request, "journey/parts/figures.html", _figures(table, form))


@posted_by_cardholder
def ask_for_help(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """None of the plans is possible: what can be paid goes to a person at the bank, with the lightest plan as a start."""
    now = timezone.now()
    table = _table(cardholder, reference, now)
    form = HelpForm(request.POST)
    if not form.is_valid() or table.desk.is_closed:
        return _page(request, table, _kept_form(table), help_form=form)
    amount = form.cleaned_data["amount"]
    terms = lightest(table.desk.answer(Wish(amount=amount)))
    table.keep(initial_from(terms, amount))
    return _to_check(table, terms, now, is_help=True)


def _table(cardholder: Any, reference: str, now: datetime) -> Table:
    negotiation = proposal_in_hand(cardholder, reference)
    steps.require(steps.PROPOSING, "propose", negotiation, reference)
    account = account_for(cardholder=cardholder, reference=reference)
    desk = desk_for(account, now, policy=policy_of(negotiation=negotiation, now=now))
    return Table(negotiation, offer_on_the_table(negotiation), account, desk)


def _to_check(table: Table, terms: PlanTerms, now: datetime, *, is_help: bool = False) -> HttpResponse:
    """Store the plan as a quote and show it: what is checked is what will be sent."""
    quote = quote_plan(account=table.account, terms=terms, now=now, policy=table.desk.policy)
    address = reverse("check", args=[table.account.reference, quote.reference])
    return redirect(address + ("?help" if is_help else ""))


def _kept_form(table: Table) -> WishForm:
    """The form as it was left, or begun from the bank's offer, or from a plan that would be accepted."""
    initial = kept_wish(table.negotiation, table.offer) or _first_wish(table)
    return WishForm(initial=initial, limits=table.desk.limits)


def _first_wish(table: Table) -> dict[str, Any]:
    if table.offer:
        schedule = table.offer.quote.schedule
        return initial_from(schedule.terms, regular_instalment(schedule))
    plans = table.plans
    return initial_from(plans[len(plans) // 2].terms, plans[len(plans) // 2].instalment) if plans else {}


def _page(request: HttpRequest, table: Table, form: WishForm, help_form: Any = None) -> HttpResponse:
    context = {
        "table": table,
        "account": table.account,
        "budget": table.budget,
        "form": form,
        "help_form": help_form or HelpForm(),
        "plans": offered(table.plans),
        **_figures(table, form),
        **steps.shown(steps.PROPOSING, "propose"),
    }
    return render(request, "journey/propose.html", context)


def _figures(table: Table, form: WishForm) -> dict[str, Any]:
    """What the bank says to the wish in the form, typed or kept; nothing while there is none that makes sense."""
    wish = form.wish_in_hand()
    if wish is None or table.desk.limits is None:
        return {"answer": None}
    answer = table.desk.answer(wish)
    asked = figures_of(answer.asked)
    return {
        "account": table.account,
        "offer": table.offer,
        "answer": answer,
        "asked": asked,
        "instalment": regular_instalment(asked.schedule) if asked else None,
        "total": total_cost(asked.schedule) if asked else None,
        "reasons": [told(reason) for reason in answer.reasons],
        "nearest": [(plan, changes_told(plan.suggestion.changes)) for plan in offered(answer.suggestions)],
    }
