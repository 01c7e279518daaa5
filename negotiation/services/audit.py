"""Do the records still say what the events said when they were written? For what the chains name by hash, moment or person.

Reads everything, changes nothing; the chains themselves are walked by ``services.events``, words are compared by ``services.audit_words``.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model

from negotiation.domain.chain import sha256_of
from negotiation.domain.policy import PolicyRefused, policy_data
from negotiation.domain.workflow import NegotiationState, PlanState
from negotiation.models import (
    Agreement,
    Concern,
    ContactPreference,
    Document,
    Event,
    Negotiation,
    Offer,
    OfferKind,
    Plan,
    PolicyVersion,
    Quote,
    TextVersion,
    VersionState,
)
from negotiation.queries.concerns import concern_stream
from negotiation.queries.events import cardholder_stream, negotiation_stream, plan_stream
from negotiation.queries.issued import issued_file
from negotiation.services.audit_words import altered_words, words_differ
from negotiation.services.contact_preferences import said_of
from negotiation.services.drafts import DRAFT_KEPT
from negotiation.services.quotes import stored_quote_hash

STATED = {
    "proposed": OfferKind.OFFER,
    "countered": OfferKind.COUNTER,
    "accepted": OfferKind.ACCEPT,
    "declined": OfferKind.DECLINE,
    "withdrawn": OfferKind.WITHDRAW,
    "expired": OfferKind.EXPIRE,
}
STEPS = {
    "cost_sheet_shown": "cost_sheet_shown_at",
    "cost_sheet_confirmed": "cost_sheet_confirmed_at",
    "undertakings_given": "undertakings_given_at",
    "signed": "signed_at",
    "sealed": "sealed_at",
}


@dataclass(frozen=True, slots=True)
class AlteredRecord:
    """A record that is not what its events say, and in what."""

    record: str
    part: str


def altered_records() -> Iterator[AlteredRecord]:
    """Compare every quote, negotiation, agreement, document, plan and published policy with what was recorded of it.

    Whatever seems altered is looked at twice, because it may just have moved.
    """
    for model, faults in CHECKS:
        for pk in model._default_manager.values_list("pk", flat=True).iterator():
            if _now(model, pk, faults):
                yield from _now(model, pk, faults)
    yield from _missing_texts()
    yield from _missing_concerns()


def _now(model: type[Model], pk: Any, faults: Callable[[Any], Iterator[str]]) -> list[AlteredRecord]:
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        return []
    try:
        parts = list(faults(row))
    except (ValueError, TypeError, LookupError, ArithmeticError):
        parts = ["contents, beyond reading"]
    return [AlteredRecord(f"{model._meta.model_name} {row}", part) for part in parts]


def _quote(quote: Quote) -> Iterator[str]:
    if quote.sha256 != stored_quote_hash(quote):
        yield "terms or rows"
        return
    schedule = quote.schedule
    if (quote.total_interest, quote.last_due_date) != (schedule.total_interest, schedule.last_date):
        yield "totals"


def _negotiation(negotiation: Negotiation) -> Iterator[str]:
    events = _events(negotiation_stream(negotiation))
    if not events or negotiation.state != _last_state(events, NegotiationState.DRAFT):
        yield "state"
    said = [event for event in events if event.kind in STATED]
    offers = list(negotiation.offers.select_related("quote").order_by("seq"))
    if [_as_event(event) for event in said] != [_as_offer(offer) for offer in offers]:
        yield "offers"
    yield from _ends(negotiation, offers, events)
    agreement = Agreement.objects.filter(negotiation=negotiation).first()
    of_plan = _events(plan_stream(agreement)) if agreement else []
    pairs = zip(said, offers, strict=False)
    statements = [(event, offer) for event, offer in pairs if _as_event(event) == _as_offer(offer)]
    yield from altered_words(negotiation, events + of_plan, statements)
    attached = {event.data["document"]: event.data["sha256"] for event in events if event.kind == "document_attached"}
    if attached != dict(negotiation.supporting_documents.values_list("reference", "sha256")):
        yield "supporting documents"


def _ends(negotiation: Negotiation, offers: list[Offer], events: list[Event]) -> Iterator[str]:
    """When offers and the negotiation run out: the policy's days after the terms were put on the table, or were agreed."""
    days = dict(PolicyVersion.objects.values_list("number", "offer_validity_days"))
    ends = {
        event.at: event.at + timedelta(days=days[event.data["policy_version"]])
        for event in events
        if event.kind in ("proposed", "countered", "accepted")
    }
    proposing = (OfferKind.OFFER, OfferKind.COUNTER)
    if any(offer.expires_at != (ends.get(offer.made_at) if offer.kind in proposing else None) for offer in offers):
        yield "end of an offer"
    if events and negotiation.expires_at != max(ends.values(), default=events[0].at + DRAFT_KEPT):
        yield "end"


