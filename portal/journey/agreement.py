"""Living with a plan: what is due next, the schedule, the documents and how to check them."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from negotiation.domain.terms import ZERO
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE
from negotiation.queries.agreements import (
    agreement_for,
    documents_of,
    is_statement_being_made,
    plan_documents_of,
    plan_of,
)
from negotiation.queries.negotiations import open_negotiation_of
from negotiation.queries.standings import standing_of_plan
from negotiation.services import plan_documents, plan_ending
from negotiation.services.plan_documents import can_request_statement
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.plan_progress import progress_of, settling
from portal.journey.plans import desk_for
from portal.journey.steps import StepMissing


@require_safe
@for_cardholder
def agreement(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The agreement once both sides have signed; before that, the negotiation's page."""
    found = agreement_for(cardholder=cardholder, reference=reference)
    plan = plan_of(found)
    if plan is None:
        raise StepMissing("negotiation", found.negotiation.reference)
    today, standing = timezone.localdate(), standing_of_plan(plan)
    context = {
        "agreement": found,
        "account": found.negotiation.account,
        "plan": plan,
        "schedule": found.quote.schedule,
        "standing": standing,
        "progress": progress_of(plan, standing),
        "documents": list(documents_of(found)),
        "plan_documents": list(plan_documents_of(found)),
        "can_request_statement": can_request_statement(plan),
        "is_statement_being_made": is_statement_being_made(found),
        **_change(cardholder, found, plan),
        **_settling(request, plan, standing, today),
        "today": today,
    }
    return render(request, "journey/agreement.html", context)


@posted_by_cardholder
def request_statement(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask for a statement of account; the page shows it as soon as it is signed."""
    plan_documents.request_statement(cardholder=cardholder, reference=reference, now=timezone.now())
    return redirect("agreement", reference)


@posted_by_cardholder
def announce_miss(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Tell the bank that the next instalment cannot be paid in time; the page then says what can be done."""
    plan_ending.announce_miss(cardholder=cardholder, reference=reference, now=timezone.now())
    return redirect(reverse("agreement", args=[reference]) + "#change-title")


def _settling(request: HttpRequest, plan: Any, standing: Any, today: date) -> dict[str, Any]:
    """What the part "pay everything off" needs, while there is something to pay off."""
    if plan.state not in PLAN_STATES_IN_FORCE:
        return {}
    form, figure = settling(plan, standing, request.GET, today)
    return {"settle_form": form, "settlement": figure}


def _change(cardholder: Any, agreement: Any, plan: Any) -> dict[str, Any]:
    """What the part "I need to change my plan" needs: the talk about a new plan, if there is one, and whether there may be one."""
    account = agreement.negotiation.account
    is_in_force = plan.state in PLAN_STATES_IN_FORCE
    return {
        "can_change": is_in_force and account.total > ZERO,
        "is_closed": is_in_force and desk_for(account, timezone.now()).is_closed,
        "is_miss_told": bool(plan.miss_announced and plan.miss_announced > plan.paid_count),
        "renegotiation": open_negotiation_of(cardholder=cardholder, account=account) if is_in_force else None,
    }
