"""What the bank's staff call the states and the parties of the domain; the portal has words of its own for cardholders."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from negotiation.domain.concerns import ConcernKind, ConcernState
from negotiation.domain.workflow import ActorKind, NegotiationState, PlanState

NEGOTIATION_STATES: list[tuple[str, Promise]] = [
    (NegotiationState.DRAFT.value, pgettext_lazy("state at the bank", "Draft")),
    (NegotiationState.WITH_BANK.value, pgettext_lazy("state at the bank", "Waits for the bank")),
    (
        NegotiationState.AWAITING_SECOND_APPROVAL.value,
        pgettext_lazy("state at the bank", "Waits for a second approval"),
    ),
    (NegotiationState.WITH_CARDHOLDER.value, pgettext_lazy("state at the bank", "With the cardholder")),
    (NegotiationState.AGREED.value, pgettext_lazy("state at the bank", "Agreed, not yet signed")),
    (NegotiationState.BEING_SIGNED.value, pgettext_lazy("state at the bank", "Being signed")),
    (NegotiationState.SIGNED.value, pgettext_lazy("state at the bank", "Signed")),
    (NegotiationState.DECLINED.value, pgettext_lazy("state at the bank", "Declined")),
    (NegotiationState.WITHDRAWN.value, pgettext_lazy("state at the bank", "Withdrawn")),
    (NegotiationState.EXPIRED.value, pgettext_lazy("state at the bank", "Expired")),
]
PLAN_STATES: list[tuple[str, Promise]] = [
    (PlanState.PENDING_DOWN_PAYMENT.value, _("Awaiting the down payment")),
    (PlanState.ACTIVE.value, _("On track")),
    (PlanState.AT_RISK.value, _("A payment is missing")),
    (PlanState.BREACHED.value, _("Not kept")),
    (PlanState.TERMINATED.value, _("Ended early")),
    (PlanState.COMPLETED.value, _("Paid off")),
    (PlanState.SUPERSEDED.value, _("Replaced")),
]
CONCERN_KINDS: list[tuple[str, Promise]] = [
    (ConcernKind.DISPUTE.value, _("Dispute of an amount")),
    (ConcernKind.COMPLAINT.value, _("Complaint")),
    (ConcernKind.CORRECTION.value, _("Correction of personal data")),
    (ConcernKind.ERASURE.value, _("Deletion of personal data")),
]
CONCERN_STATES: list[tuple[str, Promise]] = [
    (ConcernState.RECEIVED.value, pgettext_lazy("state at the bank", "To be answered")),
    (ConcernState.LENGTHENED.value, pgettext_lazy("state at the bank", "To be answered, lengthened")),
    (ConcernState.LENGTHENED_AGAIN.value, pgettext_lazy("state at the bank", "To be answered, lengthened twice")),
    (ConcernState.ANSWERED.value, pgettext_lazy("state at the bank", "Answered")),
    (ConcernState.WITHDRAWN.value, pgettext_lazy("state at the bank", "Withdrawn")),
]
PARTIES: list[tuple[str, Promise]] = [
    (ActorKind.CARDHOLDER.value, pgettext_lazy("party", "Cardholder")),
    (ActorKind.REVIEWER.value, pgettext_lazy("party", "Reviewer")),
    (ActorKind.SENIOR_REVIEWER.value, pgettext_lazy("party", "Senior reviewer")),
    (ActorKind.POLICY_MANAGER.value, pgettext_lazy("party", "Policy manager")),
    (ActorKind.SYSTEM.value, pgettext_lazy("party", "Automatic")),
]
ACTORS = [
    *PARTIES,
    (ActorKind.AUDITOR.value, pgettext_lazy("party", "Auditor")),
    (ActorKind.SUPPORT.value, pgettext_lazy("party", "Support")),
]
"""Everybody an event can name: the parties, who only looks, and who answers concerns."""
