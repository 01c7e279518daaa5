"""``manage.py load_texts --drafted-by EMAIL``: drafts of the wordings that come with the project, for somebody else to publish."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from negotiation.domain.workflow import ActorKind
from negotiation.models import User
from negotiation.queries.texts import unusable_texts
from negotiation.services.events import Actor
from negotiation.services.four_eyes import MayNotChange
from negotiation.services.texts import draft_supplied_texts


class Command(BaseCommand):
    help = "Drafts every supplied wording that the bank does not have yet; another policy manager publishes them at /bank/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drafted-by", required=True, metavar="EMAIL", help="the policy manager who stands for them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        drafter, now = User.objects.filter(email=options["drafted_by"], is_staff=True).first(), timezone.now()
        if drafter is None:
            raise CommandError(f"Nobody at the bank has the address {options['drafted_by']}.")
        try:
            drafted = draft_supplied_texts(actor=Actor(ActorKind.POLICY_MANAGER, drafter), now=now)
        except MayNotChange as refusal:
            raise CommandError(f"{options['drafted_by']} may not draft texts; a policy manager may.") from refusal
        for version in drafted:
            self.stdout.write(f"drafted {version}")
        missing = unusable_texts(at=now)
        self.stdout.write(
            f"to be published by somebody else: {', '.join(missing)}" if missing else "every text is published"
        )
