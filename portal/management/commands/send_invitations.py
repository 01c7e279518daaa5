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
        parser.add_argument("--source-id", help="only the customer with this number, who has asked for a new link")

    def handle(self, *args: Any, **options: Any) -> None:
        limit, source_id = options["limit"], options["source_id"]
        if limit is not None and limit < 1:
            raise CommandError("--limit has to be 1 or more.")
        now, asked, rested = timezone.now(), 0, 0
        for account in unclaimed_accounts(source_id=source_id):
            if asked == limit:
                break
            if invite(cardholder=account.cardholder, account=account, now=now, asked_for=source_id is not None):
                asked += 1
            else:
                rested += 1
        if source_id and asked + rested == 0:
            raise CommandError("No customer with this number has an overdue account and no access yet.")
        self.stdout.write(f"Invitations asked for: {asked}. Invited a short time ago: {rested}.")
