"""Signing what was agreed, a page a step: what it costs, what is promised, and the document with a one-time code.

Each page opens only after the one before; the services check again. The bank's signature follows in the worker.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from negotiation.domain.cost import all_in_cost
from negotiation.domain.workflow import NegotiationState
from negotiation.queries.agreements import agreement_of, documents_of, governing_document
from negotiation.queries.negotiations import negotiation_for
from negotiation.services import signing as services
from negotiation.services.agreement_content import contingent_costs, cost_items
from negotiation.services.refusals import DocumentChanged, NotReadyToSign, ReadingTimeTooShort
from portal.accounts import step_up
from portal.journey import steps
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.codes import CodeForm, say_spent, send_code_for, used_code
from portal.journey.fields import typed


class UndertakingsForm(forms.Form):
    """One tick an undertaking, all of them needed, none ticked beforehand."""

    def __init__(self, *args: Any, required: tuple[services.Undertaking, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in required:
            self.fields[item.name] = forms.BooleanField(
                label=mark_safe(item.words),  # noqa: S308 - the bank's own published text
                error_messages={"required": _("Please tick this undertaking; the agreement needs each of them.")},
            )


@posted_by_cardholder
def begin_signing(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Put the cost sheet on screen, from when its reading time counts; or go on where signing was left."""
    agreement = _agreement(cardholder, reference)
    services.show_cost_sheet(cardholder=cardholder, reference=agreement.reference, now=timezone.now())
    return redirect(steps.next_step(steps.SIGNING, agreement), reference)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def cost_sheet(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The all-in cost sheet (金规〔2026〕2号), confirmed after its reading time."""
    agreement = _agreement(cardholder, reference)
    if agreement.cost_sheet_shown_at is None:
        raise steps.StepMissing("negotiation", reference)
    if request.method == "POST":
        return _confirm_cost_sheet(request, cardholder, agreement)
    left = agreement.cost_sheet_shown_at + services.READING_TIME - timezone.now()
    context = {**_sheet(agreement), "seconds_left": max(0, -int(-left.total_seconds() // 1))}
    return render(request, "journey/cost_sheet.html", context | steps.shown(steps.SIGNING, "cost_sheet"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def undertakings(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """What the cardholder promises, each to be ticked by itself."""
    agreement = _agreement(cardholder, reference)
    steps.require(steps.SIGNING, "undertakings", agreement, reference)
    language = get_language() or "zh-hans"
    form = UndertakingsForm(typed(request), required=services.required_undertakings(agreement, language))
    if request.method == "POST" and form.is_valid():
        given = {name for name, is_ticked in form.cleaned_data.items() if is_ticked}
        services.give_undertakings(
            cardholder=cardholder, reference=agreement.reference, names=given, language=language, now=timezone.now()
        )
        return redirect("sign", reference)
    context = {"negotiation": agreement.negotiation, "form": form, **steps.shown(steps.SIGNING, "undertakings")}
    return render(request, "journey/undertakings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def sign(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The exact document, and the code that signs it."""
    agreement = _agreement(cardholder, reference)
    steps.require(steps.SIGNING, "sign", agreement, reference)
    documents = list(documents_of(agreement))
    form = CodeForm(typed(request))
    if request.method == "POST" and form.is_valid() and _is_signed_with(request, cardholder, agreement, form):
        return redirect("negotiation", reference)
    context = {
        "negotiation": agreement.negotiation,
        "agreement": agreement,
        "documents": documents,
        "governing": next((document for document in documents if document.is_governing), None),
        "form": form,
        **steps.shown(steps.SIGNING, "sign"),
    }
    return render(request, "journey/sign.html", context)


@require_safe
@for_cardholder
def document_ready(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Asked by the page that waits for the document: nothing yet (204), or the page anew."""
    is_ready = governing_document(_agreement(cardholder, reference)) is not None
    return HttpResponse(headers={"HX-Refresh": "true"}) if is_ready else HttpResponse(status=204)


@posted_by_cardholder
def send_code(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Send a code that signs the document named in the form, and nothing else."""
    agreement = _agreement(cardholder, reference)
    steps.require(steps.SIGNING, "sign", agreement, reference)
    send_code_for(request, step_up.CodePurpose.SIGN, _shown_document(request, agreement))
    return redirect("sign", reference)


def _agreement(cardholder: Any, reference: str) -> Any:
    """The agreement to be signed.

    :raises StepMissing: if there is none to sign (any more): the negotiation's page says why.
    """
    found = negotiation_for(cardholder=cardholder, reference=reference)
    agreement = agreement_of(found)
    if agreement is None or found.state != NegotiationState.AGREED:
        raise steps.StepMissing("negotiation", reference)
    return agreement


def _confirm_cost_sheet(request: HttpRequest, cardholder: Any, agreement: Any) -> HttpResponse:
    reference = agreement.negotiation.reference
    try:
        services.confirm_cost_sheet(cardholder=cardholder, reference=agreement.reference, now=timezone.now())
    except ReadingTimeTooShort:
        messages.info(request, _("A few more seconds, please: the law gives you time to read this page."))
        return redirect("cost_sheet", reference)
    return redirect("undertakings", reference)


def _sheet(agreement: Any) -> dict[str, Any]:
    schedule = agreement.quote.schedule
    is_english = (get_language() or "").startswith("en")
    words = "en" if is_english else "zh"
    return {
        "negotiation": agreement.negotiation,
        "schedule": schedule,
        "items": [_in_language(item, words) for item in cost_items(schedule)],
        "contingent": [
            _in_language(item, words) for item in contingent_costs(agreement.negotiation.account.daily_rate)
        ],
        "all_in_rate": all_in_cost(schedule).total,
        "quote": agreement.quote,
    }


def _in_language(item: Any, words: str) -> dict[str, Any]:
    said = {name: getattr(getattr(item, name), words) for name in ("name", "recipient", "manner", "standard")}
    return said | {"yearly_rate": item.yearly_rate}


def _is_signed_with(request: HttpRequest, cardholder: Any, agreement: Any, form: CodeForm) -> bool:
    """Use the code for the document that the page showed, and sign it; a code that does not fit is said on the form.

    A second press finds its code used by the first: what was asked for is done.
    """
    shown = _shown_document(request, agreement)
    try:
        used = used_code(request, step_up.CodePurpose.SIGN, shown, form)
    except step_up.CodeSpent:
        agreement.refresh_from_db(fields=["signed_at"])
        if agreement.signed_at is None:
            say_spent(form)
        return agreement.signed_at is not None
    if used is None:
        return False
    signature, now = services.StepUp(used, shown), timezone.now()
    services.sign(cardholder=cardholder, reference=agreement.reference, step_up=signature, now=now)
    return True


def _shown_document(request: HttpRequest, agreement: Any) -> str:
    """The hash of the document that the page showed.

    :raises NotReadyToSign: if there is no document yet.
    :raises DocumentChanged: if it is not the one that is to be signed.
    """
    governing = governing_document(agreement)
    if governing is None:
        raise NotReadyToSign(agreement.reference)
    if request.POST.get("document") != governing.draft_sha256:
        raise DocumentChanged(agreement.reference)
    return governing.draft_sha256
