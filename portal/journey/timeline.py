"""Everything that both sides have said in one negotiation, in order and in words: offers, answers, messages, documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.domain.workflow import ActorKind
from negotiation.services.decline_words import DECLINE_WITHOUT_REASON, DECLINES
from portal.journey.words import PROOFS

YOU, BANK, NOBODY = "you", "bank", "system"
_PROPOSING = ("OFFER", "COUNTER")
SAID = {
    (YOU, "OFFER"): _("You proposed a plan"),
    (YOU, "COUNTER"): _("You proposed something else"),
    (YOU, "ACCEPT"): _("You accepted the offer"),
    (YOU, "WITHDRAW"): _("You withdrew"),
    (BANK, "COUNTER"): _("The bank made an offer"),
    (BANK, "ACCEPT"): _("The bank accepted your plan"),
    (BANK, "DECLINE"): _("The bank declined"),
    (NOBODY, "ACCEPT"): _("The bank accepted your plan at once"),
    (NOBODY, "EXPIRE"): _("The time for an answer ran out"),
}
WROTE = {YOU: _("You wrote to the bank"), BANK: _("The bank wrote to you")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said. ``before`` is the schedule that lay on the table when new terms were named.

    ``is_current``: these terms are the newest.
    """

    party: str
    title: Promise
    at: datetime
    text: Any = ""
    offer: Any = None
    schedule: Any = None
    before: Any = None
    is_current: bool = False

    @property
    def decline_words(self) -> list[tuple[Promise, Promise]]:
        """Every reason of a decline with its next step; empty for whatever else was said."""
        if self.offer is None or self.offer.kind != "DECLINE":
            return []
        return [DECLINES[code] for code in self.offer.reasons if code in DECLINES] or [DECLINE_WITHOUT_REASON]


def timeline(offers: Iterable[Any], messages: Iterable[Any] = (), documents: Iterable[Any] = ()) -> list[Entry]:
    """Everything, oldest first, each proposal beside the one it answers."""
    entries = [*_offers(offers), *map(_message, messages), *map(_document, documents)]
    return sorted(entries, key=lambda entry: entry.at)


def _offers(offers: Iterable[Any]) -> list[Entry]:
    entries: list[Entry] = []
    before, made = None, list(offers)
    newest = next((offer for offer in reversed(made) if offer.kind in _PROPOSING), None)
    for offer in made:
        schedule = offer.quote.schedule if offer.kind in _PROPOSING else None
        party = _party(offer.party)
        title = SAID[party, offer.kind]
        beside = before if schedule else None
        entries.append(
            Entry(party, title, offer.made_at, offer.message, offer, schedule, beside, is_current=offer is newest)
        )
        before = schedule or before
    return entries


def _message(message: Any) -> Entry:
    party = _party(message.party)
    return Entry(party, WROTE[party], message.made_at, message.text)


def _document(document: Any) -> Entry:
    return Entry(YOU, _("You attached a document"), document.attached_at, PROOFS[document.shows])


def _party(actor: str) -> str:
    return YOU if actor == ActorKind.CARDHOLDER else NOBODY if actor == ActorKind.SYSTEM else BANK
