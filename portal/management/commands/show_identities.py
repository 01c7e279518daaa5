"""Whom to be in a demonstration: `make run` prints it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from negotiation.queries import demonstration
from portal.ops.people import STAFF


class Command(BaseCommand):
    help = "Print the people of the demonstration, with the codes of this moment."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is not a demonstration.")
        self.stdout.write("    Cardholders: open the mailbox, follow the invitation's link, and answer with")
        for account in demonstration.known_accounts():
            person = account.cardholder
            self.stdout.write(
                f"      {person.email:<30} card …{account.card_last4}   born {person.birth_date}   {person.name}"
            )
        now = timezone.now()
        self.stdout.write(
            f"    Staff: password, then the code of the moment, shown at {settings.BASE_URL}/demo/people/"
        )
        for member in STAFF:
            self.stdout.write(
                f"      {member.email:<30} {member.password}   code now {member.code(now)}   {member.role}"
            )
