"""Which message follows which recorded event: one function an event, each returning the messages it asks for.

Knows what is told to whom; not whether it may be told now (``gate``) nor how it travels (``channels``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.queries.agreements import agreement_of
from negotiation.queries.cardholders import cardholder
from negotiation.queries.events import negotiation_of
from portal.notices.channels import other_channel_for
from portal.notices.models import LinkPurpose


class Nature(StrEnum):
    """What a message is in the eyes of the contact rules."""

    COLLECTION = "COLLECTION"
    SERVICE = "SERVICE"
    ASKED_FOR = "ASKED_FOR"


@dataclass(frozen=True, slots=True)
class Template:
    """A message's words are in ``templates/mail/<name>.subject.txt`` and ``<name>.txt``; here is what else it needs.

    A warning (``is_warning``) is news only while the end that its event names is still ahead as it was.
    """

    nature: Nature
    purpose: LinkPurpose | None = None
    action: Any = ""
    is_warning: bool = False


TEMPLATES: dict[str, Template] = {
    "invitation": Template(Nature.COLLECTION, LinkPurpose.CLAIM, _("Open the message")),
    "sign_in_code": Template(Nature.ASKED_FOR),
    "claim_code": Template(Nature.ASKED_FOR),
    "signing_code": Template(Nature.ASKED_FOR),
    "access_claimed": Template(Nature.SERVICE),
    "proposal_received": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("See your proposal")),
    "agreed": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("Read and sign")),
    "counter_offer": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("See the bank’s offer")),
    "declined": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("See what you can do")),
    "withdrawn": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("Open the page")),
    "expired": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("Start again")),
    "unanswered": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("Start again")),
    "offer_running_out": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("See the bank’s offer"), is_warning=True),
    "signing_running_out": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("Read and sign"), is_warning=True),
    "answer_running_out": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("See your proposal"), is_warning=True),
    "message_from_bank": Template(Nature.SERVICE, LinkPurpose.NEGOTIATION, _("Read the message")),
    "agreement_signed": Template(Nature.SERVICE, LinkPurpose.AGREEMENT, _("Open the agreement")),
    "instalment_due": Template(Nature.SERVICE, LinkPurpose.AGREEMENT, _("See your plan")),
}


COLLECTION = [name for name, template in TEMPLATES.items() if template.nature == Nature.COLLECTION]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one cardholder, about the item on one page. ``channel`` None leaves the choice to ``channels``."""

    template: str
    cardholder: Any
    page: str = ""
    reference: str = ""
    channel: str | None = None
    instalment: Any = None


WAITING_FOR_BANK = (NegotiationState.WITH_BANK, NegotiationState.AWAITING_SECOND_APPROVAL)
WARNINGS = {
    NegotiationState.WITH_CARDHOLDER: "offer_running_out",
    NegotiationState.AGREED: "signing_running_out",
    NegotiationState.WITH_BANK: "answer_running_out",
    NegotiationState.AWAITING_SECOND_APPROVAL: "answer_running_out",
}


def _about_negotiation(template: str, event: Any) -> list[Message]:
    negotiation = negotiation_of(event)
    return [Message(template, negotiation.cardholder, "negotiation", negotiation.reference)]


def proposed(event: Any) -> list[Message]:
    """Received; nothing if it has been decided meanwhile, because then that is the news."""
    if negotiation_of(event).state not in WAITING_FOR_BANK:
        return []
    return _about_negotiation("proposal_received", event)


def countered(event: Any) -> list[Message]:
    """An offer of the bank, or the receipt for one of the cardholder's."""
    if event.actor_kind == ActorKind.CARDHOLDER:
        return proposed(event)
    return _about_negotiation("counter_offer", event)


def accepted(event: Any) -> list[Message]:
    return _about_negotiation("agreed", event)


def declined(event: Any) -> list[Message]:
    return _about_negotiation("declined", event)


def withdrawn(event: Any) -> list[Message]:
    return _about_negotiation("withdrawn", event)


def expired(event: Any) -> list[Message]:
    """The cardholder's silence, or the bank's: then the bank says sorry."""
    is_banks = event.data.get("from") in WAITING_FOR_BANK
    return _about_negotiation("unanswered" if is_banks else "expired", event)


def running_out(event: Any) -> list[Message]:
    """A warning before silence counts, whosever turn it is."""
    return _about_negotiation(WARNINGS[event.data["state"]], event)


def message_written(event: Any) -> list[Message]:
    """That the bank has written, not what; the cardholder's own words need no receipt."""
    return [] if event.actor_kind == ActorKind.CARDHOLDER else _about_negotiation("message_from_bank", event)


def sealed(event: Any) -> list[Message]:
    """Both have signed: where the document is."""
    negotiation = negotiation_of(event)
    agreement = agreement_of(negotiation)
    assert agreement is not None, "only an agreement is sealed"
    return [Message("agreement_signed", negotiation.cardholder, "agreement", agreement.reference)]


def cardholder_claimed(event: Any) -> list[Message]:
    """Tell the person by every way the bank has, so that somebody who reads one of them cannot claim unnoticed."""
    person = cardholder(event.data["cardholder"])
    other = other_channel_for(person)
    first = Message("access_claimed", person)
    return [first, Message("access_claimed", person, channel=other)] if other else [first]


MESSAGES: dict[str, Callable[[Any], list[Message]]] = {
    "proposed": proposed,
    "countered": countered,
    "accepted": accepted,
    "declined": declined,
    "withdrawn": withdrawn,
    "expired": expired,
    "running_out": running_out,
    "message_written": message_written,
    "sealed": sealed,
    "cardholder_claimed": cardholder_claimed,
}


def messages_for(event: Any) -> list[Message]:
    """The messages that follow an event; most events have none."""
    tell = MESSAGES.get(event.kind)
    return tell(event) if tell else []


def is_overtaken(event: Any) -> bool:
    """Whether the end that a warning names has moved: somebody acted while the message waited for its hour."""
    negotiation = negotiation_of(event)
    return negotiation.state != event.data["state"] or negotiation.expires_at != ends_at(event)


def ends_at(event: Any) -> datetime | None:
    """The end that a warning names; None for any other event."""
    said = event.data.get("expires_at")
    return datetime.fromisoformat(said) if said else None
