"""Everything on record about one case, for the reviewer's page."""

import uuid

from django.db.models import QuerySet

from negotiation.domain.workflow import NegotiationState
from negotiation.models import CardAccount, Cardholder, Negotiation, Note, Plan, Quote, Statement
from negotiation.queries.events import events_of
from negotiation.queries.queue import cases

_STATEMENTS_SHOWN = 12


def case(pk: uuid.UUID) -> Negotiation:
    """A negotiation that left the draft, with the account, the people and what waits for a second approval.

    :raises Negotiation.DoesNotExist: if there is none.
    """
    return cases().select_related("pending_quote__snapshot__account", "pending_by", "cardholder__user").get(pk=pk)


def case_to_decide(pk: uuid.UUID) -> Negotiation:
    """The same, locked until the end of the transaction, so that two decisions take turns.

    :raises Negotiation.DoesNotExist: if there is none.
    """
    Negotiation.objects.select_for_update().exclude(state=NegotiationState.DRAFT).get(pk=pk)
    return case(pk)


def notes_of(negotiation: Negotiation) -> QuerySet[Note]:
    """What reviewers wrote for each other, newest first."""
    return negotiation.notes.select_related("author").order_by("-made_at", "-pk")


def sent_back(negotiation: Negotiation) -> tuple[Note, Quote] | None:
    """The note of a second approval that was refused, and the quote it was about; None if something was decided since."""
    moves = events_of(negotiation).filter(data__has_key="to").order_by("-seq")[:2]
    newest, before = (*moves, None, None)[:2]
    if newest is None or before is None or newest.kind != "sent_back":
        return None
    note = Note.objects.select_related("author").get(pk=newest.data["note"])
    return note, Quote.objects.get(reference=before.data["quote"])


def newest_statements_of(account: CardAccount) -> QuerySet[Statement]:
    """The account's last twelve statements, newest first."""
    return account.statements.order_by("-statement_date")[:_STATEMENTS_SHOWN]


def earlier_negotiations(*, cardholder: Cardholder, than: Negotiation) -> QuerySet[Negotiation]:
    """The person's other negotiations, newest first, whatever their account."""
    return cases().filter(cardholder=cardholder).exclude(pk=than.pk).order_by("-opened_at")


def plans_of(cardholder: Cardholder) -> QuerySet[Plan]:
    """Every plan the person has or had, newest first, with the quote it follows."""
    return (
        Plan.objects.filter(account__cardholder=cardholder)
        .select_related("agreement__quote", "account")
        .order_by("-started_at")
    )
