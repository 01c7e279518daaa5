"""Is this file one that the bank signed, unchanged? Answers from the bytes and the bank's certificate alone.

The signature is checked over the raw bytes first; only bytes that the bank has signed are opened as a PDF. So a hostile file costs
one hash. After them only archive timestamps of our one shape may follow. Knows nothing of stored documents or of whether an
agreement is still in force.
"""

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms, validate_tst_signed_data
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    SignatureCoverageLevel,
    SignatureStatus,
    StandardCMSSignatureStatus,
    TimestampSignatureStatus,
)

from negotiation.documents.archive import NotPrepared, archived, proofs_in
from negotiation.documents.coroutines import run
from negotiation.documents.long_term import is_revoked, is_void
from negotiation.documents.refusals import Reason, Refused
from negotiation.documents.signed_parts import LARGEST_FILE, SignedPart, parts_of, signed_data
from negotiation.documents.trust import Trust, context

__all__ = ["LARGEST_FILE", "Reason", "Trust", "Verification", "context", "run", "verify"]

# A stranger's file decides what these loggers would write (names in its certificates); the answer says what went wrong.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

IMPRINTS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
OUT_OF_TIME = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer. What follows ``sha256`` is known only if the signature itself holds."""

    valid: bool
    reason: Reason
    sha256: str
    signer: str = ""
    signed_at: datetime | None = None
    has_timestamp: bool = False
    covers_whole_file: bool = False
    reference: str = ""
    title: str = ""
    archived_until: datetime | None = None


def verify(pdf: bytes, *, trust: Trust, now: datetime) -> Verification:
    """Check ``pdf`` against ``trust`` at the moment ``now`` (or at its timestamp, if it carries one). Never raises for a bad file."""
    digest = hashlib.sha256(pdf[: LARGEST_FILE + 1]).hexdigest()
    try:
        return _genuine(pdf, digest, trust, now)
    except Refused as refused:
        return Verification(valid=False, reason=refused.reason, sha256=digest)
    except Exception:
        return Verification(valid=False, reason=Reason.UNREADABLE, sha256=digest)


def _genuine(pdf: bytes, digest: str, trust: Trust, now: datetime) -> Verification:
    bank, *stamps = parts_of(pdf)
    tokens = [_token(stamp) for stamp in stamps]
    # Each signature is judged by the moment at which the next timestamp shows that it was there; the last one now.
    moments = [*(_stamped_at(token) for token in tokens), now]
    status = check_signature(bank.covered, signed_data(bank.contents), trust, moments[0])
    ends = [
        _check_stamp(stamp, token, trust, moment)
        for stamp, token, moment in zip(stamps, tokens, moments[1:], strict=True)
    ]
    reader = PdfFileReader(io.BytesIO(pdf[: bank.end]), strict=True)
    embedded = _only_signature(reader)
    for before, stamp in pairwise([bank, *stamps]):
        _check_update(before, stamp)
    information = reader.trailer_view["/Info"]
    return Verification(
        valid=True,
        reason=Reason.GENUINE,
        sha256=digest,
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
        signed_at=_signed_at(status, embedded),
        has_timestamp=status.timestamp_validity is not None,
        covers_whole_file=True,
        reference=str(information.get("/Keywords", "")),
        title=str(information.get("/Title", "")),
        archived_until=ends[-1] if ends else None,
    )


def check_signature(covered: bytes, content: cms.SignedData, trust: Trust, now: datetime) -> StandardCMSSignatureStatus:
    """What is found out about the bank's signature over these bytes, at its timestamp if it carries one, else at ``now``.

    :raises Refused: if it does not hold or is not the bank's.
    """
    signer, authority = context(trust, _moment(content, now)), context(trust.of_timestamps, now)
    work = async_validate_detached_cms(
        covered, content, signer_validation_context=signer, ts_validation_context=authority
    )
    status = _found(work, of_stranger=Reason.UNKNOWN_SIGNER)
    if not (status.intact and status.valid):
        raise Refused(Reason.ALTERED)
    if any(is_revoked(one, trust.revocation, _moment(content, now)) for one in _path(status)):
        raise Refused(Reason.CERTIFICATE_REVOKED)
    if not status.trusted:
        raise Refused(_distrust(status, trust))
    if trust.signers and status.signing_cert.subject.hashable not in trust.signers:
        raise Refused(Reason.UNKNOWN_SIGNER)
    _check_moment(status, trust, _moment(content, now), now)
    if not status.bottom_line:
        raise Refused(Reason.ALTERED)
    return status


def _found(work: Any, *, of_stranger: Reason) -> Any:
    """What pyHanko finds out. It asserts that a certificate is signed by its issuer's kind of key; that of a stranger need not be."""
    try:
        return run(work)
    except AssertionError:
        raise Refused(of_stranger) from None


