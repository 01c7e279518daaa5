"""A real worker process for the tests that kill it: `worker_process.py DATABASE FILE SECONDS`.

Its handlers add a line to FILE, then sleep; the effect in the database is one row of `BankHoliday`.
"""

import os
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any

import django
from django.conf import settings

DATABASE, FILE, SECONDS = sys.argv[1:]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
settings.DATABASES["default"]["NAME"] = DATABASE
django.setup()

from django.core.management import call_command  # noqa: E402

from negotiation.jobs import outbox, registry  # noqa: E402
from negotiation.models import BankHoliday  # noqa: E402

outbox.LEASE = timedelta(seconds=1.5)


def _linger() -> None:
    with open(FILE, "a") as file:
        file.write("begun\n")
    time.sleep(float(SECONDS))


@registry.handles("in_transaction")
def in_transaction(payload: dict[str, Any], *, now: datetime) -> None:
    BankHoliday.objects.create(day=date(2026, 1, payload["day"]))
    _linger()


@registry.handles("outside", slow=True)
def outside(payload: dict[str, Any], *, now: datetime) -> registry.Effect:
    _linger()
    return lambda: BankHoliday.objects.create(day=date(2026, 1, payload["day"]))


call_command("worker")
