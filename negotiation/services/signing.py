"""How an agreement is signed: cost sheet read, undertakings given, the shown document accepted with a one-time code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from negotiation.documents.texts import UNDERTAKINGS
from negotiation.domain.workflow import Action, ActorKind, NegotiationState
from negotiation.jobs.outbox import enqueue
from negotiation.models import Agreement, Cardholder, Document, Event, Negotiation
from negotiation.queries.agreements import agreement_for, governing_document
from negotiation.queries.events import negotiation_stream
from negotiation.services.agreement_content import agreement_texts
from negotiation.services.events import Actor, record
from negotiation.services.refusals import (
    DocumentChanged,
    NotReadyToSign,
    OfferExpired,
    ReadingTimeTooShort,
    StaleNegotiation,
)
from negotiation.services.transitions import move

READING_TIME = timedelta(seconds=10)
"""The shortest time for which the all-in cost sheet must have been on screen (金规〔2026〕2号: forced reading time)."""


@dataclass(frozen=True, slots=True)
class StepUp:
    """A fresh one-time code that was typed for exactly this document."""

    reference: str
    document_sha256: str


@transaction.atomic
def show_cost_sheet(*, cardholder: Cardholder, reference: str, now: datetime) -> Agreement:
    """Note when the cost sheet was first put on screen; showing it again does not restart the clock."""
    agreement = _signable(cardholder, reference, now)
    if Agreement.objects.filter(pk=agreement.pk, cost_sheet_shown_at__isnull=True).update(cost_sheet_shown_at=now):
        agreement.cost_sheet_shown_at = now
        _record(agreement, cardholder, "cost_sheet_shown", now)
    return agreement


@transaction.atomic
def confirm_cost_sheet(*, cardholder: Cardholder, reference: str, now: datetime) -> Agreement:
    """Note that the cost sheet was read and confirmed.

    :raises ReadingTimeTooShort: if it was not on screen for ``READING_TIME``.
    :raises NotReadyToSign: if it was never shown.
    """
    agreement = _signable(cardholder, reference, now)
    if agreement.cost_sheet_shown_at is None:
        raise NotReadyToSign(reference)
    if now - agreement.cost_sheet_shown_at < READING_TIME:
        raise ReadingTimeTooShort(reference)
    if Agreement.objects.filter(pk=agreement.pk, cost_sheet_confirmed_at__isnull=True).update(
        cost_sheet_confirmed_at=now
    ):
        agreement.cost_sheet_confirmed_at = now
        _record(agreement, cardholder, "cost_sheet_confirmed", now)
    return agreement


@dataclass(frozen=True, slots=True)
class Undertaking:
    """One undertaking to be ticked: the name and version of its text, and the words (HTML) in the reader's language."""

    name: str
    version: str
    words: str


def required_undertakings(agreement: Agreement, language: str) -> tuple[Undertaking, ...]:
    """Every undertaking the agreement asks for, in the order shown: the very wordings that its document prints.

    :raises TextNotPublished: if one has no published wording.
    """
    wordings = agreement_texts(agreement)
    asked = [(name, wordings[f"undertaking_{name}"]) for name in UNDERTAKINGS]
    return tuple(Undertaking(name, wording.version, wording.words(language, {})) for name, wording in asked)


@transaction.atomic
def give_undertakings(
    *, cardholder: Cardholder, reference: str, names: set[str], language: str, now: datetime
) -> Agreement:
    """Keep the undertakings that were ticked, each with the version of its text and the language it was read in.

    :raises NotReadyToSign: if one of the required undertakings is missing, or the cost sheet was not confirmed.
    """
    agreement = _signable(cardholder, reference, now)
    required = required_undertakings(agreement, language)
    if agreement.cost_sheet_confirmed_at is None or not {item.name for item in required} <= names:
        raise NotReadyToSign(reference)
    given = [{"name": item.name, "version": item.version, "language": language} for item in required]
    if Agreement.objects.filter(pk=agreement.pk, undertakings_given_at__isnull=True).update(
        undertakings=given, undertakings_given_at=now
    ):
        agreement.undertakings, agreement.undertakings_given_at = given, now
        _record(agreement, cardholder, "undertakings_given", now)
    return agreement


@transaction.atomic
def sign(*, cardholder: Cardholder, reference: str, step_up: StepUp, now: datetime) -> Agreement:
    """Sign the shown document; the bank's signature follows in the worker. A second call changes nothing.

    :raises NotReadyToSign: if a step before is missing or the document is not ready.
    :raises DocumentChanged: if the code was given for another document.
    :raises OfferExpired: if the agreement was not signed in time, or its first instalment is no longer in the future.
    """
    agreement = agreement_for(cardholder=cardholder, reference=reference)
    if agreement.signed_at is not None:
        return agreement
    agreement = _signable(cardholder, reference, now)
    document = governing_document(agreement)
    if document is None or agreement.undertakings_given_at is None:
        raise NotReadyToSign(reference)
    if document.draft_sha256 != step_up.document_sha256:
        raise DocumentChanged(reference)
    return _write_signature(cardholder, agreement, document, step_up, now)


def _write_signature(
    cardholder: Cardholder, agreement: Agreement, document: Document, step_up: StepUp, now: datetime
) -> Agreement:
    actor = Actor(ActorKind.CARDHOLDER, cardholder.user)
    data = {
        "agreement": agreement.reference,
        "document": document.reference,
        "sha256": document.draft_sha256,
        "step_up": step_up.reference,
    }
    move(negotiation=agreement.negotiation, action=Action.SIGN, actor=actor, event="signed", data=data, now=now)
    written = {
        "signed_document_sha256": document.draft_sha256,
        "step_up_reference": step_up.reference,
        "signed_by": cardholder.user,
        "signed_at": now,
    }
    if not Agreement.objects.filter(pk=agreement.pk, signed_at__isnull=True).update(**written):
        raise StaleNegotiation(agreement.reference)
    for name, value in written.items():
        setattr(agreement, name, value)
    enqueue(kind="seal_agreement", key=f"seal:{agreement.pk}", payload={"agreement": str(agreement.pk)}, run_at=now)
    return agreement


def _signable(cardholder: Cardholder, reference: str, now: datetime) -> Agreement:
    """The agreement, while it may still be signed, its negotiation's row held against changes."""
    agreement = agreement_for(cardholder=cardholder, reference=reference)
    negotiation = Negotiation.objects.select_for_update(of=("self",)).get(pk=agreement.negotiation_id)
    if negotiation.state != NegotiationState.AGREED:
        raise StaleNegotiation(reference)
    first_date = agreement.quote.plan_terms.first_date
    if negotiation.expires_at <= now or first_date <= localdate(now):
        raise OfferExpired(reference)
    return agreement


def _record(agreement: Agreement, cardholder: Cardholder, kind: str, now: datetime) -> Event:
    return record(
        stream=negotiation_stream(agreement.negotiation),
        kind=kind,
        actor=Actor(ActorKind.CARDHOLDER, cardholder.user),
        data={"agreement": agreement.reference},
        now=now,
    )
