"""One negotiation: what happens now, everything both sides have said, and the cardholder's next move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.queries.agreements import agreement_of
from negotiation.queries.negotiations import negotiation_for, offers_of
from negotiation.queries.policies import policy_version
from negotiation.services import proposals
from negotiation.services.decline_words import DECLINE_WITHOUT_REASON, DECLINES
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.status import Status, status_of

YOU, BANK, NOBODY = "you", "bank", "system"
_PROPOSING = ("OFFER", "COUNTER")
_SAID = {
    (YOU, "OFFER"): gettext_lazy("You proposed a plan"),
    (YOU, "COUNTER"): gettext_lazy("You proposed something else"),
    (YOU, "ACCEPT"): gettext_lazy("You accepted the offer"),
    (YOU, "WITHDRAW"): gettext_lazy("You withdrew"),
    (BANK, "COUNTER"): gettext_lazy("The bank made an offer"),
    (BANK, "ACCEPT"): gettext_lazy("The bank accepted your plan"),
    (BANK, "DECLINE"): gettext_lazy("The bank declined"),
    (NOBODY, "ACCEPT"): gettext_lazy("The bank accepted your plan at once"),
    (NOBODY, "EXPIRE"): gettext_lazy("The time for an answer ran out"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement on the time-line; ``before`` is the schedule that was on the table when new terms were named."""

    offer: Any
    party: str
    title: Promise
    schedule: Any
    before: Any

    @property
    def decline_words(self) -> tuple[Promise, Promise] | None:
        if self.offer.kind != "DECLINE":
            return None
        return DECLINES.get(self.offer.reason_code, DECLINE_WITHOUT_REASON)


@require_safe
@for_cardholder
def negotiation(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The negotiation's page; a draft goes on where it was left."""
    found = negotiation_for(cardholder=cardholder, reference=reference)
    if found.state == NegotiationState.DRAFT:
        return redirect("propose", found.account.reference)
    entries = timeline(offers_of(found))
    status = _status(found, entries, timezone.now())
    context = {
        "negotiation": found,
        "status": status,
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
    if request.GET.get("state") != found.state:
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect("negotiation", reference)
    status = _status(found, timeline(offers_of(found)), timezone.now())
    context = {"negotiation": found, "status": status, "today": timezone.localdate()}
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


def timeline(offers: Iterable[Any]) -> list[Entry]:
    """Every statement, oldest first, each proposal beside the one it answers."""
    entries: list[Entry] = []
    before = None
    for offer in offers:
        schedule = offer.quote.schedule if offer.kind in _PROPOSING else None
        party = _party(offer.party)
        entries.append(Entry(offer, party, _SAID[party, offer.kind], schedule, before if schedule else None))
        before = schedule or before
    return entries


def _party(actor: str) -> str:
    return YOU if actor == ActorKind.CARDHOLDER else NOBODY if actor == ActorKind.SYSTEM else BANK


def _status(found: Any, entries: list[Entry], now: datetime) -> Status:
    proposals_made = [entry for entry in entries if entry.schedule]
    rounds_left = None
    if proposals_made:
        most = policy_version(proposals_made[-1].offer.quote.policy_version).max_rounds
        rounds_left = max(0, most - sum(entry.party == YOU for entry in proposals_made))
    return status_of(found, now=now, rounds_left=rounds_left)
