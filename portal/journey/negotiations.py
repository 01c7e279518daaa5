"""One negotiation: what happens now, everything both sides have said, and the cardholder's next move."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from negotiation.domain.workflow import NegotiationState
from negotiation.queries.agreements import agreement_of
from negotiation.queries.attachments import attached_to
from negotiation.queries.messages import messages_of
from negotiation.queries.negotiations import negotiation_for, offers_of
from negotiation.queries.policies import policy_version
from negotiation.services import proposals
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.status import Status, status_of
from portal.journey.timeline import YOU, Entry, timeline
from portal.journey.words import PROOFS


@require_safe
@for_cardholder
def negotiation(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The negotiation's page; a draft goes on where it was left."""
    found = negotiation_for(cardholder=cardholder, reference=reference)
    if found.state == NegotiationState.DRAFT:
        return redirect("propose", found.account.reference)
    said, documents = list(messages_of(found)), list(attached_to(found))
    entries = timeline(offers_of(found), said, documents)
    context = {
        "negotiation": found,
        "status": _status(found, entries, timezone.now()),
        "message_count": len(said),
        "documents": [(document, PROOFS[document.shows]) for document in documents],
        "entries": entries[::-1],
        "on_table": next((entry.offer for entry in reversed(entries) if entry.schedule), None),
        "agreement": agreement_of(found),
        "today": timezone.localdate(),
    }
    return render(request, "journey/negotiation.html", context)


@require_safe
@for_cardholder
def negotiation_status(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The live part: the same words while nothing has moved, else the whole page again."""
    found = negotiation_for(cardholder=cardholder, reference=reference)
    message_count = messages_of(found).count()
    if request.GET.get("seen") != f"{found.state}.{message_count}":
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect("negotiation", reference)
    status = _status(found, timeline(offers_of(found)), timezone.now())
    context = {
        "negotiation": found,
        "status": status,
        "message_count": message_count,
        "today": timezone.localdate(),
    }
    return render(request, "journey/parts/status.html", context)


@posted_by_cardholder
def accept(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Accept the offer that the page showed, by its reference."""
    proposals.accept(
        cardholder=cardholder,
        negotiation_reference=reference,
        quote_reference=request.POST.get("quote", ""),
        now=timezone.now(),
    )
    return redirect("negotiation", reference)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def withdraw(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask once more, then end the negotiation."""
    found = negotiation_for(cardholder=cardholder, reference=reference)
    if request.method != "POST":
        status = _status(found, [], timezone.now())
        if not status.can_withdraw:
            return redirect("negotiation", reference)
        return render(request, "journey/withdraw.html", {"negotiation": found})
    proposals.withdraw(cardholder=cardholder, negotiation_reference=reference, now=timezone.now())
    messages.info(request, _("You have withdrawn. What you owe has not changed."))
    return redirect("negotiation", reference)


def _status(found: Any, entries: list[Entry], now: datetime) -> Status:
    proposals_made = [entry for entry in entries if entry.schedule]
    if not proposals_made:
        return status_of(found, now=now)
    most = policy_version(proposals_made[-1].offer.quote.policy_version).max_rounds
    return status_of(found, now=now, rounds=sum(entry.party == YOU for entry in proposals_made), most_rounds=most)
