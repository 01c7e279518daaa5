"""Is this file one that the bank signed, unchanged? Answers from the bytes and the bank's certificate alone.

The signature is checked over the raw bytes first; only a file whose every byte the bank has signed is opened as a PDF. So a
hostile file costs one hash. Knows nothing of stored documents or of whether an agreement is still in force.
"""

import asyncio
import hashlib
import io
import logging
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from asn1crypto import cms, crl, parser, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel, StandardCMSSignatureStatus
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.registry import CertificateRegistry

from negotiation.documents.long_term import LONGEST_PATH, is_revoked

# A stranger's file decides what these loggers would write (names in its certificates); the answer says what went wrong.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_SIGNATURE = 64 * 1024

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
HEXADECIMAL = re.compile(rb"<[0-9a-fA-F]+>")


OUT_OF_TIME = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}


class Reason(StrEnum):
    """Why a file is or is not accepted."""

    GENUINE = "genuine"
    TOO_LARGE = "too_large"
    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    NOT_SIGNED = "not_signed"
    ALTERED = "altered"
    CHANGED_AFTER_SIGNING = "changed_after_signing"
    UNKNOWN_SIGNER = "unknown_signer"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_REVOKED = "certificate_revoked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signature counts: self-signed ``certificates`` are roots, the others help to build the chain."""

    certificates: tuple[x509.Certificate, ...]
    revocation_lists: tuple[crl.CertificateList, ...] = ()

    @property
    def roots(self) -> list[x509.Certificate]:
        own = [certificate for certificate in self.certificates if certificate.self_issued]
        return own or list(self.certificates)


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


class _Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def verify(pdf: bytes, *, trust: Trust, now: datetime) -> Verification:
    """Check ``pdf`` against ``trust`` at the moment ``now`` (or at its timestamp, if it carries one). Never raises for a bad file."""
    digest = hashlib.sha256(pdf[: LARGEST_FILE + 1]).hexdigest()
    try:
        return _genuine(pdf, digest, trust, now)
    except _Refused as refused:
        return Verification(valid=False, reason=refused.reason, sha256=digest)
    except Exception:
        return Verification(valid=False, reason=Reason.UNREADABLE, sha256=digest)


def _genuine(pdf: bytes, digest: str, trust: Trust, now: datetime) -> Verification:
    signed, signature = _parts(pdf)
    status = _check_signature(signed, signature, trust, now)
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    embedded = _only_signature(reader)
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
    )


def _parts(pdf: bytes) -> tuple[bytes, bytes]:
    """The bytes that are signed and the signature; the two must be the whole file."""
    if len(pdf) > LARGEST_FILE:
        raise _Refused(Reason.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        raise _Refused(Reason.NOT_A_PDF)
    ranges = BYTE_RANGE.findall(pdf)
    if not ranges:
        raise _Refused(Reason.ENCRYPTED if b"/Encrypt" in pdf else Reason.NOT_SIGNED)
    start, first, second, rest = (int(number) for number in ranges[-1])
    gap = pdf[first:second]
    if start or len(ranges) > 1 or second + rest != len(pdf):
        raise _Refused(_misfit(pdf, second + rest, len(ranges)))
    if (
        not 2 < len(gap) <= LARGEST_SIGNATURE + 2
        or not HEXADECIMAL.fullmatch(gap)
        or not pdf[:first].endswith(b"/Contents ")
    ):
        raise _Refused(Reason.ALTERED)
    return pdf[:first] + pdf[second:], bytes.fromhex(gap[1:-1].decode("ascii"))


def _misfit(pdf: bytes, end: int, signatures: int) -> Reason:
    """Why the signed range is not the file: encrypted anew, added to, or rewritten."""
    if b"/Encrypt" in pdf:
        return Reason.ENCRYPTED
    return Reason.CHANGED_AFTER_SIGNING if signatures > 1 or end < len(pdf) else Reason.ALTERED


def _check_signature(signed: bytes, signature: bytes, trust: Trust, now: datetime) -> StandardCMSSignatureStatus:
    content = _signed_data(signature)
    signer, authority = context(trust, _moment(content, now)), context(trust, now)
    status = run(
        async_validate_detached_cms(signed, content, signer_validation_context=signer, ts_validation_context=authority)
    )
    if not (status.intact and status.valid):
        raise _Refused(Reason.ALTERED)
    if is_revoked(status.signing_cert, trust.revocation_lists, _moment(content, now)):
        raise _Refused(Reason.CERTIFICATE_REVOKED)
    if not status.bottom_line:
        raise _Refused(_distrust(status, trust))
    return status


def _signed_data(signature: bytes) -> cms.SignedData:
    """The one CMS structure in the gap; after it there may be nothing but zeros, and inside it nothing after its two parts."""
    length = parser.peek(signature)
    inside = parser.parse(signature[:length], strict=True)[4]
    parts = parser.peek(inside)
    if signature[length:].strip(b"\0") or parts + parser.peek(inside[parts:]) != len(inside):
        raise _Refused(Reason.ALTERED)
    container = cms.ContentInfo.load(signature[:length], strict=True)
    if container["content_type"].native != "signed_data":
        raise _Refused(Reason.ALTERED)
    return container["content"]


def _moment(content: cms.SignedData, now: datetime) -> datetime:
    """When the certificate must have been valid: at the timestamp, whose own signature is checked with the rest, else now."""
    attributes = content["signer_infos"][0]["unsigned_attrs"]
    for attribute in attributes if isinstance(attributes, cms.CMSAttributes) else ():
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            return token["gen_time"].native
    return now


class _KnownIssuers(CertificateRegistry):
    """Takes from a signature only certificates that one it holds has issued.

    pyHanko tries every path there is: nine certificates of a stranger, each the issuer of all others, keep it busy for minutes.
    """

    def register_multiple(self, certs: Iterable[x509.Certificate]) -> None:
        carried = list(certs)
        for _ in range(LONGEST_PATH):
            for certificate in carried:
                if any(_has_issued(holder, certificate) for holder in self.retrieve_by_name(certificate.issuer)):
                    self.register(certificate)


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the issuer's key made the signature on the certificate."""
    try:
        below, above = (load_der_x509_certificate(one.dump()) for one in (certificate, issuer))
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def context(trust: Trust, moment: datetime) -> ValidationContext:
    """Trust put as pyHanko wants it, at a moment, without any network."""
    return ValidationContext(
        trust_roots=trust.roots,
        certificate_registry=_KnownIssuers.build(trust.certificates),
        moment=moment.astimezone(UTC),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _distrust(status: StandardCMSSignatureStatus, trust: Trust) -> Reason:
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
        raise _Refused(Reason.ALTERED)
    whole = signatures[0].evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    if not whole or signatures[0].docmdp_level != MDPPerm.NO_CHANGES:
        raise _Refused(Reason.CHANGED_AFTER_SIGNING)
    return signatures[0]


def _signed_at(status: StandardCMSSignatureStatus, embedded: EmbeddedPdfSignature) -> datetime | None:
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp else embedded.self_reported_timestamp


def run(work: Any) -> Any:
    """Run pyHanko's coroutine in a thread of its own, so that a caller inside an event loop may verify too."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
