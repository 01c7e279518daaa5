"""What the bank does in a negotiation: accept, counter, decline, give the second approval, leave notes for colleagues."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from negotiation.domain.authority import Authority, Decision, Role, authority, may_confirm
from negotiation.domain.offers import worsenings
from negotiation.domain.terms import ZERO, PlanTerms, Schedule
from negotiation.domain.workflow import Action, ActorKind
from negotiation.models import DeclineReason, Event, Negotiation, Note, Offer, OfferKind, Quote, User
from negotiation.models.sealed import SealedTextField
from negotiation.queries.conflicts import is_same_person
from negotiation.queries.events import negotiation_stream
from negotiation.queries.negotiations import last_offer_of_bank, offer_on_the_table
from negotiation.queries.policies import policy_version
from negotiation.services.agreements import begin_agreement
from negotiation.services.claims import deciding_actor, reviewer_actor
from negotiation.services.events import Actor, record
from negotiation.services.fingerprints import fingerprinted
from negotiation.services.offers import named, state_offer
from negotiation.services.quotes import policy_of, quote_plan
from negotiation.services.refusals import (
    NotAuthorised,
    NothingSaid,
    OfferExpired,
    OutsideLimits,
    QuoteNotForThis,
    ReasonUnknown,
    SamePerson,
    StaleNegotiation,
    WorsenedOffer,
)
from negotiation.services.transitions import move
from negotiation.services.words import kept_words


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision being made: on which negotiation, by whom, with which words, when."""

    negotiation: Negotiation
    actor: Actor
    message: str
    now: datetime


@transaction.atomic
def accept(
    *, negotiation: Negotiation, reviewer: User, quote_reference: str, now: datetime, message: str = ""
) -> Event:
    """Accept the cardholder's newest proposal; beyond the reviewer's authority it waits for a second person.

    :raises QuoteNotForThis: if it is not the newest proposal.
    :raises OfferExpired, OutsideLimits, ClaimedByAnother, NotAuthorised, OwnAccount:
    :raises StaleNegotiation, TransitionNotAllowed: if somebody acted first.
    """
    actor = deciding_actor(negotiation, reviewer, now=now)
    offer = _proposal(negotiation, quote_reference, now)
    if not offer.quote.is_within_limits:
        raise OutsideLimits(offer.quote.reasons)
    case = _Case(negotiation, actor, kept_words(message), now)
    if _authority(actor, offer.quote) == Authority.WITH_SECOND:
        return _await_second(case, offer.quote)
    return _agree(case, offer.quote, Action.ACCEPT)


@transaction.atomic
def counter(*, negotiation: Negotiation, reviewer: User, quote: Quote, message: str, now: datetime) -> Event:
    """Offer other terms; beyond the reviewer's authority they wait for a second person.

    :raises WorsenedOffer: if the bank has made a better offer in this negotiation.
    :raises QuoteNotForThis, OfferExpired, OutsideLimits, ClaimedByAnother, NotAuthorised, OwnAccount, StaleNegotiation:
    """
    actor = deciding_actor(negotiation, reviewer, now=now)
    _check_counter(negotiation, quote, now)
    case = _Case(negotiation, actor, kept_words(message), now)
    if _authority(actor, quote) == Authority.WITH_SECOND:
        return _await_second(case, quote)
    return _offer(case, quote, Action.COUNTER)


@transaction.atomic
def counter_with(*, negotiation: Negotiation, reviewer: User, terms: PlanTerms, message: str, now: datetime) -> Event:
    """Quote the terms under the negotiation's policy version and offer that quote; a refusal stores neither.

    :raises BadInput: if no schedule follows from the terms.
    :raises WorsenedOffer, OutsideLimits, ClaimedByAnother, NotAuthorised, OwnAccount, StaleNegotiation:
    """
    policy = policy_of(negotiation=negotiation, now=now)
    quote = quote_plan(account=negotiation.account, terms=terms, now=now, policy=policy)
    return counter(negotiation=negotiation, reviewer=reviewer, quote=quote, message=message, now=now)


