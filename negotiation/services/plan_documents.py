"""Documents of a running or finished plan: statements of account when the cardholder asks, the settlement certificate when all is paid.

Each is rendered, signed and stored once in both languages by the worker; without the bank's signature none exists.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from negotiation.documents.content import Language
from negotiation.documents.rendering import RenderedDocument
from negotiation.documents.settlement import render_settlement_certificate
from negotiation.documents.signing import SealedDocument, configured_means, seal
from negotiation.documents.signing_keys import bank_signer
from negotiation.documents.statement import render_statement
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE, ActorKind, PlanState
from negotiation.jobs.outbox import enqueue
from negotiation.jobs.registry import Effect, handles
from negotiation.models import Agreement, Cardholder, Document, Plan
from negotiation.models.agreements import DocumentKind
from negotiation.queries.agreements import (
    GOVERNING_LANGUAGE,
    agreement_for,
    is_statement_being_made,
    plan_documents_of,
    plan_of,
    statement_job_key,
)
from negotiation.queries.events import plan_stream
from negotiation.queries.standings import covered_day
from negotiation.services.events import SYSTEM, Actor, record
from negotiation.services.plan_content import settlement_content, statement_content, statement_day
from negotiation.services.refusals import PlanNotInForce

Made = list[tuple[RenderedDocument, SealedDocument]]


@transaction.atomic
def request_statement(*, cardholder: Cardholder, reference: str, now: datetime) -> Agreement:
    """Ask for a statement of account of the bank's newest figures. Asked again for the same figures, nothing happens.

    :raises PlanNotInForce: if the agreement has no plan, or the plan has ended.
    """
    agreement = agreement_for(cardholder=cardholder, reference=reference)
    plan = plan_of(agreement)
    if plan is None or plan.state not in PLAN_STATES_IN_FORCE:
        raise PlanNotInForce(reference)
    if not can_request_statement(plan) or is_statement_being_made(agreement):
        return agreement
    key = statement_job_key(agreement, statement_day(plan))
    enqueue(kind="issue_statement", key=key, payload={"agreement": str(agreement.pk)}, run_at=now)
    actor = Actor(ActorKind.CARDHOLDER, cardholder.user)
    data = {"agreement": reference, "as_of": statement_day(plan).isoformat()}
    record(stream=plan_stream(agreement), kind="statement_requested", actor=actor, data=data, now=now)
    return agreement


def can_request_statement(plan: Plan) -> bool:
    """Whether the plan is in force and there is no statement yet of the bank's newest figures."""
    return plan.state in PLAN_STATES_IN_FORCE and not _has_statement(plan.agreement, statement_day(plan))


@handles("issue_statement", slow=True)
def issue_statement(payload: dict[str, Any], *, now: datetime) -> Effect | None:
    """Make the statement outside the transaction, store it in it; one for the same figures is never made twice."""
    plan = _plan(payload)
    content = statement_content(plan)
    if _has_statement(plan.agreement, content.as_of):
        return None
    made = _sealed([render_statement(content, language) for language in Language], now)
    return lambda: _keep(plan, DocumentKind.STATEMENT_OF_ACCOUNT, made, now, as_of=content.as_of)


@handles("issue_settlement_certificate", slow=True)
def issue_settlement_certificate(payload: dict[str, Any], *, now: datetime) -> Effect | None:
    """Make the certificate outside the transaction, store it in it; there is one a plan, and only of a completed one.

    After one that was withdrawn the next is told apart by the day of its figures.
    """
    plan, kind = _plan(payload), DocumentKind.SETTLEMENT_CERTIFICATE
    earlier = list(plan_documents_of(plan.agreement).filter(kind=kind))
    if plan.state != PlanState.COMPLETED or not all(document.is_withdrawn for document in earlier):
        return None
    as_of = covered_day(plan.account.as_of) if earlier else None
    content = settlement_content(plan)
    made = _sealed([render_settlement_certificate(content, language) for language in Language], now)
    return lambda: _keep(plan, kind, made, now, as_of=as_of)


def _plan(payload: dict[str, Any]) -> Plan:
    related = (
        "account",
        "agreement__quote__snapshot",
        "agreement__negotiation__account",
        "agreement__negotiation__cardholder",
    )
    return Plan.objects.select_related(*related).get(agreement=payload["agreement"])


def _has_statement(agreement: Agreement, as_of: date) -> bool:
    return agreement.documents.filter(kind=DocumentKind.STATEMENT_OF_ACCOUNT, as_of=as_of).exists()


def _sealed(rendered: list[RenderedDocument], now: datetime) -> Made:
    signer, means = bank_signer(), configured_means()
    return [(document, seal(document.pdf, signer, now=now, means=means)) for document in rendered]


def _keep(plan: Plan, kind: DocumentKind, made: Made, now: datetime, *, as_of: date | None = None) -> None:
    Document.objects.bulk_create(
        Document(
            agreement=plan.agreement,
            kind=kind,
            as_of=as_of,
            language=rendered.language.value,
            is_governing=rendered.language.value == GOVERNING_LANGUAGE,
            draft_content=rendered.pdf,
            draft_sha256=rendered.sha256,
            rendered_at=now,
            text_versions=dict(rendered.text_versions),
            content=sealed.pdf,
            sha256=sealed.sha256,
            signature_profile=sealed.profile,
            certificate_serial=sealed.certificate_serial,
            archived_until=sealed.archived_until,
            sealed_at=now,
        )
        for rendered, sealed in made
    )
    digests = {rendered.language.value: sealed.sha256 for rendered, sealed in made}
    data = {"agreement": plan.agreement.reference, "document": kind.value.lower(), "sha256": digests}
    record(stream=plan_stream(plan.agreement), kind="document_issued", actor=SYSTEM, data=data, now=now)
