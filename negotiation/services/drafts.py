"""Before a proposal: the reason, the budget and the wish, kept so that a lost session loses nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from negotiation.domain.terms import ZERO
from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import CardAccount, Cardholder, Negotiation
from negotiation.queries.accounts import account_for
from negotiation.queries.agreements import plan_in_force
from negotiation.queries.events import negotiation_stream
from negotiation.queries.negotiations import open_negotiation_of
from negotiation.services.events import Actor, record
from negotiation.services.refusals import AlreadyNegotiating, NothingOwed

DRAFT_KEPT = timedelta(days=30)


def draft_for(*, cardholder: Cardholder, account_reference: str, now: datetime) -> Negotiation:
    """The cardholder's draft for the account, begun if there is none.

    :raises NothingOwed: if the account is closed or owes nothing.
    :raises AlreadyNegotiating: if the account's open negotiation has left the draft.
    """
    account = account_for(cardholder=cardholder, reference=account_reference)
    found = open_negotiation_of(cardholder=cardholder, account=account)
    if found is None:
        found = _begin(cardholder, account, now)
    if found.state != NegotiationState.DRAFT:
        raise AlreadyNegotiating(found.reference)
    return found


def _begin(cardholder: Cardholder, account: CardAccount, now: datetime) -> Negotiation:
    if account.left_feed_at is not None or account.total <= ZERO:
        raise NothingOwed(account.reference)
    try:
        with transaction.atomic():
            draft = Negotiation.objects.create(
                account=account,
                cardholder=cardholder,
                renegotiates=plan_in_force(account),
                opened_at=now,
                expires_at=now + DRAFT_KEPT,
            )
            record(
                stream=negotiation_stream(draft),
                kind="negotiation_opened",
                actor=Actor(ActorKind.CARDHOLDER, cardholder.user),
                data={"negotiation": draft.reference, "account": account.reference},
                now=now,
            )
    except IntegrityError:
        return Negotiation.objects.get(account=account, state=NegotiationState.DRAFT)
    return draft


def save_circumstances(
    *,
    draft: Negotiation,
    hardship_reason: str,
    monthly_income: Decimal | None,
    essential_spending: Decimal | None,
    other_debt_payments: Decimal | None,
) -> None:
    """Keep the reason and the budget. A negotiation that has left the draft is not changed."""
    _change(
        draft,
        NegotiationState.DRAFT,
        hardship_reason=hardship_reason,
        monthly_income=monthly_income,
        essential_spending=essential_spending,
        other_debt_payments=other_debt_payments,
    )


def save_wish(*, draft: Negotiation, wish: dict[str, Any]) -> None:
    """Keep what was typed on the proposal page, as plain data; only while it is the cardholder's turn."""
    _change(draft, NegotiationState.DRAFT, NegotiationState.WITH_CARDHOLDER, wish=wish)


def _change(draft: Negotiation, *states: NegotiationState, **changes: Any) -> None:
    Negotiation.objects.filter(pk=draft.pk, state__in=states).update(**changes)
    for name, value in changes.items():
        setattr(draft, name, value)