@transaction.atomic
def decline(
    *, negotiation: Negotiation, reviewer: User, reasons: Collection[str], message: str, now: datetime
) -> Event:
    """End the negotiation from the bank's side, with every reason that applies; the cardholder is told each in kind words.

    :raises ReasonUnknown: if there is no reason, or one that has no words.
    :raises ClaimedByAnother, MessageTooLong, NotAuthorised, OwnAccount, StaleNegotiation, TransitionNotAllowed:
    """
    actor, words = deciding_actor(negotiation, reviewer, now=now), kept_words(message)
    codes = ",".join(_known(reasons))
    event = move(
        negotiation=negotiation,
        action=Action.DECLINE,
        actor=actor,
        event="declined",
        data={"reason": codes, **fingerprinted(words)},
        now=now,
    )
    state_offer(
        negotiation=negotiation, kind=OfferKind.DECLINE, actor=actor, reason_codes=codes, message=words, now=now
    )
    return event


@transaction.atomic
def confirm(*, negotiation: Negotiation, reviewer: User, now: datetime) -> Event:
    """Give the second approval to what waits for it.

    :raises SamePerson: if the second person is the first.
    :raises NotAuthorised: if their authority does not cover the decision.
    :raises OfferExpired: if the proposal, or the quote to be offered, was valid until a moment that has passed.
    :raises OwnAccount, StaleNegotiation, TransitionNotAllowed:
    """
    actor = reviewer_actor(negotiation, reviewer)
    quote = negotiation.pending_quote
    if quote is None:
        raise StaleNegotiation(negotiation.reference)
    if negotiation.pending_by and is_same_person(negotiation.pending_by, reviewer):
        raise SamePerson(negotiation.reference)
    if not may_confirm(Role(actor.kind.value), _decision(quote), policy_version(quote.policy_version).authority):
        raise NotAuthorised(reviewer.pk)
    case = _Case(negotiation, actor, negotiation.pending_message, now)
    offer = offer_on_the_table(negotiation)
    is_acceptance = offer is not None and offer.quote_id == quote.pk
    valid_until = offer.expires_at if offer is not None and is_acceptance else quote.expires_at
    if valid_until is not None and valid_until <= now:
        raise OfferExpired(quote.reference)
    if is_acceptance:
        return _agree(case, quote, Action.CONFIRM_ACCEPTANCE)
    return _offer(case, quote, Action.CONFIRM_COUNTER)


@transaction.atomic
def send_back(*, negotiation: Negotiation, reviewer: User, note: str, now: datetime) -> Event:
    """Refuse the second approval: the case goes back to the first reviewer, with an internal note.

    :raises NothingSaid, MessageTooLong, NotAuthorised, OwnAccount, StaleNegotiation, TransitionNotAllowed:
    """
    actor = reviewer_actor(negotiation, reviewer)
    written = _noted(negotiation, reviewer, note, now)
    return move(
        negotiation=negotiation,
        action=Action.SEND_BACK,
        actor=actor,
        event="sent_back",
        data={"note": written.pk, **fingerprinted(written.text)},
        now=now,
        **_NOTHING_PENDING,
    )


@transaction.atomic
def add_note(*, negotiation: Negotiation, reviewer: User, text: str, now: datetime) -> Note:
    """Write down what other reviewers should know; the cardholder never sees it. Every reviewer may, whoever has the case.

    :raises NothingSaid, MessageTooLong, NotAuthorised, OwnAccount:
    """
    actor = reviewer_actor(negotiation, reviewer)
    note = _noted(negotiation, reviewer, text, now)
    record(
        stream=negotiation_stream(negotiation),
        kind="noted",
        actor=actor,
        data={"negotiation": negotiation.reference, "note": note.pk, **fingerprinted(note.text)},
        now=now,
    )
    return note


def decision_about(*, owed: Decimal, schedule: Schedule) -> Decision:
    """What the authority matrix looks at: the debt in yuan, the share of it that the plan waives, the plan's months."""
    terms, last = schedule.terms, schedule.last_date
    waived = (owed - terms.principal) / owed if owed > ZERO else Decimal(0)
    months = Decimal((last.year - terms.value_date.year) * 12 + last.month - terms.value_date.month)
    return Decision(amount=owed, waived_share=waived, months=months)


