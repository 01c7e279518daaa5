"""Invites cardholders who have never been here: for the bank's schedule, and for the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from negotiation.queries.cardholders import unclaimed_accounts
from portal.notices.invitations import invite


class Command(BaseCommand):
    help = "Asks for an invitation to every cardholder with an overdue account who has not claimed access yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="at most so many, in the order of customer numbers")
        parser.add_argument("--source-id", help="only the customer with this number")

    def handle(self, *args: Any, **options: Any) -> None:
        limit, source_id = options["limit"], options["source_id"]
        if limit is not None and limit < 1:
            raise CommandError("--limit has to be 1 or more.")
        accounts = unclaimed_accounts(source_id=source_id, limit=limit)
        if source_id and not accounts:
            raise CommandError("No customer with this number has an overdue account and no access yet.")
        now = timezone.now()
        asked = sum(invite(cardholder=account.cardholder, account=account, now=now) is not None for account in accounts)
        self.stdout.write(f"{asked} invitations asked for, {len(accounts) - asked} had been asked for today.")
