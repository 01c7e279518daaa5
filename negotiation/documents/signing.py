"""How the bank signs a rendered document: PAdES B-B; B-T with a timestamp authority; B-LT with current revocation data too; B-LTA
with an archive timestamp after the signature.

The signature is an incremental update: the signed file begins with the very bytes that the cardholder saw and accepted,
followed by the record of that acceptance and the bank's signature over both. It is certified: no later change is
permitted, and of additions only archive timestamps.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from asn1crypto import x509
from django.conf import settings
from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper

from negotiation.documents.archive import Proofs
from negotiation.documents.long_term import (
    NOTHING_KNOWN,
    Revocation,
    certificates_of,
    is_revoked,
    keep_its_end,
    revocation_data,
)
from negotiation.documents.signing_keys import (
    BankSigner,
    SigningKeyMissing,
    SigningKeyRevoked,
    forget_token,
    revocation,
    timestamp_authorities,
)
from negotiation.documents.stamping import TimestampUnavailable, asked, stamped
from negotiation.documents.verification import Trust, Verification, verify

__all__ = [
    "ACCEPTANCE",
    "Means",
    "SealNotVerified",
    "SealedDocument",
    "TimestampUnavailable",
    "configured_means",
    "seal",
    "timestamper",
]

FIELD = "BankSignature"
ACCEPTANCE = "acceptance.json"
log = structlog.get_logger("signing")
ROOM = 2048
"""Bytes for a signature beside its certificates: the signed attributes, and the signature of a key of up to 8192 bits."""
ROOM_FOR_TIMESTAMP = 10240
"""Bytes for a timestamp with all its certificates; those that we saw have two to seven thousand."""


class SealNotVerified(Exception):
    """The file just signed does not pass verification; it is not issued."""


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A signed file and what the record keeps of it.

    ``profile`` is ``B-B``, ``B-T``, ``B-LT`` or ``B-LTA``: what was reached, not what was wished. ``archived_until`` is the end of the
    certificate behind the archive timestamp, if there is one.
    """

    pdf: bytes
    sha256: str
    profile: str
    certificate_serial: str
    signed_at: datetime
    archived_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What a signature is made with besides the key. ``authorities`` are the roots of the timestamps, if they are not the bank's own."""

    timestamper: TimeStamper | None = None
    revocation: Revocation = NOTHING_KNOWN
    is_archived: bool = False
    authorities: tuple[x509.Certificate, ...] = ()


NO_MEANS = Means()


def configured_means() -> Means:
    """What the settings name.

    :raises SigningKeyMissing: if a file of them cannot be read.
    """
    return Means(timestamper(), revocation(), settings.SIGN_ARCHIVE_TIMESTAMP, timestamp_authorities())


def timestamper() -> TimeStamper | None:
    """The timestamp authority of the settings, or None if there is none."""
    return HTTPTimeStamper(settings.SIGN_TSA_URL, timeout=10) if settings.SIGN_TSA_URL else None


def seal(
    pdf: bytes, signer: BankSigner, *, now: datetime, acceptance: bytes | None = None, means: Means = NO_MEANS
) -> SealedDocument:
    """Sign ``pdf``; ``acceptance`` (JSON) is embedded under the signature. The result starts with the bytes of ``pdf``.

    With a timestamp and current revocation data of every issuer these are embedded too; then an archive timestamp may follow.

    :raises SigningKeyExpired: if the certificate is not valid ``now``.
    :raises SigningKeyRevoked: if its issuer says that it is revoked.
    :raises SigningKeyMissing: if the token that holds the key stops answering.
    :raises TimestampUnavailable: if there is a timestamp authority and it does not answer.
    :raises SealNotVerified: if the result does not verify against the signer's own chain.
    """
    signer.check(now)
    if is_revoked(signer.certificate, means.revocation, now):
        raise SigningKeyRevoked(f"certificate {signer.serial} is revoked")
    writer = _MetadataSafeWriter(io.BytesIO(pdf))
    if acceptance is not None:
        _attach(writer, acceptance, now)
    is_long_term = bool(means.timestamper and means.revocation) and _embed_revocation(writer, signer, means, now)
    _make_room(writer)
    signed = _signed(writer, signer, means, now)
    profile = "B-LT" if is_long_term else "B-T" if means.timestamper else "B-B"
    if is_long_term and means.timestamper and means.is_archived:
        signed, profile = stamped(signed, means.timestamper, Proofs()), "B-LTA"
    outcome = _verify_own(pdf, signed, signer, means, now)
    return SealedDocument(signed, outcome.sha256, profile, signer.serial, now, outcome.archived_until)


