"""What a cardholder does in a negotiation: propose, counter, accept the bank's offer, withdraw."""

from datetime import datetime, timedelta

from django.db import transaction

from negotiation.domain.workflow import Action, ActorKind, NegotiationState
from negotiation.models import Cardholder, Event, Negotiation, Offer, OfferKind, Quote
from negotiation.queries.negotiations import negotiation_for, offer_on_the_table, quote_for, rounds_used
from negotiation.queries.policies import policy_version
from negotiation.services.agreements import begin_agreement
from negotiation.services.events import SYSTEM, Actor
from negotiation.services.fingerprints import fingerprinted
from negotiation.services.offers import named, state_offer
from negotiation.services.refusals import NoRoundsLeft, OfferExpired, OutsideLimits, QuoteNotForThis
from negotiation.services.transitions import move
from negotiation.services.words import kept_words


def propose(
    *,
    cardholder: Cardholder,
    negotiation_reference: str,
    quote_reference: str,
    now: datetime,
    message: str = "",
    asks_for_help: bool = False,
) -> Negotiation:
    """Put a quote that was shown to the bank; inside the automatic corridor it is agreed at once, by SYSTEM.

    A quote outside the limits is sent only when the cardholder asks for help. Then a person decides, whatever the quote;
    the bank may counter or decline.

    :raises OfferExpired, QuoteNotForThis, OutsideLimits, NoRoundsLeft, MessageTooLong, StaleNegotiation, TransitionNotAllowed:
    """
    with transaction.atomic():
        negotiation = negotiation_for(cardholder=cardholder, reference=negotiation_reference)
        quote = _usable_quote(cardholder, negotiation, quote_reference, now)
        if not (quote.is_within_limits or asks_for_help):
            raise OutsideLimits(quote.reasons)
        _send(negotiation, quote, Actor(ActorKind.CARDHOLDER, cardholder.user), kept_words(message), now)
        if quote.is_automatic and not asks_for_help:
            _accept_at_once(negotiation, quote, now)
    return negotiation


def _usable_quote(cardholder: Cardholder, negotiation: Negotiation, reference: str, now: datetime) -> Quote:
    quote = quote_for(cardholder=cardholder, reference=reference)
    if quote.account_id != negotiation.account_id or quote.offers.exists():
        raise QuoteNotForThis(reference)
    if quote.expires_at <= now:
        raise OfferExpired(reference)
    return quote


def _send(negotiation: Negotiation, quote: Quote, actor: Actor, message: str, now: datetime) -> None:
    policy = policy_version(quote.policy_version)
    is_first = negotiation.state == NegotiationState.DRAFT
    if not is_first and rounds_used(negotiation) >= policy.max_rounds:
        raise NoRoundsLeft(negotiation.reference)
    valid_until = now + timedelta(days=policy.offer_validity_days)
    move(
        negotiation=negotiation,
        action=Action.PROPOSE if is_first else Action.COUNTER,
        actor=actor,
        event="proposed" if is_first else "countered",
        data={**named(quote), **fingerprinted(message)},
        now=now,
        submitted_at=negotiation.submitted_at or now,
        answer_due_at=now + timedelta(days=policy.answer_days),
        expires_at=valid_until,
    )
    kind = OfferKind.OFFER if is_first else OfferKind.COUNTER
    state_offer(
        negotiation=negotiation, kind=kind, actor=actor, quote=quote, message=message, now=now, expires_at=valid_until
    )


def _accept_at_once(negotiation: Negotiation, quote: Quote, now: datetime) -> None:
    data = {**named(quote), **fingerprinted()}
    move(negotiation=negotiation, action=Action.ACCEPT, actor=SYSTEM, event="accepted", data=data, now=now)
    state_offer(negotiation=negotiation, kind=OfferKind.ACCEPT, actor=SYSTEM, quote=quote, now=now)
    begin_agreement(negotiation=negotiation, quote=quote, now=now)


def accept(*, cardholder: Cardholder, negotiation_reference: str, quote_reference: str, now: datetime) -> Negotiation:
    """Accept the bank's offer that is on the table, by the reference of its quote.

    :raises OfferExpired: if it was valid until a moment that has passed.
    :raises QuoteNotForThis: if it is not the newest offer.
    :raises StaleNegotiation, TransitionNotAllowed:
    """
    with transaction.atomic():
        negotiation = negotiation_for(cardholder=cardholder, reference=negotiation_reference)
        offer = _valid_offer(negotiation, quote_reference, now)
        actor = Actor(ActorKind.CARDHOLDER, cardholder.user)
        move(
            negotiation=negotiation,
            action=Action.ACCEPT,
            actor=actor,
            event="accepted",
            data={**named(offer.quote), **fingerprinted()},
            now=now,
        )
        state_offer(negotiation=negotiation, kind=OfferKind.ACCEPT, actor=actor, quote=offer.quote, now=now)
        begin_agreement(negotiation=negotiation, quote=offer.quote, now=now)
    return negotiation


def _valid_offer(negotiation: Negotiation, quote_reference: str, now: datetime) -> Offer:
    offer = offer_on_the_table(negotiation)
    if offer is None or offer.quote.reference != quote_reference:
        raise QuoteNotForThis(quote_reference)
    if offer.expires_at is not None and offer.expires_at <= now:
        raise OfferExpired(quote_reference)
    return offer


def withdraw(*, cardholder: Cardholder, negotiation_reference: str, now: datetime) -> Event:
    """End the negotiation from the cardholder's side.

    :raises StaleNegotiation, TransitionNotAllowed:
    """
    with transaction.atomic():
        negotiation = negotiation_for(cardholder=cardholder, reference=negotiation_reference)
        actor = Actor(ActorKind.CARDHOLDER, cardholder.user)
        event = move(
            negotiation=negotiation,
            action=Action.WITHDRAW,
            actor=actor,
            event="withdrawn",
            data=fingerprinted(),
            now=now,
        )
        state_offer(negotiation=negotiation, kind=OfferKind.WITHDRAW, actor=actor, now=now)
    return event
