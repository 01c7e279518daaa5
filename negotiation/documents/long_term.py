"""What a PDF must hold so that its signature can be checked when authorities no longer answer: certificates, and proof that
none of them was revoked (revocation lists, OCSP responses).

They go into the document's security store (ISO 32000-2, DSS) before the signature is made, so the signature covers them and no
byte follows it. With a timestamp this is PAdES B-LT.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from negotiation.documents.archive import Proofs
from negotiation.documents.coroutines import run

LONGEST_PATH = 8
KEY_WAS_SAFE = {"unspecified", "affiliation_changed", "superseded", "cessation_of_operation"}
_T = TypeVar("_T", x509.Certificate, crl.CertificateList, ocsp.OCSPResponse)


@dataclass(frozen=True, slots=True)
class Revocation:
    """What authorities say of their certificates: lists of the revoked ones, and responses (OCSP) about single ones."""

    lists: tuple[crl.CertificateList, ...] = ()
    responses: tuple[ocsp.OCSPResponse, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lists or self.responses)


NOTHING_KNOWN = Revocation()


@dataclass(frozen=True, slots=True)
class RevocationData:
    """Every certificate below the roots of the leaves, and what proves that none of them is revoked."""

    certificates: tuple[x509.Certificate, ...]
    revocation: Revocation

    def put_into(self, writer: IncrementalPdfFileWriter) -> None:
        """Write the security store as part of the update that is about to be signed."""
        said = {"crls": self.revocation.lists, "ocsps": self.revocation.responses}
        store = DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=self.certificates, **said)
        for reference in (*store.certs.values(), *store.crls, *store.ocsps):
            keep_its_end(reference.get_object())

    @property
    def proofs(self) -> Proofs:
        """The same in DER, for an archive timestamp."""
        parts = (self.certificates, self.revocation.lists, self.revocation.responses)
        return Proofs(*(tuple(part.dump() for part in listed) for listed in parts))


def revocation_data(
    leaves: Sequence[x509.Certificate],
    known: Iterable[x509.Certificate],
    revocation: Revocation,
    now: datetime,
) -> RevocationData | None:
    """What proves ``now`` that no certificate from the leaves up to their roots is revoked; None if anything is missing, out of
    date, or not signed by who should have signed it.
    """
    pool, paths = [*known], []
    for leaf in leaves:
        path = _path(leaf, pool)
        if not path[-1].self_issued or not _is_proven(path, pool, revocation, now):
            return None
        paths.append(path[:-1])
    certificates = _once(certificate for path in paths for certificate in path)
    lists = [listed for listed in revocation.lists if any(_is_of_issuer(listed, one) for one in certificates)]
    responses = [said for said in revocation.responses if any(_about(said, one) for one in certificates)]
    return RevocationData(certificates, Revocation(_once(lists), _once(responses)))


def certificates_of(timestamp: cms.ContentInfo) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The authority's own certificate and all that came with its timestamp."""
    content = timestamp["content"]
    carried = [choice.chosen for choice in content["certificates"]]
    serial = content["signer_infos"][0]["sid"].chosen["serial_number"].native
    return next(certificate for certificate in carried if certificate.serial_number == serial), carried


def is_revoked(certificate: x509.Certificate, revocation: Revocation, moment: datetime) -> bool:
    """Whether a list of the issuer, or a response about the certificate, says that it was revoked by ``moment``."""
    return any(since <= moment for since, _ in _told(certificate, revocation))


def is_void(authority: x509.Certificate, revocation: Revocation, stamped_at: datetime, moment: datetime) -> bool:
    """Whether an authority was revoked by ``moment`` so that its timestamp of ``stamped_at`` proves nothing.

    Earlier timestamps stay good only if the reason is given and is not that the key was in other hands (RFC 3161, section 4).
    """
    return any(
        since <= moment and (since <= stamped_at or reason not in KEY_WAS_SAFE)
        for since, reason in _told(authority, revocation)
    )


def _told(certificate: x509.Certificate, revocation: Revocation) -> list[tuple[datetime, str | None]]:
    """Since when and why the certificate is revoked, from all that is known."""
    return [*_listed(certificate, revocation), *_answered(certificate, revocation)]


def _listed(certificate: x509.Certificate, revocation: Revocation) -> list[tuple[datetime, str | None]]:
    return [
        (entry["revocation_date"].native, entry.crl_reason_value and entry.crl_reason_value.native)
        for listed in revocation.lists
        if _is_of_issuer(listed, certificate)
        for entry in listed["tbs_cert_list"]["revoked_certificates"]
        if entry["user_certificate"].native == certificate.serial_number
    ]


def _answered(certificate: x509.Certificate, revocation: Revocation) -> list[tuple[datetime, str | None]]:
    return [
        (
            answer["cert_status"].chosen["revocation_time"].native,
            answer["cert_status"].chosen["revocation_reason"].native,
        )
        for response in revocation.responses
        for answer in _about(response, certificate)
        if answer["cert_status"].name == "revoked"
    ]


def _is_of_issuer(listed: crl.CertificateList, certificate: x509.Certificate) -> bool:
    return bool(listed.issuer.hashable == certificate.issuer.hashable)


def _about(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> list[ocsp.SingleResponse]:
    """The answers in a response that are about this certificate."""
    answers = response.basic_ocsp_response["tbs_response_data"]["responses"]
    return [answer for answer in answers if _is_named(answer["cert_id"], certificate)]


def _is_named(named: ocsp.CertId, certificate: x509.Certificate) -> bool:
    issuer = getattr(certificate.issuer, named["hash_algorithm"]["algorithm"].native, None)
    is_same = named["serial_number"].native == certificate.serial_number
    return bool(is_same and named["issuer_name_hash"].native == issuer)


def _is_proven(
    path: list[x509.Certificate], known: list[x509.Certificate], revocation: Revocation, now: datetime
) -> bool:
    """Whether a check that demands revocation data of every certificate succeeds with these alone.

    pyHanko asserts that a list is signed by its issuer's kind of key; somebody else's need not be.
    """
    terms = ValidationContext(
        trust_roots=[path[-1]],
        moment=now.astimezone(UTC),
        allow_fetching=False,
        crls=revocation.lists,
        ocsps=revocation.responses,
        revocation_mode="require",
    )
    check = CertificateValidator(path[0], intermediate_certs=known, validation_context=terms)
    try:
        run(check.async_validate_usage(key_usage=set()))
    except (PathError, ValidationError, AssertionError):
        return False
    return True


def _path(leaf: x509.Certificate, known: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    path = [leaf]
    while not path[-1].self_issued and len(path) < LONGEST_PATH:
        issuer = next((one for one in known if one.subject.hashable == path[-1].issuer.hashable), None)
        if issuer is None:
            break
        path.append(issuer)
    return path


def keep_its_end(stream: generic.StreamObject) -> None:
    """Data that ends in a carriage return is written in hexadecimal: a reader could take that byte for the end of the line."""
    if stream.encoded_data.endswith(b"\r"):
        stream.apply_filter(generic.pdf_name("/ASCIIHexDecode"))


def _once(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple({item.dump(): item for item in items}.values())
