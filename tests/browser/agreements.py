"""Negotiations and agreements that nobody has to click together: made by the services, rendered and signed by the running worker."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, CardAccount, Negotiation, Plan
from negotiation.queries.agreements import governing_document
from negotiation.services import signing
from negotiation.services.signing import READING_TIME, StepUp
from tests.browser.installation import wait_for
from tests.browser.people import overdue_account
from tests.factories import make_negotiation

OUTSIDE_THE_CORRIDOR = timedelta(days=40)
"""A plan that begins so late is never accepted at once."""
WITHIN_AUTHORITY, ABOVE_AUTHORITY = 30, 44
"""Instalments that a reviewer may agree alone, and that need a second approval."""


def late_start() -> date:
    return timezone.localdate() + OUTSIDE_THE_CORRIDOR


def proposed(*, instalments: int = WITHIN_AUTHORITY, language: str = "en") -> Negotiation:
    """A proposal that waits for a person at the bank."""
    return _proposal(overdue_account(language=language), instalments, late_start())


def shown_agreement(account: CardAccount | None = None) -> Agreement:
    """Agreed at once and made ready to be signed."""
    first_date = timezone.localdate() + timedelta(days=30)
    return made_ready(_proposal(account or overdue_account(), 12, first_date))


def made_ready(negotiation: Negotiation) -> Agreement:
    """Of an agreed negotiation: rendered by the worker, read and promised; the next step is the signature."""
    agreement, now = Agreement.objects.get(negotiation=negotiation), timezone.now()
    wait_for(lambda: governing_document(agreement), "the document to be rendered")
    who: dict[str, Any] = {"cardholder": agreement.negotiation.cardholder, "reference": agreement.reference}
    signing.show_cost_sheet(**who, now=now - READING_TIME)
    signing.confirm_cost_sheet(**who, now=now)
    names = {item.name for item in signing.required_undertakings(agreement, "en")}
    signing.give_undertakings(**who, names=names, language="en", now=now)
    return agreement


def sign(agreement: Agreement) -> None:
    """The cardholder's part; the bank's follows in the worker."""
    document = governing_document(agreement)
    assert document is not None
    signing.sign(
        cardholder=agreement.negotiation.cardholder,
        reference=agreement.reference,
        step_up=StepUp("code", document.draft_sha256),
        now=timezone.now(),
    )


def signed_agreement(account: CardAccount | None = None) -> Agreement:
    """Signed by both sides, with a plan in force."""
    agreement = shown_agreement(account)
    sign(agreement)
    wait_for(lambda: state_of(agreement) == NegotiationState.SIGNED, "the bank to sign")
    return Agreement.objects.select_related("quote", "negotiation__account").get(pk=agreement.pk)


def state_of(agreement: Agreement) -> str:
    return Negotiation.objects.get(pk=agreement.negotiation_id).state


def plans(agreement: Agreement) -> list[Plan]:
    return list(Plan.objects.filter(agreement=agreement))


def _proposal(account: CardAccount, instalments: int, first_date: date) -> Negotiation:
    terms = {"instalment_count": instalments, "first_date": first_date, "value_date": timezone.localdate()}
    return make_negotiation(account=account, now=timezone.now(), **terms)
