"""What a service refuses, in kind words with a next step. Knows the refusals by name, not why they were raised."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.domain.words import plain_words
from negotiation.services import refusals

CONFLICT, UNAVAILABLE = 409, 503


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, and what the person can do; ``link_text`` names the page they came from."""

    title: Promise
    text: Promise
    link_text: Promise


_CONTINUE = _("See where things stand")

WORDS: dict[type[Exception], Words] = {
    refusals.StaleNegotiation: Words(
        _("Something has changed in the meantime"),
        _("The bank, or you in another window, acted before this page could. Nothing was sent twice."),
        _CONTINUE,
    ),
    refusals.OfferExpired: Words(
        _("These terms are no longer open"),
        _("Interest moves every day, so terms hold only until the day shown with them. You can work out new ones now."),
        _CONTINUE,
    ),
    refusals.QuoteNotForThis: Words(
        _("This plan has been sent already"),
        _("Each plan can be sent once. The page of your negotiation shows the newest one."),
        _CONTINUE,
    ),
    refusals.OutsideLimits: Words(
        _("This plan is outside what the bank may accept"),
        _("You can choose one of the nearest plans inside the limits, or ask a person at the bank to look at yours."),
        _("Back to your plan"),
    ),
    refusals.NoRoundsLeft: Words(
        _("No more counter-proposals are possible"),
        _("You can still accept the offer of the bank, or withdraw and begin again with a new proposal."),
        _("See the offer"),
    ),
    refusals.AlreadyNegotiating: Words(
        _("You are already talking to the bank about this account"),
        _("One negotiation for an account can be open at a time."),
        _CONTINUE,
    ),
    refusals.NothingOwed: Words(
        _("There is nothing to repay on this account"),
        _("The bank no longer reports it as overdue, so no plan is needed."),
        _("Your accounts"),
    ),
    refusals.NotReadyToSign: Words(
        _("One step is still missing before you can sign"),
        _("Please go through the steps in order; what you have done so far is kept."),
        _("Continue signing"),
    ),
    refusals.PlanNotInForce: Words(
        _("This plan is not running"),
        _("A statement of account shows a plan that is being paid. What has ended is told by its documents."),
        _("See your plan"),
    ),
    refusals.DocumentChanged: Words(
        _("The document is not the one you were shown"),
        _("For your protection nothing was signed. Please look at the document again and ask for a new code."),
        _("Look at the document"),
    ),
    refusals.NothingToTalkAbout: Words(
        _("This negotiation is over"),
        _("Nothing was sent. If you would still like to talk to the bank, you can begin again or call."),
        _CONTINUE,
    ),
    refusals.TooManyMessages: Words(
        _("You have written a lot today"),
        _("The bank has your messages and reads them all. You can write again tomorrow."),
        _CONTINUE,
    ),
    refusals.AlreadyDecided: Words(
        _("The bank has decided meanwhile"),
        _("Documents can be attached and deleted until the decision. Those that are here are deleted by themselves."),
        _CONTINUE,
    ),
    refusals.TooManyAttachments: Words(
        _("There are as many documents as there can be"),
        _("You can delete one that matters less, or put several pages into one PDF."),
        _CONTINUE,
    ),
    refusals.StorageFull: Words(
        _("This could not be kept just now"),
        _("Our storage has no room at the moment. Nothing of the file was kept. Please send it again in an hour."),
        _CONTINUE,
    ),
    refusals.AlreadyAttached: Words(
        _("This file is attached already"),
        _("The bank has it; you need not send it again."),
        _CONTINUE,
    ),
    refusals.TooManyConcerns: Words(
        _("The bank is still busy with what you raised before"),
        _("Nothing of it is lost. When the next one is answered, or tomorrow, you can raise something new."),
        _CONTINUE,
    ),
    refusals.StaleConcern: Words(
        _("Something has changed in the meantime"),
        _("The bank, or you in another window, acted before this page could. Nothing was sent twice."),
        _CONTINUE,
    ),
}

_OTHERWISE = WORDS[refusals.StaleNegotiation]


def words_for(refusal: Exception) -> Words:
    """The words of a refusal; a refused move of the state table reads like one that came too late."""
    return WORDS.get(type(refusal), _OTHERWISE)


def refused(request: HttpRequest, refusal: Exception, *, back: str) -> HttpResponse:
    """The page that says so: 409, because the request was fine and the state of things was not; 503 for a full disk.

    What was written is shown, so that it can be copied.
    """
    status = UNAVAILABLE if isinstance(refusal, refusals.StorageFull) else CONFLICT
    unsent = plain_words(request.POST.get("message") or request.POST.get("text") or "")
    context = {"words": words_for(refusal), "back": back, "unsent": unsent}
    return render(request, "journey/refused.html", context, status=status)
