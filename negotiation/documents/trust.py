"""Whose signatures and timestamps count, put as pyHanko wants it. Reaches no network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.registry import CertificateRegistry

from negotiation.documents.long_term import LONGEST_PATH, NOTHING_KNOWN, Revocation


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signature counts: self-signed ``certificates`` are roots, the others help to build the chain.

    A root may vouch for many. If ``certificates`` names signers too, only signatures under their names count.
    ``authorities`` are the same for timestamps; a certificate among them signs no document.
    """

    certificates: tuple[x509.Certificate, ...]
    revocation: Revocation = NOTHING_KNOWN
    authorities: tuple[x509.Certificate, ...] = ()

    @property
    def roots(self) -> list[x509.Certificate]:
        own = [certificate for certificate in self.certificates if certificate.self_issued]
        return own or list(self.certificates)

    @property
    def signers(self) -> set[str]:
        """The names under which the bank signs, if certificates of signers are here; else whoever the roots vouch for may sign."""
        return {certificate.subject.hashable for certificate in self.certificates if not certificate.ca}

    @property
    def of_timestamps(self) -> "Trust":
        """Whose timestamps count: the ``authorities``, or whose signatures do if there are none."""
        return Trust(self.authorities or self.certificates)


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
