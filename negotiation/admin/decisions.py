"""What a reviewer's buttons do: read the form, call one service, go back to the case. GET does nothing here."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from negotiation.admin.case import Case
from negotiation.admin.forms import (
    WAIVED,
    AcceptForm,
    CounterForm,
    DecisionForm,
    DeclineForm,
    MessageForm,
    NoteForm,
    SendBackForm,
)
from negotiation.admin.page import case_page, drafted, figures_of
from negotiation.admin.refusals import told
from negotiation.domain.words import plain_words
from negotiation.domain.workflow import NegotiationState, TransitionNotAllowed
from negotiation.models import Message, Negotiation
from negotiation.queries.case import case, case_to_decide
from negotiation.queries.claims import CLAIM_LASTS
from negotiation.services import claims, reviews
from negotiation.services.messages import write_to_cardholder
from negotiation.services.refusals import Refusal, StaleNegotiation
from negotiation.services.unread import mark_read

Action = Callable[..., HttpResponse | None]
DECIDE = "negotiation.decide_negotiation"


def address_of(negotiation: Negotiation) -> str:
    return reverse("admin:negotiation_negotiation_change", args=[negotiation.pk])


def posted(action: Action) -> Callable[..., HttpResponse]:
    """A view that takes the case's lock, does one thing and returns to the case; a refusal is told there, nothing half done."""

    @require_POST
    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        answer = None
        try:
            with transaction.atomic():
                negotiation = case_to_decide(pk)
                answer = action(request, negotiation, timezone.now())
                if answer is None or isinstance(answer, HttpResponseRedirect):
                    _mark_heard(request, negotiation)
        except Negotiation.DoesNotExist:
            raise Http404 from None
        except (Refusal, TransitionNotAllowed) as refusal:
            answer = _refused(request, pk, refusal)
        return answer or HttpResponseRedirect(reverse("admin:negotiation_negotiation_change", args=[pk]))

    return view


def claim(request: HttpRequest, negotiation: Negotiation, now: datetime) -> None:
    claims.claim(negotiation=negotiation, reviewer=request.user, now=now)
    hours = CLAIM_LASTS // timedelta(hours=1)
    words = ngettext(
        "The case is yours for %(hours)s hour, or until you release it. Nobody else can decide on it.",
        "The case is yours for %(hours)s hours, or until you release it. Nobody else can decide on it.",
        hours,
    )
    messages.info(request, words % {"hours": hours})


def release(request: HttpRequest, negotiation: Negotiation, now: datetime) -> None:
    claims.release(negotiation=negotiation, reviewer=request.user, now=now)
    messages.info(request, _("The case is back in the queue."))


