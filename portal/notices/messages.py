"""Which message follows which recorded event: one function an event, each returning the messages it asks for.

Knows what is told to whom; not whether it may be told now (``gate``) nor how it travels (``channels``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from negotiation.domain.workflow import PLAN_STATES_KEPT, ActorKind, NegotiationState, PlanState
from negotiation.queries.agreements import agreement_of, plan_by_reference
from negotiation.queries.cardholders import cardholder
from negotiation.queries.concerns import concern_of
from negotiation.queries.events import negotiation_of
from portal.notices.models import LinkPurpose
from portal.notices.receipts import receipt_of


class Nature(StrEnum):
    """What a message is in the eyes of the contact rules."""

    COLLECTION = "COLLECTION"
    SERVICE = "SERVICE"
    ASKED_FOR = "ASKED_FOR"


@dataclass(frozen=True, slots=True)
class Template:
    """A message's words are in ``templates/mail/<name>.subject.txt`` and ``<name>.txt``; here is what else it needs.

    A warning (``is_warning``) is news only while what it warns of still stands; ``is_weighty`` goes out by every way there is.
    """

    nature: Nature
    purpose: LinkPurpose | None = None
    action: Any = ""
    is_warning: bool = False
    is_weighty: bool = False


def _of_plan(*, is_warning: bool = False, is_weighty: bool = False) -> Template:
    """A message about a plan: a service the bank owes, never collection."""
    action = _("See your plan")
    return Template(Nature.SERVICE, LinkPurpose.AGREEMENT, action, is_warning=is_warning, is_weighty=is_weighty)


TEMPLATES: dict[str, Template] = {
    "invitation": Template(Nature.COLLECTION, LinkPurpose.CLAIM, _("Open the message")),
    "sign_in_code": Template(Nature.ASKED_FOR),
    "claim_code": Template(Nature.ASKED_FOR),
    "signing_code": Template(Nature.ASKED_FOR),
    "export_code": Template(Nature.ASKED_FOR),
    "access_claimed": Template(Nature.SERVICE, is_weighty=True),
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
    "instalment_due": _of_plan(),
    "down_payment_due": _of_plan(is_warning=True),
    "down_payment_received": _of_plan(),
    "payment_recorded": _of_plan(is_warning=True),
    "instalment_unpaid": _of_plan(is_warning=True),
    "instalment_missed": _of_plan(is_warning=True),
    "plan_caught_up": _of_plan(),
    "plan_broken": _of_plan(is_warning=True, is_weighty=True),
    "plan_made_up": _of_plan(),
    "plan_ended": _of_plan(is_weighty=True),
    "plan_paid_off": _of_plan(),
    "plan_reopened": _of_plan(is_weighty=True),
    "statement_ready": _of_plan(),
    "concern_received": Template(Nature.SERVICE, LinkPurpose.CONCERN, _("See where it stands")),
    "concern_lengthened": Template(Nature.SERVICE, LinkPurpose.CONCERN, _("See where it stands")),
    "concern_answered": Template(Nature.SERVICE, LinkPurpose.CONCERN, _("Read the answer")),
}


COLLECTION = [name for name, template in TEMPLATES.items() if template.nature == Nature.COLLECTION]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one cardholder, about the item on one page."""

    template: str
    cardholder: Any
    page: str = ""
    reference: str = ""
    instalment: Any = None


WAITING_FOR_BANK = (NegotiationState.WITH_BANK, NegotiationState.AWAITING_SECOND_APPROVAL)
WARNINGS = {
    NegotiationState.WITH_CARDHOLDER: "offer_running_out",
    NegotiationState.AGREED: "signing_running_out",
    NegotiationState.WITH_BANK: "answer_running_out",
    NegotiationState.AWAITING_SECOND_APPROVAL: "answer_running_out",
}


NOW_ACTIVE = {
    PlanState.PENDING_DOWN_PAYMENT: "down_payment_received",
    PlanState.AT_RISK: "plan_caught_up",
    PlanState.BREACHED: "plan_made_up",
}
ISSUED = {"statement_of_account": "statement_ready", "settlement_certificate": "plan_paid_off"}


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
    """Weighty, so that somebody who reads one of the person's contacts cannot claim unnoticed."""
    return [Message("access_claimed", cardholder(event.data["cardholder"]))]