def _agreement(agreement: Agreement) -> Iterator[str]:
    events = {event.kind: event for event in _events(negotiation_stream(agreement.negotiation))}
    for kind, moment in STEPS.items():
        if getattr(agreement, moment) != (events[kind].at if kind in events else None):
            yield moment
    signed = events.get("signed")
    said = (signed.data["sha256"], signed.data["step_up"], signed.actor_user_id) if signed else ("", "", None)
    if said != (agreement.signed_document_sha256, agreement.step_up_reference, agreement.signed_by_id):
        yield "signature of the cardholder"
    if "accepted" in events and events["accepted"].data["sha256"] != agreement.quote.sha256:
        yield "quote"


def _document(document: Document) -> Iterator[str]:
    agreement = document.agreement
    events = _events(negotiation_stream(agreement.negotiation)) + _events(plan_stream(agreement))
    digests = [event.data["sha256"] for event in events if isinstance(event.data.get("sha256"), dict)]
    issued = {digest for by_language in digests for digest in by_language.values()}
    if document.draft_sha256 != _sha256(document.draft_content):
        yield "bytes shown for signing"
    if document.content is not None and document.sha256 != _sha256(document.content):
        yield "signed bytes"
    if not issued & {document.sha256, document.draft_sha256} or (document.sha256 and document.sha256 not in issued):
        yield "hash"
    if any(renewal.sha256 not in issued for renewal in document.renewals.all()):
        yield "hash of a renewal"
    if document.renewals.exists() and issued_file(document).sha256 != _sha256(issued_file(document).content):
        yield "bytes of a renewal"


def _plan(plan: Plan) -> Iterator[str]:
    first = PlanState.PENDING_DOWN_PAYMENT if plan.down_payment else PlanState.ACTIVE
    events = _events(plan_stream(plan.agreement))
    if plan.state != _last_state(events, first):
        yield "state"
    if plan.reopened_at != max((event.at for event in events if event.kind == "plan_reopened"), default=None):
        yield "reopening"
    columns = ("seq", "due_date", "principal", "interest", "fee", "payment", "balance_after")
    agreed = [tuple(getattr(row, column) for column in columns) for row in plan.agreement.quote.schedule.rows]
    if agreed != list(plan.instalments.order_by("seq").values_list(*columns)):
        yield "instalments"


def _policy(version: PolicyVersion) -> Iterator[str]:
    published = [event for event in _events(f"policy:{version.number}") if event.kind == "policy_published"]
    said = published[0].data["sha256"] if published else ""
    if said != version.sha256 or bool(said) != (version.state == VersionState.PUBLISHED):
        yield "publication"
    elif said and said != _policy_hash(version):
        yield "limits"


def _text(version: TextVersion) -> Iterator[str]:
    published = [event for event in _events(f"text:{version.name}") if event.kind == "text_published"]
    said = {event.data["version"]: event.data["sha256"] for event in published}.get(version.version, "")
    if said != version.sha256 or bool(said) != (version.state == VersionState.PUBLISHED):
        yield "publication"
    elif said and said != version.fingerprint:
        yield "wording"


