"""Renewing archive timestamps: a signed document outlives the certificate of the authority that stamped it."""

from datetime import datetime

from negotiation.documents.signing import SealNotVerified, timestamper
from negotiation.documents.signing_keys import SigningUnavailable, bank_trust
from negotiation.documents.stamping import renewed
from negotiation.documents.verification import Verification, verify
from negotiation.jobs.registry import Effect
from negotiation.models import ArchiveRenewal, Document
from negotiation.queries.events import plan_stream
from negotiation.queries.issued import IssuedFile, issued_file
from negotiation.services.events import SYSTEM, record


class NothingGained(SigningUnavailable):
    """The timestamp authority still signs with a certificate that ends no later than the one to be replaced."""


class NoAuthority(SigningUnavailable):
    """No timestamp authority is configured."""


def renew_archive_timestamp(*, document: Document, now: datetime) -> Effect:
    """Ask for a timestamp over the document as it is; the function that is returned keeps it, in a transaction.

    :raises NoAuthority, TimestampUnavailable, RevocationDataMissing: if there is no timestamp, or no proof about the last authority.
    :raises NothingGained: if it would hold no longer than the last one.
    :raises SealNotVerified: if the result is not genuine, such as when the last timestamp has ended already.
    """
    authority, trust, before = timestamper(), bank_trust(), issued_file(document)
    if authority is None:
        raise NoAuthority("no timestamp authority is configured")
    after = renewed(before.content, authority, trust=trust, now=now)
    answer = verify(after, trust=trust, now=now)
    if not answer.valid:
        raise SealNotVerified(answer.reason)
    assert before.archived_until is not None
    assert answer.archived_until is not None
    if answer.archived_until <= before.archived_until:
        raise NothingGained(f"the timestamp authority's certificate ends on {answer.archived_until:%Y-%m-%d} too")
    return lambda: keep_renewal(document, before, after, answer, now)


def keep_renewal(document: Document, before: IssuedFile, after: bytes, answer: Verification, now: datetime) -> None:
    """Keep the bytes that were appended, and say so.

    :raises IntegrityError: if the document was renewed meanwhile; then nothing is kept.
    """
    ArchiveRenewal.objects.create(
        document=document,
        seq=before.renewal_count + 1,
        appended=after[len(before.content) :],
        sha256=answer.sha256,
        renewed_at=now,
        archived_until=answer.archived_until,
    )
    data = {
        "agreement": document.agreement.reference,
        "document": document.reference,
        "sha256": {document.language: answer.sha256},
    }
    record(stream=plan_stream(document.agreement), kind="archive_timestamp_renewed", actor=SYSTEM, data=data, now=now)
