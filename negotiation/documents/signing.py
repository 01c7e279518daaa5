"""How the bank signs a rendered document: PAdES B-B, or B-T when a timestamp authority is configured.

The signature is an incremental update: the signed file begins with the very bytes that the cardholder saw and accepted,
followed by the record of that acceptance and the bank's signature over both. It is certified: no later change is permitted.
"""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from negotiation.documents.signing_keys import BankSigner, SigningUnavailable
from negotiation.documents.verification import Trust, run, verify

FIELD = "BankSignature"
ACCEPTANCE = "acceptance.json"
RESERVED = 16384
RESERVED_WITH_TIMESTAMP = 32768


class TimestampUnavailable(SigningUnavailable):
    """A timestamp authority is configured and gave no timestamp; nothing is signed without it."""


class SealNotVerified(Exception):
    """The file just signed does not pass verification; it is not issued."""


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A signed file and what the record keeps of it. ``profile`` is ``B-B`` or ``B-T``."""

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
) -> SealedDocument:
    """Sign ``pdf``; ``acceptance`` (JSON) is embedded under the signature. The result starts with the bytes of ``pdf``.

    :raises SigningKeyExpired: if the certificate is not valid ``now``.
    :raises TimestampUnavailable: if ``timestamper`` is given and does not answer.
    :raises SealNotVerified: if the result does not verify against the signer's own chain.
    """
    signer.check(now)
    writer = _MetadataSafeWriter(io.BytesIO(pdf))
    if acceptance is not None:
        _attach(writer, acceptance, now)
    press = _SignerAt(now, _metadata(), signer.signer, timestamper=timestamper, new_field_spec=_field())
    reserved = RESERVED_WITH_TIMESTAMP if timestamper else RESERVED
    try:
        signed = run(press.async_sign_pdf(writer, bytes_reserved=reserved)).getvalue()
    except (TimestampRequestError, OSError, TimeoutError) as silent:
        raise TimestampUnavailable(str(silent)) from silent
    _verify_own(pdf, signed, signer, now)
    profile = "B-T" if timestamper else "B-B"
    return SealedDocument(signed, hashlib.sha256(signed).hexdigest(), profile, signer.serial, now)


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
