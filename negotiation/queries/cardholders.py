"""Who is meant: finding a cardholder by contact data, checking what they say they know, and where a message may go."""

import hmac
import uuid
from collections.abc import Iterator
from itertools import groupby

from negotiation.domain.contact_wishes import ContactWish
from negotiation.models import CardAccount, Cardholder, ContactPreference
from negotiation.models.sealed import blind_index


def cardholder(pk: uuid.UUID) -> Cardholder:
    return Cardholder.objects.select_related("user").get(pk=pk)


def claimed_cardholder_by_email(email: str) -> Cardholder | None:
    """The one cardholder who signs in with this address.

    None if nobody does, or if several share it: a code must never choose between people. Staff sign in another way.
    """
    found = Cardholder.objects.select_related("user").filter(
        email_index=blind_index("email", email), user__is_active=True, user__is_staff=False
    )[:2]
    return found[0] if len(found) == 1 else None


def contact_wish_of(cardholder: Cardholder) -> ContactWish:
    """How the person asked to be reached; who asked for nothing is written to in the language of the bank's feed."""
    chosen = ContactPreference.objects.filter(cardholder=cardholder).first()
    return chosen.wish if chosen else ContactWish(cardholder.language)


def is_known_by(cardholder: Cardholder, *, card_last4: str, birth_date: str) -> bool:
    """Whether the last four digits are of one of the person's cards and the date (``YYYY-MM-DD``) is their birthday.

    Both are always compared, in constant time, so that the answer's time does not say which was wrong.
    """
    cards = CardAccount.objects.filter(cardholder=cardholder).values_list("card_last4", flat=True)
    matches = [hmac.compare_digest(card.encode(), card_last4.encode()) for card in cards]
    born = hmac.compare_digest(cardholder.birth_date.encode(), birth_date.encode())
    return any(matches) and born


def unclaimed_accounts(*, source_id: str | None = None) -> Iterator[CardAccount]:
    """The longest overdue open account of each cardholder who has not claimed access, in the order of customer numbers."""
    overdue = CardAccount.objects.filter(
        cardholder__user__isnull=True, left_feed_at__isnull=True, oldest_unpaid_due_date__isnull=False
    )
    if source_id is not None:
        overdue = overdue.filter(cardholder__source_id=source_id)
    accounts = overdue.select_related("cardholder").order_by(
        "cardholder__source_id", "oldest_unpaid_due_date", "reference"
    )
    for _, theirs in groupby(accounts.iterator(), key=lambda account: account.cardholder_id):
        yield next(theirs)
