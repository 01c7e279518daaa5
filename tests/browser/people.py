"""The people of the tests: cardholders that the bank's feed brought, others made in a moment, and the bank's staff."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone

from negotiation.models import CardAccount, Cardholder
from negotiation.services import drafts
from portal.management.commands.prepare_demonstration import enlist
from portal.ops.people import STAFF
from tests.browser.visitor import Visitor
from tests.factories import make_account, make_cardholder

REVIEWER, SENIOR, DRAFTER, PUBLISHER, AUDITOR, SUPPORT = STAFF
HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def hire_staff() -> None:
    """Everybody of the demonstration's bank, with a password that the web server can check."""
    with override_settings(PASSWORD_HASHERS=HASHERS):
        for member in STAFF:
            enlist(member)


def deliver_feed(directory: Path) -> None:
    """The cardholders of every demonstration, through the importer that a bank would use."""
    yesterday = timezone.localdate() - timedelta(days=1)
    call_command("make_demo_feed", as_of=yesterday, out=directory, limit=0, stdout=StringIO())
    call_command("import_feed", str(directory), stdout=StringIO())


def longest_overdue(source_id: str) -> CardAccount:
    """The account that an invitation of this customer leads to."""
    accounts = CardAccount.objects.filter(cardholder__source_id=source_id).select_related("cardholder")
    return accounts.order_by("oldest_unpaid_due_date", "reference")[0]


def overdue_account(*, language: str = "en", claimed: bool = True, **fields: Any) -> CardAccount:
    """Somebody who has been here before, unless they have not ``claimed`` it; 212 days past due with 34,723.06."""
    now, cardholder = timezone.now(), make_cardholder(language=language, claimed=claimed)
    overdue = {"oldest_unpaid_due_date": timezone.localdate() - timedelta(days=212), "as_of": now}
    return make_account(cardholder=cardholder, **overdue | fields)


def begun(account: CardAccount) -> Any:
    """A draft in which the circumstances are told."""
    draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=timezone.now())
    drafts.save_circumstances(
        draft=draft,
        hardship_reason="INCOME_DROP",
        monthly_income=None,
        essential_spending=None,
        other_debt_payments=None,
    )
    return draft


def let_in(visitor: Visitor, cardholder: Cardholder) -> Visitor:
    """Signed in already; how one signs in is tested where the journey begins."""
    client = Client()
    client.force_login(cardholder.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.url}])
    return visitor
