"""Does the work that was asked for: `manage.py worker`. Any number may run, on any number of machines."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from negotiation.jobs import registry, worker


class Command(BaseCommand):
    help = "Do the jobs that are due, until told to stop (SIGTERM)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="stop when no job is due")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["until_idle"]:
            registry.load()
            while worker.work_once(clock=timezone.now):
                pass
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run(clock=timezone.now, stop=stop)
