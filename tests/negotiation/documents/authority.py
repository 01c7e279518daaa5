"""A throw-away certificate authority: signers that are good, forged, expired, revoked or weak."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from negotiation.documents.long_term import Revocation
from negotiation.documents.signing_keys import BankSigner, CachedKeySigner
from negotiation.documents.verification import Trust

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEAF_NAME = "Example Bank agreements"
# What makes a checker ask for OCSP responses about a certificate; nobody is there.
RESPONDER = x509.AccessDescription(
    AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example/")
)


@dataclass(frozen=True)
class Issued:
    """A key with its certificate and the certificate of its issuer."""

    key: Any
    certificate: x509.Certificate
    issuer: x509.Certificate

    def signer(self) -> BankSigner:
        certificate, root = as_asn1(self.certificate), as_asn1(self.issuer)
        store = SimpleCertificateStore()
        store.register_multiple([root])
        return BankSigner(CachedKeySigner(self.key, certificate, store), certificate, (root,))

    def write(self, folder: Path, passphrase: bytes = b"correct horse") -> None:
        """bank.p12, passphrase and chain.pem, as the settings expect them."""
        folder.mkdir(parents=True, exist_ok=True)
        bundle = pkcs12.serialize_key_and_certificates(
            b"bank", self.key, self.certificate, None, BestAvailableEncryption(passphrase)
        )
        (folder / "bank.p12").write_bytes(bundle)
        (folder / "passphrase").write_bytes(passphrase)
        (folder / "chain.pem").write_bytes(self.issuer.public_bytes(Encoding.PEM))


class Authority:
    """A root and the certificates it issues; every one has a key of its own on a curve, which takes no time to make."""

    def __init__(self, name: str = "Example Bank root", *, key: Any = None) -> None:
        self.key = key or curve_key()
        self.certificate = _certificate(
            name,
            name,
            self.key,
            self.key,
            start=NOW - timedelta(days=900),
            end=NOW + timedelta(days=3650),
            is_root=True,
        )

    def issue(
        self,
        name: str = LEAF_NAME,
        *,
        key: Any = None,
        days: int = 365,
        since: int = 1,
        purpose: x509.ObjectIdentifier | None = None,
        number: int | None = None,
    ) -> Issued:
        key = key or curve_key()
        start = NOW - timedelta(days=since)
        certificate = _certificate(
            name,
            self.certificate.subject.rfc4514_string()[3:],
            key,
            self.key,
            start=start,
            end=start + timedelta(days=days),
            purpose=purpose,
            is_root=False,
            number=number,
        )
        return Issued(key, certificate, self.certificate)

    def timestamper(self, at: datetime = NOW, issued: Issued | None = None) -> DummyTimeStamper:
        """A timestamp authority under this root, whose clock stands still."""
        issued = issued or self.issue_for_timestamps()
        key = issued.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(as_asn1(issued.certificate), PrivateKeyInfo.load(key), fixed_dt=at)

    def issue_for_timestamps(self, days: int = 3650, since: int = 1) -> Issued:
        """A certificate that may sign timestamps."""
        purpose = ExtendedKeyUsageOID.TIME_STAMPING
        return self.issue("Example timestamps", key=self.stamping_key, purpose=purpose, days=days, since=since)

    @cached_property
    def stamping_key(self) -> rsa.RSAPrivateKey:
        """The one key of this authority's timestamps; the responder of the tests knows no other kind."""
        return small_key()

    def trust(self, *revoked: Issued) -> Trust:
        known = self.revocation(*revoked) if revoked else Revocation()
        return Trust((as_asn1(self.certificate),), known)

    def revocation(self, *revoked: Issued) -> Revocation:
        """What this authority says in a current list."""
        return Revocation((self.revocation_list(*revoked),))

    def revocation_list(
        self, *revoked: Issued, at: datetime = NOW, reason: x509.ReasonFlags | None = None
    ) -> asn1_crl.CertificateList:
        """Made an hour before ``at``, current for a week; everything in it was revoked two hours before."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(at - timedelta(hours=1)).next_update(at + timedelta(days=7))
        for issued in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(issued.certificate.serial_number)
            entry = entry.revocation_date(at - timedelta(hours=2))
            if reason:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return asn1_crl.CertificateList.load(builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER))

    def response(
        self, issued: Issued, *, is_revoked: bool = False, at: datetime = NOW, signed_by: "Authority | None" = None
    ) -> asn1_ocsp.OCSPResponse:
        """What an OCSP responder says of a certificate, an hour before ``at`` and for a week."""
        status = ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=issued.certificate,
            issuer=self.certificate,
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=at - timedelta(hours=1),
            next_update=at + timedelta(days=7),
            revocation_time=at - timedelta(hours=2) if is_revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
        )
        by = signed_by or self
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        return asn1_ocsp.OCSPResponse.load(builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER))


def maze(name: str, size: int = 9) -> bytes:
    """A sound signature under strangers who all bear one name, so that each may be the issuer of all others."""
    keys = [curve_key() for _ in range(size)]
    strangers = [
        _certificate(name, name, key, keys[number - 1], start=NOW, end=NOW + timedelta(days=1), is_root=True)
        for number, key in enumerate(keys)
    ]
    start = b"%%PDF-1.7\n/ByteRange [0 %010d %010d 0000000006] /Contents "
    gap = len(start % (0, 0))
    start = start % (gap, gap + 20_002)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(start + b"%%EOF\n")
    builder = builder.add_signer(strangers[0], keys[0], hashes.SHA256())
    for stranger in strangers[1:]:
        builder = builder.add_certificate(stranger)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    signature = builder.sign(Encoding.DER, options)
    return start + b"<%b>" % signature.hex().ljust(20_000, "0").encode() + b"%%EOF\n"


def strong_key() -> rsa.RSAPrivateKey:
    """As the bank's own."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def small_key() -> rsa.RSAPrivateKey:
    """Of the same kind as a root's, quickly made."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _certificate(
    subject: str,
    issuer: str,
    key: Any,
    issuer_key: Any,
    *,
    start: datetime,
    end: datetime,
    is_root: bool,
    purpose: x509.ObjectIdentifier | None = None,
    number: int | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(number or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_usage(is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not is_root:
        builder = builder.add_extension(x509.AuthorityInformationAccess([RESPONDER]), critical=False)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
