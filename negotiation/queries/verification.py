"""Is this file a document of the bank, and is what it says still in force? For anyone who holds it: no personal data.

The cryptography is ``documents.verification``; here its answer meets the record of what was issued.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from negotiation.documents.signing_keys import bank_trust
from negotiation.documents.verification import LARGEST_FILE, Reason, Trust, Verification, verify
from negotiation.domain.workflow import PlanState
from negotiation.models import Agreement, Document
from negotiation.models.agreements import DocumentKind
from negotiation.queries.agreements import agreement_by_reference
from negotiation.queries.issued import issued_by_hash

__all__ = [
    "LARGEST_FILE",
    "CheckedDocument",
    "IssuedAgreement",
    "Reason",
    "Standing",
    "check_document",
    "issued_agreement",
]


class Standing(StrEnum):
    """What has become of the agreement that a document records; WITHDRAWN is a document itself, while its agreement goes on."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


UNDATED = {Reason.CERTIFICATE_EXPIRED, Reason.TIMESTAMP_REVOKED}
"""The signature is sound, but by itself no longer shows when it was made; the bank's records do."""

STANDINGS = {
    PlanState.PENDING_DOWN_PAYMENT: Standing.CURRENT,
    PlanState.ACTIVE: Standing.CURRENT,
    PlanState.AT_RISK: Standing.CURRENT,
    PlanState.BREACHED: Standing.CURRENT,
    PlanState.TERMINATED: Standing.CANCELLED,
    PlanState.COMPLETED: Standing.COMPLETED,
    PlanState.SUPERSEDED: Standing.SUPERSEDED,
}


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """The answer about one file. ``is_recorded``: the bank issued exactly these bytes; ``standing`` is of its agreement, if known.

    ``steps`` are told of a recorded agreement only.
    """

    verification: Verification
    is_recorded: bool
    kind: str
    standing: Standing | None
    steps: "SigningSteps | None" = None

    @property
    def is_genuine(self) -> bool:
        """Signed by the bank, unchanged, and the very file it issued."""
        return self.verification.valid and self.is_recorded


@dataclass(frozen=True, slots=True)
class SigningSteps:
    """When each step of signing was taken; who took them is not told."""

    costs_shown_at: datetime
    costs_confirmed_at: datetime
    undertakings_given_at: datetime
    accepted_at: datetime
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedAgreement:
    """What may be told of an agreement to whoever knows its reference."""

    reference: str
    sealed_at: datetime
    standing: Standing


def check_document(pdf: bytes, *, now: datetime, trust: Trust | None = None) -> CheckedDocument:
    """Check the signature, and look the file up by its SHA-256. A recorded file is judged by the moment at which it was issued.

    :raises SigningKeyMissing: if ``trust`` is not given and the bank's certificates cannot be read.
    """
    trust = trust or bank_trust()
    verification = verify(pdf, trust=trust, now=now)
    document, issued_at = issued_by_hash(verification.sha256) or (None, now)
    if document is not None and verification.reason in UNDATED:
        verification = verify(pdf, trust=trust, now=issued_at)
    return CheckedDocument(
        verification,
        document is not None,
        _kind(document),
        _standing_of(document, verification),
        _steps(document) if document and verification.valid else None,
    )


def issued_agreement(reference: str) -> IssuedAgreement | None:
    """The signed agreement of that reference, or None if there is none (or it is not signed yet)."""
    agreement = agreement_by_reference(reference)
    if agreement is None or agreement.sealed_at is None:
        return None
    return IssuedAgreement(agreement.reference, agreement.sealed_at, _standing(agreement))


def _steps(document: Document) -> SigningSteps | None:
    agreement = document.agreement
    if document.kind != DocumentKind.AGREEMENT:
        return None
    return SigningSteps(
        agreement.cost_sheet_shown_at,
        agreement.cost_sheet_confirmed_at,
        agreement.undertakings_given_at,
        agreement.signed_at,
        agreement.sealed_at,
    )


def _standing_of(document: Document | None, verification: Verification) -> Standing | None:
    if document is not None:
        return Standing.WITHDRAWN if document.is_withdrawn else _standing(document.agreement)
    issued = issued_agreement(verification.reference) if verification.valid else None
    return issued.standing if issued else None


def _standing(agreement: Agreement) -> Standing:
    return STANDINGS[PlanState(agreement.plan.state)]


def _kind(document: Document | None) -> str:
    return DocumentKind(document.kind).value if document else ""
