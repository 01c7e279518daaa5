"""The negotiation that the proposing pages work on: a draft, or one in which it is the cardholder's turn."""

from typing import Any

from negotiation.domain.workflow import NegotiationState
from negotiation.queries.accounts import account_for
from negotiation.queries.negotiations import open_negotiation_of
from negotiation.services.refusals import AlreadyNegotiating
from portal.journey.steps import StepMissing


def open_draft(cardholder: Any, reference: str) -> Any:
    """The draft of the account, for the page on which circumstances are told.

    :raises AlreadyNegotiating: if the negotiation has left the draft.
    :raises StepMissing: if none was begun.
    """
    found = proposal_in_hand(cardholder, reference)
    if found.state != NegotiationState.DRAFT:
        raise AlreadyNegotiating(found.reference)
    return found


def proposal_in_hand(cardholder: Any, reference: str) -> Any:
    """The negotiation in which the cardholder may propose or counter now.

    :raises AlreadyNegotiating: if it is the bank's turn, or there is an agreement to sign.
    :raises StepMissing: if none was begun.
    """
    account = account_for(cardholder=cardholder, reference=reference)
    found = open_negotiation_of(cardholder=cardholder, account=account)
    if found is None:
        raise StepMissing("arrears_detail", reference)
    if found.state not in (NegotiationState.DRAFT, NegotiationState.WITH_CARDHOLDER):
        raise AlreadyNegotiating(found.reference)
    return found