def _signed(writer: IncrementalPdfFileWriter, signer: BankSigner, means: Means, now: datetime) -> bytes:
    press = _SignerAt(now, _metadata(), signer.signer, timestamper=means.timestamper, new_field_spec=_field())
    try:
        return bytes(asked(press.async_sign_pdf(writer, bytes_reserved=_digits(signer, means))).getvalue())
    except PKCS11Error as silent:
        forget_token()
        raise SigningKeyMissing("the token stopped answering") from silent


def _digits(signer: BankSigner, means: Means) -> int:
    """Hexadecimal digits to keep free for the signature: what does not become part of it stays in the file as zeros."""
    certificates = sum(len(certificate.dump()) for certificate in (signer.certificate, *signer.chain))
    return 2 * (certificates + ROOM + (ROOM_FOR_TIMESTAMP if means.timestamper else 0))


def _embed_revocation(writer: IncrementalPdfFileWriter, signer: BankSigner, means: Means, now: datetime) -> bool:
    """Put what B-LT needs into the file; False, and a warning to the operator, if anything is missing or out of date."""
    assert means.timestamper is not None
    authority, carried = certificates_of(asked(means.timestamper.async_dummy_response("sha256")))
    known = (*signer.chain, *means.authorities, *carried)
    data = revocation_data((signer.certificate, authority), known, means.revocation, now)
    if data is None:
        log.warning("no current revocation data of every issuer; signing without them")
        return False
    data.put_into(writer)
    return True


class _MetadataSafeWriter(IncrementalPdfFileWriter):
    """Leaves the metadata as rendered: rewriting it would break the PDF/UA extension schema (and change what was accepted)."""

    def _update_meta(self) -> None:
        pass

    def _populate_trailer(self, trailer: generic.DictionaryObject) -> None:
        """Write the cross-references in hexadecimal: deflated, one file in 256 would have them end in a carriage return."""
        super()._populate_trailer(trailer)
        assert isinstance(trailer, generic.StreamObject)
        trailer.apply_filter(generic.pdf_name("/ASCIIHexDecode"))


class _SignerAt(PdfSigner):
    """Signs at the moment it is given instead of reading the clock."""

    def __init__(self, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._now
        return session


def _metadata() -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )


def _field() -> SigFieldSpec:
    """Invisible, outside the page and with a name for readers: what PDF/A-3 and PDF/UA-1 both accept."""
    return SigFieldSpec(
        FIELD,
        readable_field_name="Signature of the bank 银行数字签名",
        invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True),
    )


def _make_room(writer: IncrementalPdfFileWriter) -> None:
    """Give the first page's annotations an object of their own, so that an archive timestamp adds to it and changes no page."""
    page = writer.root["/Pages"]["/Kids"][0]
    annotations = page.get("/Annots", generic.ArrayObject())
    page[generic.pdf_name("/Annots")] = writer.add_object(generic.ArrayObject(list.__iter__(annotations)))
    writer.update_container(page)


def _attach(writer: IncrementalPdfFileWriter, content: bytes, now: datetime) -> None:
    """Embed the record of acceptance as an associated file, first in the sorted name tree."""
    params = EmbeddedFileParams(creation_date=now, modification_date=now)
    stream = EmbeddedFileObject.from_file_data(writer, content, params=params, mime_type="application/json")
    keep_its_end(stream)
    name = generic.pdf_name("/Supplement")
    specification = FileSpec(
        ACCEPTANCE, file_name=ACCEPTANCE, embedded_data=stream, description="Record of acceptance", af_relationship=name
    )
    reference = writer.add_object(specification.as_pdf_object())
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names[0:0] = [generic.pdf_string(ACCEPTANCE), reference]
    writer.update_container(names)
    associated = writer.root["/AF"]
    associated.append(reference)
    writer.update_container(associated)


def _verify_own(pdf: bytes, signed: bytes, signer: BankSigner, means: Means, now: datetime) -> Verification:
    trust = Trust(signer.chain or (signer.certificate,), authorities=means.authorities)
    outcome = verify(signed, trust=trust, now=now)
    if not outcome.valid or not signed.startswith(pdf):
        raise SealNotVerified(outcome.reason)
    return outcome