def _check_moment(status: StandardCMSSignatureStatus, trust: Trust, moment: datetime, now: datetime) -> None:
    """The moment by which the certificate was judged is the one that the trusted timestamp tells, of however many there are."""
    stamp = status.timestamp_validity
    if stamp is not None and not stamp.trusted:
        raise Refused(_distrust(stamp, trust.of_timestamps))
    if moment != (stamp.timestamp if stamp else now):
        raise Refused(Reason.ALTERED)
    if stamp is not None:
        _check_authority(stamp, trust, moment, now)


def _check_authority(stamp: TimestampSignatureStatus, trust: Trust, stamped_at: datetime, moment: datetime) -> None:
    """No certificate behind a timestamp was revoked since in a way that takes away what it proves."""
    if any(is_void(one, trust.revocation, stamped_at, moment) for one in _path(stamp)):
        raise Refused(Reason.TIMESTAMP_REVOKED)


def _path(status: SignatureStatus) -> list[x509.Certificate]:
    """The certificate of a signature, and those between it and its root if there is a way to one."""
    path = status.validation_path
    return [status.signing_cert, *(path.iter_certs(include_root=False) if path else ())]


def _token(stamp: SignedPart) -> cms.SignedData:
    """The timestamp in a part that was appended; a signature of any other kind is a change."""
    content = signed_data(stamp.contents)
    if content["encap_content_info"]["content_type"].native != "tst_info":
        raise Refused(Reason.CHANGED_AFTER_SIGNING)
    return content


def _stamped_at(token: cms.SignedData) -> datetime:
    return token["encap_content_info"]["content"].parsed["gen_time"].native


def _check_stamp(stamp: SignedPart, token: cms.SignedData, trust: Trust, moment: datetime) -> datetime:
    """The last moment of the authority's certificate, if the archive timestamp holds at ``moment``."""
    imprint = lambda algorithm: IMPRINTS[algorithm](stamp.covered).digest()  # noqa: E731 — pyHanko asks for a function
    work = validate_tst_signed_data(token, context(trust.of_timestamps, moment), imprint)
    status = TimestampSignatureStatus(**_found(work, of_stranger=Reason.CHANGED_AFTER_SIGNING))
    if not status.trusted:
        is_late = _distrust(status, trust.of_timestamps) == Reason.CERTIFICATE_EXPIRED
        raise Refused(Reason.CERTIFICATE_EXPIRED if is_late else Reason.CHANGED_AFTER_SIGNING)
    _check_authority(status, trust, _stamped_at(token), moment)
    return status.signing_cert["tbs_certificate"]["validity"]["not_after"].native


def _check_update(before: SignedPart, stamp: SignedPart) -> None:
    """Write the update again from its parts: it must be the same bytes, so it holds nothing else. Opens only what came before it."""
    pdf = stamp.pdf
    try:
        proofs = proofs_in(pdf[before.end : stamp.end])
        again = archived(pdf[: before.end], proofs, digits=stamp.digits, token=stamp.contents)
    except (NotPrepared, ValueError):
        raise Refused(Reason.CHANGED_AFTER_SIGNING) from None
    if again.pdf != pdf[: stamp.end]:
        raise Refused(Reason.CHANGED_AFTER_SIGNING)


def _moment(content: cms.SignedData, now: datetime) -> datetime:
    """When the certificate must have been valid: at the timestamp, whose own signature is checked with the rest, else now."""
    attributes = content["signer_infos"][0]["unsigned_attrs"]
    for attribute in attributes if isinstance(attributes, cms.CMSAttributes) else ():
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            return token["gen_time"].native
    return now


def _distrust(status: SignatureStatus, trust: Trust) -> Reason:
    """Of a signature that is sound but not trusted: a certificate of ours out of its time, or not ours at all."""
    issuers = {certificate.subject.hashable for certificate in trust.certificates}
    is_ours = status.signing_cert.issuer.hashable in issuers
    if is_ours and status.trust_problem_indic in OUT_OF_TIME:
        return Reason.CERTIFICATE_EXPIRED
    return Reason.UNKNOWN_SIGNER


def _only_signature(reader: PdfFileReader) -> EmbeddedPdfSignature:
    """The one signature, which certifies the whole file and allows no change."""
    signatures = reader.embedded_signatures
    if len(signatures) != 1 or reader.encrypted:
        raise Refused(Reason.ALTERED)
    whole = signatures[0].evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    if not whole or signatures[0].docmdp_level != MDPPerm.NO_CHANGES:
        raise Refused(Reason.CHANGED_AFTER_SIGNING)
    return signatures[0]


def _signed_at(status: StandardCMSSignatureStatus, embedded: EmbeddedPdfSignature) -> datetime | None:
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp else embedded.self_reported_timestamp
