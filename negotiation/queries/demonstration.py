"""The cardholders that every demonstration has, whatever was drawn for the others."""

from negotiation.models import CardAccount, FeedBatch

SOURCE_PREFIX = "DEMO-"


def known_accounts() -> list[CardAccount]:
    """Their accounts, one for each of them, with the cardholder; for a demonstration only."""
    accounts = CardAccount.objects.filter(cardholder__source_id__startswith=SOURCE_PREFIX)
    accounts = accounts.select_related("cardholder").order_by("cardholder__source_id", "oldest_unpaid_due_date")
    return list({account.cardholder_id: account for account in reversed(accounts)}.values())[::-1]


def has_portfolio() -> bool:
    """Whether a feed was imported."""
    return FeedBatch.objects.exists()
