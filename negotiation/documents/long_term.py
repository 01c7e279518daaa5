"""What a PDF must hold so that its signature can be checked when authorities no longer answer: certificates and revocation lists.

They go into the document's security store (ISO 32000-2, DSS) before the signature is made, so the signature covers them and no
byte follows it. With a timestamp this is PAdES B-LT.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from asn1crypto import cms, crl, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

LONGEST_PATH = 8
_T = TypeVar("_T", x509.Certificate, crl.CertificateList)


@dataclass(frozen=True, slots=True)
class RevocationData:
    """Every certificate below the roots of the signer and of the timestamp, and a current list of each one's issuer."""

    certificates: tuple[x509.Certificate, ...]
    lists: tuple[crl.CertificateList, ...]

    def put_into(self, writer: IncrementalPdfFileWriter) -> None:
        """Write the security store as part of the update that is about to be signed."""
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=self.certificates, crls=self.lists)


def revocation_data(
    leaves: Sequence[x509.Certificate],
    known: Iterable[x509.Certificate],
    lists: Sequence[crl.CertificateList],
    now: datetime,
) -> RevocationData | None:
    """What proves ``now`` that no certificate from the leaves up to their roots is revoked; None if anything is missing or out of date."""
    pool, certificates, used = [*known], [], []
    for leaf in leaves:
        path = _path(leaf, pool)
        found = [_list_for(certificate, lists, now) for certificate in path[:-1]]
        if not path[-1].self_issued or None in found:
            return None
        certificates += path[:-1]
        used += [listed for listed in found if listed is not None]
    return RevocationData(_once(certificates), _once(used))


def certificates_of(timestamp: cms.ContentInfo) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The authority's own certificate and all that came with its timestamp."""
    content = timestamp["content"]
    carried = [choice.chosen for choice in content["certificates"]]
    serial = content["signer_infos"][0]["sid"].chosen["serial_number"].native
    return next(certificate for certificate in carried if certificate.serial_number == serial), carried


def is_revoked(certificate: x509.Certificate, lists: Iterable[crl.CertificateList], moment: datetime) -> bool:
    """Whether a list of the issuer names the certificate as revoked by ``moment``."""
    for listed in lists:
        if listed.issuer.hashable != certificate.issuer.hashable:
            continue
        for entry in listed["tbs_cert_list"]["revoked_certificates"]:
            is_named = entry["user_certificate"].native == certificate.serial_number
            if is_named and entry["revocation_date"].native <= moment:
                return True
    return False


def _path(leaf: x509.Certificate, known: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    path = [leaf]
    while not path[-1].self_issued and len(path) < LONGEST_PATH:
        issuer = next((one for one in known if one.subject.hashable == path[-1].issuer.hashable), None)
        if issuer is None:
            break
        path.append(issuer)
    return path


def _list_for(
    certificate: x509.Certificate, lists: Sequence[crl.CertificateList], now: datetime
) -> crl.CertificateList | None:
    """The issuer's list that is current ``now`` and does not name the certificate."""
    for listed in lists:
        times = listed["tbs_cert_list"]
        until = times["next_update"].native
        is_current = times["this_update"].native <= now and (until is None or now <= until)
        if is_current and listed.issuer.hashable == certificate.issuer.hashable:
            return None if is_revoked(certificate, (listed,), now) else listed
    return None


def _once(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple({item.dump(): item for item in items}.values())
