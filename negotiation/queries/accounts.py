"""Reads of what is owed, always for a named cardholder."""

from django.db.models import QuerySet

from negotiation.models import CardAccount, Cardholder, LedgerEntry, Statement, User


def cardholder_of(user: User) -> Cardholder:
    """The cardholder who signs in as ``user``.

    :raises Cardholder.DoesNotExist: if the user is nobody's account (staff, for instance).
    """
    return Cardholder.objects.get(user=user)


def accounts_of(*, cardholder: Cardholder) -> QuerySet[CardAccount]:
    """The cardholder's accounts that owe something, the longest overdue first."""
    return CardAccount.objects.filter(cardholder=cardholder, left_feed_at__isnull=True).order_by(
        "oldest_unpaid_due_date", "reference"
    )


def account_for(*, cardholder: Cardholder, reference: str) -> CardAccount:
    """One of the cardholder's own accounts.

    :raises CardAccount.DoesNotExist: if there is none of that reference, or it is somebody else's.
    """
    return CardAccount.objects.get(cardholder=cardholder, reference=reference)


def statements_of(account: CardAccount) -> QuerySet[Statement]:
    """The account's statements, oldest first."""
    return account.statements.order_by("statement_date")


def ledger_of(account: CardAccount) -> QuerySet[LedgerEntry]:
    """The account's postings, oldest first; they sum to its total."""
    return account.ledger.order_by("posting_date", "source_id")