def _known(reasons: Collection[str]) -> list[str]:
    """The codes in the order in which they are told."""
    if not reasons or not set(reasons) <= set(DeclineReason.values):
        raise ReasonUnknown(", ".join(sorted(reasons)))
    return [code for code in DeclineReason.values if code in reasons]


def _noted(negotiation: Negotiation, author: User, text: str, now: datetime) -> Note:
    words = kept_words(text)
    if not words:
        raise NothingSaid(negotiation.reference)
    return Note.objects.create(negotiation=negotiation, author=author, text=words, made_at=now)


_NOTHING_PENDING = {"pending_quote": None, "pending_by": None, "pending_message": ""}


def _proposal(negotiation: Negotiation, quote_reference: str, now: datetime) -> Offer:
    offer = offer_on_the_table(negotiation)
    if offer is None or offer.quote.reference != quote_reference or offer.party != ActorKind.CARDHOLDER:
        raise QuoteNotForThis(quote_reference)
    if offer.expires_at is not None and offer.expires_at <= now:
        raise OfferExpired(quote_reference)
    return offer


def _check_counter(negotiation: Negotiation, quote: Quote, now: datetime) -> None:
    if quote.account_id != negotiation.account_id or quote.offers.exists():
        raise QuoteNotForThis(quote.reference)
    if quote.expires_at <= now:
        raise OfferExpired(quote.reference)
    if not quote.is_within_limits:
        raise OutsideLimits(quote.reasons)
    earlier = last_offer_of_bank(negotiation)
    ways = worsenings(earlier.quote.schedule, quote.schedule) if earlier else ()
    if ways:
        raise WorsenedOffer(tuple(way.value for way in ways))


def _decision(quote: Quote) -> Decision:
    return decision_about(owed=quote.snapshot.total, schedule=quote.schedule)


def _authority(actor: Actor, quote: Quote) -> Authority:
    """What the reviewer may do, by the matrix of the version under which the quote was judged."""
    answer = authority(Role(actor.kind.value), _decision(quote), policy_version(quote.policy_version).authority)
    if answer == Authority.NONE:
        raise NotAuthorised(quote.reference)
    return answer


def _await_second(case: _Case, quote: Quote) -> Event:
    return move(
        negotiation=case.negotiation,
        action=Action.REQUEST_SECOND_APPROVAL,
        actor=case.actor,
        event="second_approval_requested",
        data={**named(quote), **fingerprinted(case.message)},
        now=case.now,
        pending_quote=quote,
        pending_by=case.actor.user,
        pending_message=_pending_words(case),
    )


def _pending_words(case: _Case) -> str:
    """The message as the row holds it, until the second person decides."""
    field = Negotiation._meta.get_field("pending_message")
    assert isinstance(field, SealedTextField)
    return field.sealed_for(case.negotiation, case.message)


def _agree(case: _Case, quote: Quote, action: Action) -> Event:
    event = _decide(case, quote, action, "accepted")
    state_offer(
        negotiation=case.negotiation,
        kind=OfferKind.ACCEPT,
        actor=case.actor,
        quote=quote,
        message=case.message,
        now=case.now,
    )
    begin_agreement(negotiation=case.negotiation, quote=quote, now=case.now)
    return event


def _offer(case: _Case, quote: Quote, action: Action) -> Event:
    valid_until = case.now + timedelta(days=policy_version(quote.policy_version).offer_validity_days)
    event = _decide(case, quote, action, "countered", expires_at=valid_until, answer_due_at=None)
    state_offer(
        negotiation=case.negotiation,
        kind=OfferKind.COUNTER,
        actor=case.actor,
        quote=quote,
        message=case.message,
        now=case.now,
        expires_at=valid_until,
    )
    return event


def _decide(case: _Case, quote: Quote, action: Action, event: str, **changes: Any) -> Event:
    return move(
        negotiation=case.negotiation,
        action=action,
        actor=case.actor,
        event=event,
        data={**named(quote), **fingerprinted(case.message)},
        now=case.now,
        **_NOTHING_PENDING,
        **changes,
    )