def _about_plan(template: str, event: Any) -> list[Message]:
    plan = plan_by_reference(event.data["agreement"])
    return [Message(template, plan.agreement.negotiation.cardholder, "agreement", plan.agreement.reference)]


def payment_recorded(event: Any) -> list[Message]:
    """One receipt for all the payments of a delivery."""
    return _about_plan("payment_recorded", event)


def instalment_unpaid(event: Any) -> list[Message]:
    return _about_plan("instalment_unpaid", event)


def plan_at_risk(event: Any) -> list[Message]:
    return _about_plan("instalment_missed", event)


def plan_active(event: Any) -> list[Message]:
    """The down payment came, what was missing came, or a broken plan was made up."""
    return _about_plan(NOW_ACTIVE[PlanState(event.data["from"])], event)


def plan_breached(event: Any) -> list[Message]:
    return _about_plan("plan_broken", event)


def plan_terminated(event: Any) -> list[Message]:
    return _about_plan("plan_ended", event)


def plan_reopened(event: Any) -> list[Message]:
    return _about_plan("plan_reopened", event)


def document_issued(event: Any) -> list[Message]:
    """A statement that was asked for, or the certificate that everything is paid."""
    return _about_plan(ISSUED[event.data["document"]], event)


def _about_concern(template: str, event: Any) -> list[Message]:
    concern = concern_of(event)
    return [Message(template, concern.cardholder, "concern", concern.reference)]


def concern_raised(event: Any) -> list[Message]:
    """The receipt, with reference and day of the answer."""
    return _about_concern("concern_received", event)


def concern_lengthened(event: Any) -> list[Message]:
    return _about_concern("concern_lengthened", event)


def concern_answered(event: Any) -> list[Message]:
    """That there is an answer, not what it says."""
    return _about_concern("concern_answered", event)


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
    "payment_recorded": payment_recorded,
    "instalment_unpaid": instalment_unpaid,
    "plan_at_risk": plan_at_risk,
    "plan_active": plan_active,
    "plan_breached": plan_breached,
    "plan_terminated": plan_terminated,
    "plan_reopened": plan_reopened,
    "document_issued": document_issued,
    "concern_raised": concern_raised,
    "concern_lengthened": concern_lengthened,
    "concern_answered": concern_answered,
}


def messages_for(event: Any) -> list[Message]:
    """The messages that follow an event; most events have none."""
    tell = MESSAGES.get(event.kind)
    return tell(event) if tell else []


def is_overtaken(template: str, event: Any, reference: str) -> bool:
    """Whether what a warning warns of no longer stands: somebody acted, or paid, while the message waited for its hour."""
    if TEMPLATES[template].purpose == LinkPurpose.AGREEMENT:
        return not _still_stands(template, event, plan_by_reference(reference))
    negotiation = negotiation_of(event)
    return negotiation.state != event.data["state"] or negotiation.expires_at != ends_at(event)


def _still_stands(template: str, event: Any, plan: Any) -> bool:
    if template == "down_payment_due":
        return bool(plan.state == PlanState.PENDING_DOWN_PAYMENT)
    if template == "payment_recorded":
        receipt = receipt_of(event)
        return bool(receipt and receipt.amount)
    if template == "instalment_unpaid":
        return plan.state in PLAN_STATES_KEPT and plan.paid_count < event.data["instalment"]
    if template == "instalment_missed":
        return bool(plan.state == PlanState.AT_RISK)
    return plan.state == PlanState.BREACHED and breach_of(event) == plan.broken_on


def breach_of(event: Any) -> date | None:
    """The last day of the figures that broke the plan; None for any other event."""
    said = event.data.get("broken_on")
    return date.fromisoformat(said) if said else None


def last_day(event: Any, *, today: date) -> date | None:
    """The last day for paying that a message names: said by the event, or so many days from its delivery today; None if it names none."""
    if "cure_days" in event.data:
        return today + timedelta(days=event.data["cure_days"])
    said = event.data.get("until")
    return date.fromisoformat(said) if said else None


def ends_at(event: Any) -> datetime | None:
    """The end that a warning names; None for any other event."""
    said = event.data.get("expires_at")
    return datetime.fromisoformat(said) if said else None


def answer_day(event: Any) -> date | None:
    """The last day for the bank's answer to what was raised; None for any other event."""
    said = event.data.get("answer_by")
    return date.fromisoformat(said) if said else None
