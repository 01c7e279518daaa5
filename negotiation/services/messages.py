"""Messages without an offer, from either side, while there is still something to talk about."""

from datetime import datetime, timedelta

from django.db import transaction

from negotiation.domain.workflow import TALKING_STATES, ActorKind
from negotiation.models import Cardholder, Message, Negotiation, User
from negotiation.queries.events import negotiation_stream
from negotiation.queries.messages import messages_of, messages_of_side
from negotiation.queries.negotiations import negotiation_for, negotiation_for_update
from negotiation.services.claims import deciding_actor
from negotiation.services.events import Actor, record
from negotiation.services.fingerprints import fingerprinted
from negotiation.services.refusals import NothingSaid, NothingToTalkAbout, TooManyMessages
from negotiation.services.unread import keep_unread
from negotiation.services.words import kept_words

MOST_A_DAY = 10
"""A side writes at most so many messages in twenty-four hours: each one tells the other side by mail."""
DOUBLE_PRESS = timedelta(minutes=1)
"""The same words of the same person within this time, with nothing in between, are one message."""


@transaction.atomic
def write_to_bank(*, cardholder: Cardholder, negotiation_reference: str, text: str, now: datetime) -> Message:
    """Write to whoever decides at the bank.

    :raises NothingSaid, MessageTooLong, NothingToTalkAbout, TooManyMessages:
    """
    negotiation = negotiation_for(cardholder=cardholder, reference=negotiation_reference)
    return _write(negotiation, Actor(ActorKind.CARDHOLDER, cardholder.user), text, now)


@transaction.atomic
def write_to_cardholder(*, negotiation: Negotiation, reviewer: User, text: str, now: datetime) -> Message:
    """Write to the cardholder in the bank's name; they do not learn the reviewer's.

    :raises ClaimedByAnother, NotAuthorised, OwnAccount:
    :raises NothingSaid, MessageTooLong, NothingToTalkAbout, TooManyMessages:
    """
    return _write(negotiation, deciding_actor(negotiation, reviewer, now=now), text, now)


def _write(negotiation: Negotiation, actor: Actor, text: str, now: datetime) -> Message:
    text = kept_words(text)
    if not text:
        raise NothingSaid(negotiation.reference)
    locked = negotiation_for_update(negotiation)
    if locked.state not in TALKING_STATES:
        raise NothingToTalkAbout(locked.reference)
    newest = messages_of(locked).last()
    if newest and _is_double_press(newest, actor, text, now):
        return newest
    if messages_of_side(locked, actor.kind, since=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyMessages(locked.reference)
    return _append(locked, actor, text, now)


def _is_double_press(newest: Message, actor: Actor, text: str, now: datetime) -> bool:
    is_same = newest.author == actor.user and newest.text == text
    return is_same and now - newest.made_at < DOUBLE_PRESS


def _append(negotiation: Negotiation, actor: Actor, text: str, now: datetime) -> Message:
    message = Message.objects.create(
        negotiation=negotiation, party=actor.kind.value, author=actor.user, text=text, made_at=now
    )
    if actor.kind == ActorKind.CARDHOLDER:
        keep_unread(negotiation, now=now)
    record(
        stream=negotiation_stream(negotiation),
        kind="message_written",
        actor=actor,
        data={"negotiation": negotiation.reference, "message": str(message.pk), **fingerprinted(text)},
        now=now,
    )
    return message
