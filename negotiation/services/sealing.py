"""What the worker does for an agreement: render its documents once, and put the bank's signature on them once."""

from datetime import datetime, timedelta
from typing import Any

import structlog

from negotiation.documents.agreement import RenderedDocument, render_agreement
from negotiation.documents.content import Language
from negotiation.documents.signing import SealedDocument, configured_means, seal
from negotiation.documents.signing_keys import bank_signer
from negotiation.domain.workflow import Action
from negotiation.jobs.outbox import retry_dead
from negotiation.jobs.registry import Effect, handles
from negotiation.models import Agreement, Document
from negotiation.queries.agreements import GOVERNING_LANGUAGE, documents_of
from negotiation.queries.events import negotiation_stream
from negotiation.queries.issued import RENEW_WITHIN, archived_at_most_until
from negotiation.queries.sealing import waiting_for_seal
from negotiation.services.agreement_content import content_of
from negotiation.services.events import SYSTEM, record
from negotiation.services.evidence import acceptance_record
from negotiation.services.plans import begin_plan
from negotiation.services.transitions import move

MINUTE = timedelta(minutes=1)
WATCHED = 15 * MINUTE
"""How often the operator is told of what waits for the bank's signature, and from when."""
DOCUMENT_JOBS = ("render_agreement", "seal_agreement", "issue_statement", "issue_settlement_certificate")
log = structlog.get_logger("sealing")


@handles("render_agreement", slow=True)
def render_documents(payload: dict[str, Any], *, now: datetime) -> Effect | None:
    """Render both languages outside the transaction, store them in it. What exists is never rendered again."""
    agreement = Agreement.objects.select_related("quote", "negotiation__account", "negotiation__cardholder").get(
        pk=payload["agreement"]
    )
    if agreement.documents.exists():
        return None
    content = content_of(agreement)
    rendered = [render_agreement(content, language) for language in Language]
    return lambda: store_rendered(agreement, rendered, now)


def store_rendered(agreement: Agreement, rendered: list[RenderedDocument], now: datetime) -> None:
    """Keep the files that will be shown for signing, and say so."""
    Document.objects.bulk_create(
        Document(
            agreement=agreement,
            language=document.language.value,
            is_governing=document.language.value == GOVERNING_LANGUAGE,
            draft_content=document.pdf,
            draft_sha256=document.sha256,
            rendered_at=now,
            text_versions=dict(document.text_versions),
        )
        for document in rendered
    )
    record(
        stream=negotiation_stream(agreement.negotiation),
        kind="agreement_rendered",
        actor=SYSTEM,
        data={"agreement": agreement.reference, "sha256": {item.language.value: item.sha256 for item in rendered}},
        now=now,
    )


@handles("seal_agreement", slow=True)
def seal_documents(payload: dict[str, Any], *, now: datetime) -> Effect | None:
    """Sign every document of a signed agreement outside the transaction; store all of them in it, or none."""
    agreement = Agreement.objects.select_related("quote", "negotiation__account", "negotiation__renegotiates").get(
        pk=payload["agreement"]
    )
    if agreement.sealed_at is not None:
        return None
    signer, means, acceptance = bank_signer(), configured_means(), acceptance_record(agreement)
    sealed = [
        (document, seal(bytes(document.draft_content), signer, now=now, acceptance=acceptance, means=means))
        for document in documents_of(agreement)
    ]
    return lambda: keep_sealed(agreement, sealed, now)


@handles("watch_seals", every=WATCHED)
def watch_seals(payload: dict[str, Any], *, now: datetime) -> None:
    """Tell the operator of agreements that still wait for the bank's signature, and let given-up jobs try again; tell of archive
    timestamps too that were not renewed in time.

    So an agreement waits as long as an outage lasts, and is sealed soon after it without anybody's help.
    """
    number, longest = waiting_for_seal(now=now)
    if longest >= WATCHED:
        log.error("agreements wait for the bank's signature", number=number, longest_minutes=longest // MINUTE)
    for kind in DOCUMENT_JOBS:
        retry_dead(kind=kind, now=now)
    ending = archived_at_most_until(now + RENEW_WITHIN / 2).count()
    if ending:
        log.error("archive timestamps end soon; run renew_archive_timestamps", number=ending)


def keep_sealed(agreement: Agreement, sealed: list[tuple[Document, SealedDocument]], now: datetime) -> None:
    """Keep the signed files, close the negotiation and put the plan into force.

    :raises StaleNegotiation, TransitionNotAllowed: if the agreement was sealed before; then nothing is kept.
    """
    for document, result in sealed:
        Document.objects.filter(pk=document.pk, sealed_at__isnull=True).update(
            content=result.pdf,
            sha256=result.sha256,
            signature_profile=result.profile,
            certificate_serial=result.certificate_serial,
            archived_until=result.archived_until,
            sealed_at=now,
        )
    move(
        negotiation=agreement.negotiation,
        action=Action.SEAL,
        actor=SYSTEM,
        event="sealed",
        data={
            "agreement": agreement.reference,
            "sha256": {document.language: result.sha256 for document, result in sealed},
        },
        now=now,
    )
    Agreement.objects.filter(pk=agreement.pk).update(sealed_at=now)
    begin_plan(agreement=agreement, now=now)
