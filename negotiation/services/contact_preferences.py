"""What a cardholder may ask of the bank's contact with them: language, way, hours, and not to be called."""

from datetime import datetime

from django.db import transaction

from negotiation.domain.contact_wishes import LANGUAGES, ContactChannel, ContactWish
from negotiation.domain.workflow import ActorKind
from negotiation.models import Cardholder, ContactPreference
from negotiation.queries.cardholders import contact_wish_of
from negotiation.queries.events import cardholder_stream
from negotiation.services.events import Actor, record
from negotiation.services.refusals import NoSuchContact, NoSuchLanguage


@transaction.atomic
def choose_contact(*, cardholder: Cardholder, wish: ContactWish, now: datetime) -> ContactPreference | None:
    """Keep the wish from now on, in the place of an earlier one. None if it was chosen before: then nothing is written.

    :raises NoSuchLanguage: if messages are not written in it.
    :raises NoSuchContact: if the bank has no address or number for the way chosen.
    """
    _check(cardholder, wish)
    locked = Cardholder.objects.select_for_update().get(pk=cardholder.pk)
    if ContactPreference.objects.filter(cardholder=locked).exists() and contact_wish_of(locked) == wish:
        return None
    chosen = said_of(wish)
    preference, _ = ContactPreference.objects.update_or_create(cardholder=locked, defaults={**chosen, "chosen_at": now})
    record(
        stream=cardholder_stream(locked),
        kind="contact_preference_chosen",
        actor=Actor(ActorKind.CARDHOLDER, cardholder.user),
        data={"cardholder": str(locked.pk), **chosen},
        now=now,
    )
    return preference


def said_of(wish: ContactWish) -> dict[str, str | bool]:
    """A wish as its row keeps it and its event tells it."""
    return {
        "language": wish.language,
        "channel": wish.channel.value,
        "hours": wish.hours.value,
        "is_written_only": wish.is_written_only,
    }


def _check(cardholder: Cardholder, wish: ContactWish) -> None:
    if wish.language not in LANGUAGES:
        raise NoSuchLanguage(wish.language)
    needs_address, needs_number = wish.channel != ContactChannel.SMS, wish.channel != ContactChannel.EMAIL
    if (needs_address and not cardholder.email) or (needs_number and not cardholder.phone):
        raise NoSuchContact(wish.channel.value)