def _contact_preference(preference: ContactPreference) -> Iterator[str]:
    chosen = [
        event
        for event in _events(cardholder_stream(preference.cardholder))
        if event.kind == "contact_preference_chosen"
    ]
    said = {name: value for name, value in chosen[-1].data.items() if name != "cardholder"} if chosen else {}
    if said != said_of(preference.wish) or chosen[-1].at != preference.chosen_at:
        yield "wish"


def _concern(concern: Concern) -> Iterator[str]:
    raised, *later = _events(concern_stream(concern))
    said = (
        raised.at,
        raised.actor_user_id,
        *(raised.data[name] for name in ("kind", "component", "posting", "reason")),
    )
    kept = (
        concern.raised_at,
        concern.cardholder.user_id,
        concern.kind,
        concern.component,
        concern.posting,
        concern.reason,
    )
    account = concern.account.reference if concern.account else ""
    if said != kept or raised.data["account"] != account or words_differ(concern, "words", raised):
        yield "what was raised"
    days = [event.data["answer_by"] for event in (raised, *later) if "answer_by" in event.data]
    if (concern.state, concern.answer_by.isoformat()) != (_last_state([raised, *later], ""), days[-1]):
        yield "state or day of the answer"
    yield from _answer(concern, [event for event in later if event.kind in ("concern_answered", "concern_withdrawn")])


def _answer(concern: Concern, closing: list[Event]) -> Iterator[str]:
    if concern.closed_at != (closing[0].at if closing else None):
        yield "moment of closing"
    answered = next((event for event in closing if event.kind == "concern_answered"), None)
    said = (answered.data["outcome"], answered.actor_user_id) if answered else ("", None)
    if said != (concern.outcome, concern.answered_by_id) or (answered and words_differ(concern, "answer", answered)):
        yield "answer"


def _missing_texts() -> Iterator[AlteredRecord]:
    """A published text is never deleted: documents name its version."""
    there = set(TextVersion.objects.values_list("name", "version"))
    for data in Event.objects.filter(kind="text_published").order_by("pk").values_list("data", flat=True):
        if (data["text"], data["version"]) not in there:
            yield AlteredRecord(f"textversion {data['text']} {data['version']}", "everything")


def _missing_concerns() -> Iterator[AlteredRecord]:
    """What was raised stays on record, whatever became of it."""
    there = set(Concern.objects.values_list("reference", flat=True))
    raised = Event.objects.filter(kind="concern_raised").order_by("pk").values_list("data__concern", flat=True)
    yield from (AlteredRecord(f"concern {reference}", "everything") for reference in raised if reference not in there)


def _policy_hash(version: PolicyVersion) -> str:
    try:
        return sha256_of(policy_data(version.limit_policy))
    except PolicyRefused:
        return ""


def _events(stream: str) -> list[Event]:
    return list(Event.objects.filter(stream__name=stream).order_by("seq"))


def _last_state(events: list[Event], first: str) -> str:
    return next((event.data["to"] for event in reversed(events) if "to" in event.data), str(first))


def _as_event(event: Event) -> tuple[Any, ...]:
    quote = (event.data["quote"], event.data["sha256"]) if "quote" in event.data else None
    return STATED[event.kind], event.actor_kind, event.actor_user_id, event.at, quote, event.data.get("reason", "")


def _as_offer(offer: Offer) -> tuple[Any, ...]:
    quote = (offer.quote.reference, offer.quote.sha256) if offer.quote else None
    return offer.kind, offer.party, offer.author_id, offer.made_at, quote, offer.reason_codes


def _sha256(content: Any) -> str:
    return hashlib.sha256(bytes(content)).hexdigest()


CHECKS: tuple[tuple[type[Model], Callable[[Any], Iterator[str]]], ...] = (
    (Quote, _quote),
    (Negotiation, _negotiation),
    (Agreement, _agreement),
    (Document, _document),
    (Plan, _plan),
    (PolicyVersion, _policy),
    (TextVersion, _text),
    (ContactPreference, _contact_preference),
    (Concern, _concern),
)
