"""Living with a plan: what is due next, the schedule, the documents and how to check them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
from negotiation.services import plan_documents
from negotiation.services.plan_documents import can_request_statement
from portal.journey.access import for_cardholder, posted_by_cardholder
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
    today = timezone.localdate()
    instalments = list(plan.instalments.all())
    context = {
        "agreement": found,
        "account": found.negotiation.account,
        "plan": plan,
        "schedule": found.quote.schedule,
        "next_instalment": next((row for row in instalments if row.due_date >= today), None),
        "fallen_due": sum(row.due_date < today for row in instalments),
        "instalments": instalments,
        "documents": list(documents_of(found)),
        "plan_documents": list(plan_documents_of(found)),
        "can_request_statement": can_request_statement(plan),
        "is_statement_being_made": is_statement_being_made(found),
        **_change(cardholder, found, plan),
        "today": today,
    }
    return render(request, "journey/agreement.html", context)


@posted_by_cardholder
def request_statement(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask for a statement of account; the page shows it as soon as it is signed."""
    plan_documents.request_statement(cardholder=cardholder, reference=reference, now=timezone.now())
    return redirect("agreement", reference)


def _change(cardholder: Any, agreement: Any, plan: Any) -> dict[str, Any]:
    """What the part "I need to change my plan" needs: the talk about a new plan, if there is one, and whether there may be one."""
    account = agreement.negotiation.account
    is_in_force = plan.state in PLAN_STATES_IN_FORCE
    return {
        "can_change": is_in_force and account.total > ZERO,
        "is_closed": is_in_force and desk_for(account, timezone.now()).is_closed,
        "renegotiation": open_negotiation_of(cardholder=cardholder, account=account) if is_in_force else None,
    }
