"""Reads of agreements, their documents and plans, always for a named cardholder or for staff."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from negotiation.domain.workflow import PLAN_STATES_IN_FORCE, PlanState
from negotiation.models import (
    Agreement,
    CardAccount,
    Cardholder,
    Document,
    EntryKind,
    Job,
    JobState,
    LedgerEntry,
    Negotiation,
    Plan,
)
from negotiation.models.agreements import DocumentKind

GOVERNING_LANGUAGE = "zh-hans"


def agreement_for(*, cardholder: Cardholder, reference: str) -> Agreement:
    """One of the cardholder's own agreements.

    :raises Agreement.DoesNotExist: if there is none of that reference, or it is somebody else's.
    """
    return _agreements().get(negotiation__cardholder=cardholder, reference=reference)


def agreement_of(negotiation: Negotiation) -> Agreement | None:
    """The agreement a negotiation led to, if any."""
    return _agreements().filter(negotiation=negotiation).first()


def _agreements() -> QuerySet[Agreement]:
    return Agreement.objects.select_related("quote", "quote__snapshot", "negotiation", "negotiation__account", "plan")


def document_for(*, cardholder: Cardholder, reference: str) -> Document:
    """A document of one of the cardholder's own agreements.

    :raises Document.DoesNotExist: if there is none of that reference, or it is somebody else's.
    """
    return Document.objects.select_related("agreement").get(
        agreement__negotiation__cardholder=cardholder, reference=reference
    )


def documents_of(agreement: Agreement) -> QuerySet[Document]:
    """The agreement itself in each language without the bytes, the governing one first."""
    return _without_bytes(agreement).filter(kind=DocumentKind.AGREEMENT).order_by("-is_governing", "language")


def plan_documents_of(agreement: Agreement) -> QuerySet[Document]:
    """Settlement certificate and statements of account without their bytes, the newest first, the governing language first."""
    others = _without_bytes(agreement).exclude(kind=DocumentKind.AGREEMENT)
    return others.order_by("-sealed_at", "-is_governing", "language")


def statement_job_key(agreement: Agreement, as_of: date) -> str:
    """Under which a statement of that day's figures is asked for, at most once."""
    return f"statement:{agreement.pk}:{as_of.isoformat()}"


def is_statement_being_made(agreement: Agreement) -> bool:
    """Whether a statement of account was asked for and is not there yet."""
    asked = Job.objects.filter(kind="issue_statement", key__startswith=f"statement:{agreement.pk}:")
    return asked.exclude(state=JobState.DONE).exists()


def _without_bytes(agreement: Agreement) -> QuerySet[Document]:
    return agreement.documents.defer("draft_content", "content")


def governing_document(agreement: Agreement) -> Document | None:
    """The document that is signed; None while it is being prepared."""
    return agreement.documents.filter(kind=DocumentKind.AGREEMENT, is_governing=True).first()


def agreement_by_reference(reference: str) -> Agreement | None:
    """For the public verify page, which shows no personal data."""
    return _agreements().filter(reference=reference).first()


def plan_in_force(account: CardAccount) -> Plan | None:
    """The account's plan that has been signed and has neither ended nor been superseded."""
    return Plan.objects.filter(account=account, state__in=PLAN_STATES_IN_FORCE).first()


def plans_in_force(*, after: str | None = None) -> QuerySet[Plan]:
    """Every plan in force with what its standing is worked out from, in the order of keys; those after a key."""
    plans = _running().filter(state__in=PLAN_STATES_IN_FORCE).order_by("pk")
    return plans.filter(pk__gt=after) if after else plans


def plans_to_keep(*, after: str | None = None) -> QuerySet[Plan]:
    """As ``plans_in_force``, and those paid off on whose account something was corrected since: a payment may have been returned."""
    corrected = LedgerEntry.objects.filter(
        account=OuterRef("account"), kind=EntryKind.ADJUSTMENT, posting_date__gte=OuterRef("begun_on")
    )
    is_doubtful = Q(state=PlanState.COMPLETED) & Exists(corrected)
    plans = _running().annotate(begun_on=TruncDate("started_at")).order_by("pk")
    plans = plans.filter(Q(state__in=PLAN_STATES_IN_FORCE) | is_doubtful)
    return plans.filter(pk__gt=after) if after else plans


def plan_by_reference(reference: str) -> Plan:
    """The plan of an agreement, for staff and for the work after an event.

    :raises Plan.DoesNotExist: if there is none.
    """
    return _running().get(agreement__reference=reference)


def plan_by_key(pk: uuid.UUID) -> Plan:
    """A plan for staff.

    :raises Plan.DoesNotExist: if there is none.
    """
    return _running().get(pk=pk)


@contextmanager
def plan_to_decide(pk: uuid.UUID) -> Iterator[Plan]:
    """The same, inside a transaction that holds it, so that two decisions take turns.

    :raises Plan.DoesNotExist: if there is none.
    """
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=pk)
        yield plan_by_key(pk)


def _running() -> QuerySet[Plan]:
    return Plan.objects.select_related("account", "agreement__quote__snapshot", "agreement__negotiation")


def renegotiation_count(account: CardAccount) -> int:
    """How many plans the account's present debt has had: 0 before its first one.

    A debt that a plan has paid off is over; what is owed after that is a new debt.
    """
    count = 0
    for state in Plan.objects.filter(account=account).order_by("started_at").values_list("state", flat=True):
        count = 0 if state == PlanState.COMPLETED else count + 1
    return count


def has_plan_in_force(cardholder: Cardholder) -> bool:
    """Whether one of the cardholder's plans has not ended; while there is one, nobody collects (invariant 6)."""
    return Plan.objects.filter(account__cardholder=cardholder, state__in=PLAN_STATES_IN_FORCE).exists()


def plans_in_force_of(*, cardholder: Cardholder) -> QuerySet[Plan]:
    """The cardholder's plans in force; at most one an account."""
    return _running().filter(account__cardholder=cardholder, state__in=PLAN_STATES_IN_FORCE)


def plan_of(agreement: Agreement) -> Plan | None:
    return (
        Plan.objects.filter(agreement=agreement)
        .select_related("account", "agreement__quote__snapshot", "agreement__negotiation")
        .prefetch_related("instalments")
        .first()
    )
