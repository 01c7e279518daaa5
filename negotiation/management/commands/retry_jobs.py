"""Gives jobs that were given up another chance: `manage.py retry_jobs [--kind KIND]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from negotiation.jobs import outbox


class Command(BaseCommand):
    help = "Put every job that was given up back into the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", help="only jobs of this kind")

    def handle(self, *args: Any, **options: Any) -> None:
        count = outbox.retry_dead(now=timezone.now(), kind=options["kind"])
        self.stdout.write(f"{count} jobs put back.")
