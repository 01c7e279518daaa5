"""Telling the bank's own people that a case needs them: whoever has taken it, else the desk's common mailbox.

The contact rules protect cardholders; mail to staff does not pass their gate and is not in their log. It names nobody and no amount.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.queries.agreements import plan_by_reference
from negotiation.queries.events import negotiation_of
from negotiation.services.jobs import enqueue


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a sentence; the address of the case follows them."""

    subject: Promise
    text: Promise


WORDS = {
    "running_out": Words(
        _("A proposal is about to end unanswered"),
        _("If nobody decides in time, the proposal ends and the cardholder is told that the bank did not answer."),
    ),
    "miss_announced": Words(
        _("A cardholder will miss an instalment"),
        _(
            "They have said so themselves, before the day. Nothing is broken; they may ask for a new plan or need a call."
        ),
    ),
    "plan_unpaid_again": Words(
        _("A plan that was paid off is unpaid again"),
        _(
            "A payment was returned. Somebody has to decide whether the plan is reopened and its settlement certificate withdrawn."
        ),
    ),
    "message_written": Words(
        _("The cardholder has written"), _("There is a new message in a case. It may need an answer before a decision.")
    ),
}
OF_PLANS = ("miss_announced", "plan_unpaid_again")


def is_for_desk(event: Any) -> bool:
    """Whether somebody at the bank has to know."""
    if event.kind in OF_PLANS:
        return True
    if event.kind == "running_out":
        return event.data["state"] in (NegotiationState.WITH_BANK, NegotiationState.AWAITING_SECOND_APPROVAL)
    return event.kind == "message_written" and event.actor_kind == ActorKind.CARDHOLDER


def ask(event: Any, *, now: datetime) -> None:
    """Ask for the mail that follows an event, if there is one, in the caller's transaction."""
    if is_for_desk(event):
        enqueue(kind="desk_notice", key=f"desk_notice:{event.pk}", payload={"event": event.pk}, run_at=now)


def deliver(event: Any) -> None:
    """Send it, in the bank's language. Nothing is sent where nobody has the case and there is no common mailbox."""
    address, path = _of_plan(event) if event.kind in OF_PLANS else _of_negotiation(event)
    if not address:
        return
    place = settings.BASE_URL + path
    with translation.override(settings.LANGUAGE_CODE):
        words = WORDS[event.kind]
        send_mail(str(words.subject), f"{words.text}\n\n{place}\n", None, [address])


def _of_plan(event: Any) -> tuple[str, str]:
    """Where mail about a plan goes, and the plan's page: a plan is nobody's case."""
    plan = plan_by_reference(event.data["agreement"])
    return settings.DESK_EMAIL, reverse("admin:negotiation_plan_change", args=[plan.pk])


def _of_negotiation(event: Any) -> tuple[str, str]:
    negotiation = negotiation_of(event)
    return _address(negotiation), reverse("admin:negotiation_negotiation_change", args=[negotiation.pk])


def _address(negotiation: Any) -> str:
    """A case that waits for a second approval is nobody's yet, whoever gave the first."""
    reviewer = negotiation.assigned_to
    is_theirs = reviewer is not None and negotiation.state != NegotiationState.AWAITING_SECOND_APPROVAL
    return (reviewer.email if is_theirs else "") or settings.DESK_EMAIL
