"""Brings a demonstration up to date: `make run` calls it every time. Each step looks whether it is needed."""

import os
from datetime import datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from negotiation.queries import demonstration
from negotiation.services.demonstration_policy import seed_demonstration_policy
from negotiation.services.demonstration_texts import seed_demonstration_texts
from portal.accounts.staff import enrol_totp
from portal.ops.people import STAFF, StaffMember

QUIET = StringIO()


class Command(BaseCommand):
    help = "Prepare the demonstration: database, static files, key, staff, limits, portfolio, invitations."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is not a demonstration.")
        now = timezone.now()
        self._say("Database")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self._say("Static files")
        collect_static_files()
        self._say("Signing key, staff, limits, texts")
        make_signing_key()
        call_command("sync_roles", stdout=QUIET)
        for member in STAFF:
            enlist(member)
        seed_demonstration_policy(now=now)
        seed_demonstration_texts(now=now)
        self._prepare_portfolio(now)

    def _prepare_portfolio(self, now: datetime) -> None:
        if not demonstration.has_portfolio():
            self._say("Portfolio, made from the data set in demo/ (once, about a minute)")
            call_command("import_feed", str(made_feed(now)), stdout=self.stdout)
        for account in demonstration.known_accounts():
            if account.cardholder.user_id is None:
                call_command("send_invitations", source_id=account.cardholder.source_id, stdout=QUIET)

    def _say(self, text: str) -> None:
        self.stdout.write(f"· {text}")
        self.stdout.flush()


def collect_static_files() -> None:
    """Collects and compresses the static files, unless they are those that were collected last."""
    files = [found for finder in get_finders() for found in finder.list([])]
    stats = [(path, os.stat(storage.path(path))) for path, storage in files]
    digest = sha256(repr([(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats]).encode()).hexdigest()
    stamp = settings.STATIC_ROOT / ".collected"
    if not (stamp.exists() and stamp.read_text() == digest):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest)


def make_signing_key() -> None:
    """Makes the demonstration's key; what a kill left of an earlier attempt is put aside first."""
    if not settings.SIGN_P12_PATH.exists():
        for half_done in (settings.SIGN_P12_PASSPHRASE_FILE, settings.SIGN_CHAIN_FILE):
            half_done.unlink(missing_ok=True)
        call_command("make_signing_key", stdout=QUIET)


@transaction.atomic
def enlist(member: StaffMember) -> None:
    """Makes sure that somebody works at the bank, with their password and their second factor."""
    users = get_user_model().objects
    if users.filter(email=member.email).exists():
        return
    user = users.create_user(member.email, member.password, name=member.name, is_staff=True)
    user.groups.add(Group.objects.get(name=member.role))
    enrol_totp(user=user, secret=member.totp_secret)


def made_feed(now: datetime) -> Path:
    """The directory of a feed as of yesterday, made anew."""
    as_of = timezone.localdate(now) - timedelta(days=1)
    directory: Path = settings.VAR_DIR / "feed" / as_of.isoformat()
    call_command("make_demo_feed", as_of=as_of, out=directory, stdout=QUIET)
    return directory