def accept(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return case_page(request, Case(negotiation, request.user, now), accept_form=form)
    reviews.accept(
        negotiation=negotiation,
        reviewer=request.user,
        quote_reference=form.cleaned_data["seen"],
        message=form.cleaned_data["message"],
        now=now,
    )
    _tell(request, negotiation, _("Accepted. The cardholder is told and can sign."))
    return None


def counter(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    seen_case = Case(negotiation, request.user, now)
    form = CounterForm(request.POST, table=seen_case.table)
    plan = drafted(seen_case, form)
    if plan is None or not plan.is_acceptable or seen_case.worse_ways(plan.plan):
        return case_page(request, seen_case, counter_form=form)
    _check_seen(form, negotiation, seen_case)
    reviews.counter_with(
        negotiation=negotiation,
        reviewer=request.user,
        terms=plan.plan.terms,
        message=form.cleaned_data["message"],
        now=now,
    )
    _tell(request, negotiation, _("The counter-offer is on its way to the cardholder."))
    return None


def decline(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    seen_case = Case(negotiation, request.user, now)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return case_page(request, seen_case, decline_form=form)
    _check_seen(form, negotiation, seen_case)
    reviews.decline(
        negotiation=negotiation,
        reviewer=request.user,
        reasons=form.cleaned_data["reasons"],
        message=form.cleaned_data["message"],
        now=now,
    )
    messages.info(request, _("Declined. The cardholder is told why and what they can do next."))
    return None


def confirm(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    form = DecisionForm(request.POST)
    _check_seen(form, negotiation, Case(negotiation, request.user, now))
    reviews.confirm(negotiation=negotiation, reviewer=request.user, now=now)
    messages.info(request, _("Confirmed. The cardholder is told."))
    return None


def send_back(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    seen_case = Case(negotiation, request.user, now)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return case_page(request, seen_case, send_back_form=form)
    _check_seen(form, negotiation, seen_case)
    reviews.send_back(negotiation=negotiation, reviewer=request.user, note=form.cleaned_data["note"], now=now)
    messages.info(request, _("Sent back to the first reviewer with your note."))
    return None


def add_note(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return case_page(request, Case(negotiation, request.user, now), note_form=form)
    reviews.add_note(negotiation=negotiation, reviewer=request.user, text=form.cleaned_data["text"], now=now)
    return HttpResponseRedirect(address_of(negotiation) + "#notes")


def write(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse | None:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return case_page(request, Case(negotiation, request.user, now), message_form=form)
    write_to_cardholder(negotiation=negotiation, reviewer=request.user, text=form.cleaned_data["text"], now=now)
    return HttpResponseRedirect(address_of(negotiation) + "#messages")


def read(request: HttpRequest, negotiation: Negotiation, now: datetime) -> HttpResponse:
    """The button by which a reviewer says that there was nothing to answer; ``posted`` marks the messages as read."""
    return HttpResponseRedirect(address_of(negotiation) + "#messages")


@require_POST
def figures(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The figures of a counter-offer that is being put together: a part for the live page, the whole page without JavaScript."""
    if not request.user.has_perm(DECIDE):
        raise PermissionDenied
    try:
        seen_case = Case(case(pk), request.user, timezone.now())
    except Negotiation.DoesNotExist:
        raise Http404 from None
    form = CounterForm(_with_suggestion(request.POST, seen_case), table=seen_case.table)
    if request.headers.get("HX-Request"):
        return render(request, "admin/negotiation/negotiation/parts/figures.html", figures_of(seen_case, form))
    return case_page(request, seen_case, counter_form=form)


def _refused(request: HttpRequest, pk: uuid.UUID, refusal: Exception) -> HttpResponse | None:
    """Say what happened on the case as it now stands; words that were not sent are shown there, so that they can be copied."""
    messages.warning(request, told(refusal))
    written = (words for name, words in request.POST.items() if name.endswith(("message", "text", "note")))
    unsent = next(filter(None, map(plain_words, written)), "")
    if not unsent:
        return None
    return case_page(request, Case(case(pk), request.user, timezone.now()), unsent=unsent)


def _with_suggestion(posted: QueryDict, seen_case: Case) -> QueryDict:
    """What was typed, with the terms of the suggestion whose button was pressed; the message stays."""
    number = posted.get("suggestion", "")
    if not (number.isdecimal() and int(number) < len(seen_case.suggestions)):
        return posted
    typed = posted.copy()
    for name in [name for name in typed if name == "amount" or name.startswith(WAIVED)]:
        del typed[name]
    for name, value in seen_case.table.form_values(seen_case.suggestions[int(number)].terms).items():
        typed[name] = str(value)
    return typed


def _mark_heard(request: HttpRequest, negotiation: Negotiation) -> None:
    """Whoever decides or answers has read the messages that stood on the page; a form says which was the newest."""
    try:
        newest = uuid.UUID(request.POST.get("heard", ""))
        mark_read(negotiation=negotiation, reviewer=request.user, newest=newest, now=timezone.now())
    except (ValueError, Message.DoesNotExist):
        return


def _check_seen(form: DecisionForm, negotiation: Negotiation, seen_case: Case) -> None:
    """:raises StaleNegotiation: if another offer lies on the table than when the page was opened."""
    if not form.is_valid() or form.cleaned_data["seen"] != seen_case.seen:
        raise StaleNegotiation(negotiation.reference)


def _tell(request: HttpRequest, negotiation: Negotiation, decided: str) -> None:
    is_pending = negotiation.state == NegotiationState.AWAITING_SECOND_APPROVAL
    messages.info(request, _("Above your authority: a second person has been asked.") if is_pending else decided)
