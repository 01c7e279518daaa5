"""How the bank signs a rendered document: PAdES B-B; B-T with a timestamp authority; B-LT with current revocation lists too.

The signature is an incremental update: the signed file begins with the very bytes that the cardholder saw and accepted,
followed by the record of that acceptance and the bank's signature over both. It is certified: no later change is permitted.
"""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from asn1crypto import crl
from django.conf import settings
from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from negotiation.documents.long_term import certificates_of, is_revoked, revocation_data
from negotiation.documents.signing_keys import (
    BankSigner,
    SigningKeyMissing,
    SigningKeyRevoked,
    SigningUnavailable,
    forget_token,
)
from negotiation.documents.verification import Trust, run, verify

FIELD = "BankSignature"
ACCEPTANCE = "acceptance.json"
log = structlog.get_logger("signing")
RESERVED = 16384
RESERVED_WITH_TIMESTAMP = 32768


class TimestampUnavailable(SigningUnavailable):
    """A timestamp authority is configured and gave no timestamp; nothing is signed without it."""


class SealNotVerified(Exception):
    """The file just signed does not pass verification; it is not issued."""


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A signed file and what the record keeps of it. ``profile`` is ``B-B``, ``B-T`` or ``B-LT``: what was reached, not what was wished."""

    pdf: bytes
    sha256: str
    profile: str
    certificate_serial: str
    signed_at: datetime


def seal(
    pdf: bytes,
    signer: BankSigner,
    *,
    now: datetime,
    acceptance: bytes | None = None,
    timestamper: TimeStamper | None = None,
    lists: tuple[crl.CertificateList, ...] = (),
) -> SealedDocument:
    """Sign ``pdf``; ``acceptance`` (JSON) is embedded under the signature. The result starts with the bytes of ``pdf``.

    With a timestamp and a current revocation list of every issuer (``lists``) these are embedded too.

    :raises SigningKeyExpired: if the certificate is not valid ``now``.
    :raises SigningKeyRevoked: if one of ``lists`` names it.
    :raises SigningKeyMissing: if the token that holds the key stops answering.
    :raises TimestampUnavailable: if ``timestamper`` is given and does not answer.
    :raises SealNotVerified: if the result does not verify against the signer's own chain.
    """
    signer.check(now)
    if is_revoked(signer.certificate, lists, now):
        raise SigningKeyRevoked(f"certificate {signer.serial} is revoked")
    writer = _MetadataSafeWriter(io.BytesIO(pdf))
    if acceptance is not None:
        _attach(writer, acceptance, now)
    long_term = _embed_revocation(writer, signer, timestamper, lists, now) if timestamper and lists else False
    press = _SignerAt(now, _metadata(), signer.signer, timestamper=timestamper, new_field_spec=_field())
    reserved = RESERVED_WITH_TIMESTAMP if timestamper else RESERVED
    try:
        signed = run(press.async_sign_pdf(writer, bytes_reserved=reserved)).getvalue()
    except (TimestampRequestError, OSError, TimeoutError) as silent:
        raise TimestampUnavailable(str(silent)) from silent
    except PKCS11Error as silent:
        forget_token()
        raise SigningKeyMissing("the token stopped answering") from silent
    _verify_own(pdf, signed, signer, now)
    profile = "B-LT" if long_term else "B-T" if timestamper else "B-B"
    return SealedDocument(signed, hashlib.sha256(signed).hexdigest(), profile, signer.serial, now)


def _embed_revocation(
    writer: IncrementalPdfFileWriter,
    signer: BankSigner,
    timestamper: TimeStamper,
    lists: tuple[crl.CertificateList, ...],
    now: datetime,
) -> bool:
    """Put what B-LT needs into the file; False, and a warning to the operator, if a list is missing or out of date."""
    try:
        authority, carried = certificates_of(run(timestamper.async_dummy_response("sha256")))
    except (TimestampRequestError, OSError, TimeoutError) as silent:
        raise TimestampUnavailable(str(silent)) from silent
    data = revocation_data((signer.certificate, authority), (*signer.chain, *carried), lists, now)
    if data is None:
        log.warning("no current revocation list of every issuer; signing without them")
        return False
    data.put_into(writer)
    return True


def timestamper() -> TimeStamper | None:
    """The timestamp authority of the settings, or None if there is none."""
    return HTTPTimeStamper(settings.SIGN_TSA_URL, timeout=10) if settings.SIGN_TSA_URL else None


class _MetadataSafeWriter(IncrementalPdfFileWriter):
    """Leaves the metadata as rendered: rewriting it would break the PDF/UA extension schema (and change what was accepted)."""

    def _update_meta(self) -> None:
        pass


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


def _attach(writer: IncrementalPdfFileWriter, content: bytes, now: datetime) -> None:
    """Embed the record of acceptance as an associated file, first in the sorted name tree."""
    params = EmbeddedFileParams(creation_date=now, modification_date=now)
    stream = EmbeddedFileObject.from_file_data(writer, content, params=params, mime_type="application/json")
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


def _verify_own(pdf: bytes, signed: bytes, signer: BankSigner, now: datetime) -> None:
    outcome = verify(signed, trust=Trust(signer.chain or (signer.certificate,)), now=now)
    if not outcome.valid or not signed.startswith(pdf):
        raise SealNotVerified(outcome.reason)
