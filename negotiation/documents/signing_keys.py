"""Where the bank's signing key is and whether it may sign today: a PKCS#12 file or a PKCS#11 token.

Knows nothing of documents. The key is loaded once and loaded again when its file changes, which is how a bank rotates it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from negotiation.documents.long_term import Revocation
from negotiation.documents.verification import Trust

SMALLEST_RSA = 3072
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class SigningUnavailable(Exception):
    """The bank cannot sign now; the agreement waits and the job tries again."""


class SigningKeyMissing(SigningUnavailable):
    """No key, no certificate, a wrong passphrase, or a token that does not answer."""


class SigningKeyExpired(SigningUnavailable):
    """Today lies outside the days for which the certificate is valid."""


class SigningKeyRevoked(SigningUnavailable):
    """The issuer says that the signer's certificate is revoked."""


class SigningKeyUnfit(SigningUnavailable):
    """The key is weaker than RSA-3072, or of a kind that PDF readers do not verify."""


@dataclass(frozen=True, slots=True)
class BankSigner:
    """A key ready to sign. ``chain`` holds every certificate above the signer's, root included."""

    signer: Signer
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def serial(self) -> str:
        """Serial number of the certificate, hexadecimal."""
        return format(self.certificate.serial_number, "x")

    @property
    def ends_at(self) -> datetime:
        """The last moment at which the certificate is valid."""
        return self.certificate["tbs_certificate"]["validity"]["not_after"].native

    def check(self, now: datetime) -> None:
        """:raises SigningKeyExpired: if ``now`` lies outside the certificate's validity."""
        begins_at = self.certificate["tbs_certificate"]["validity"]["not_before"].native
        if not begins_at <= now <= self.ends_at:
            raise SigningKeyExpired(f"certificate {self.serial} is valid until {self.ends_at:%Y-%m-%d}")


def bank_signer() -> BankSigner:
    """The key that the settings name: ``SIGN_PKCS11_MODULE`` if set, else ``SIGN_P12_PATH``.

    :raises SigningKeyMissing: if it cannot be read.
    :raises SigningKeyUnfit: if it may not sign agreements.
    """
    chain = _stamped(settings.SIGN_CHAIN_FILE)
    if settings.SIGN_PKCS11_MODULE:
        token = (settings.SIGN_PKCS11_TOKEN, settings.SIGN_PKCS11_KEY)
        return _from_token(str(settings.SIGN_PKCS11_MODULE), *token, _stamped(settings.SIGN_PKCS11_PIN_FILE), chain)
    return _from_file(_stamped(settings.SIGN_P12_PATH), _stamped(settings.SIGN_P12_PASSPHRASE_FILE), chain)


def bank_trust() -> Trust:
    """Whose signatures the bank stands by: the certificates of ``SIGN_CHAIN_FILE`` (roots of retired keys stay in it), what is
    known of revoked ones, and whose timestamps count.

    :raises SigningKeyMissing: if a file cannot be read.
    """
    stamp = _stamped(settings.SIGN_CHAIN_FILE)
    if stamp is None:
        raise SigningKeyMissing("no certificate chain is configured")
    return Trust(_certificates(stamp), revocation(), timestamp_authorities())


def timestamp_authorities() -> tuple[x509.Certificate, ...]:
    """The certificates of ``SIGN_TSA_CHAIN_FILE``; none if it is not set: then those of the bank count for timestamps too.

    :raises SigningKeyMissing: if it is set and cannot be read.
    """
    stamp = _stamped(settings.SIGN_TSA_CHAIN_FILE)
    return _certificates(stamp) if stamp else ()


def revocation() -> Revocation:
    """The lists of ``SIGN_CRL_FILE`` (one in DER, or any number in PEM) and the responses of ``SIGN_OCSP_FILES`` (DER, one a file).

    :raises SigningKeyMissing: if a file that is set cannot be read.
    """
    stamp = _stamped(settings.SIGN_CRL_FILE)
    lists = _lists(Path(stamp[0]).name, _content(stamp)) if stamp else ()
    stamps = [_stamped(path) for path in settings.SIGN_OCSP_FILES]
    return Revocation(lists, tuple(_response(Path(each[0]).name, _content(each)) for each in stamps if each))


def _certificates(stamp: "FileStamp") -> tuple[x509.Certificate, ...]:
    try:
        return read_certificates(_content(stamp))
    except ValueError as unreadable:
        raise SigningKeyMissing(f"{Path(stamp[0]).name} holds no certificate") from unreadable


def _lists(name: str, content: bytes) -> tuple[crl.CertificateList, ...]:
    parts = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
    try:
        return tuple(crl.CertificateList.load(part, strict=True) for part in parts)
    except ValueError as unreadable:
        raise SigningKeyMissing(f"{name} is not a revocation list") from unreadable


def _response(name: str, content: bytes) -> ocsp.OCSPResponse:
    try:
        response = ocsp.OCSPResponse.load(content, strict=True)
        status = response["response_status"].native
        if status == "successful":
            response.basic_ocsp_response["tbs_response_data"]["responses"].native  # noqa: B018 — parses lazily
            return response
    except (ValueError, TypeError) as unreadable:
        raise SigningKeyMissing(f"{name} is not an OCSP response") from unreadable
    raise SigningKeyMissing(f"{name} is an OCSP response without an answer: {status}")


def chain_pem() -> bytes:
    """The certificates of ``bank_trust``, to be handed out.

    :raises SigningKeyMissing: as ``bank_trust``.
    """
    return b"".join(pem.armor("CERTIFICATE", certificate.dump()) for certificate in bank_trust().certificates)


def read_certificates(content: bytes) -> tuple[x509.Certificate, ...]:
    """Certificates of a PEM bundle or of one DER file, in their order.

    :raises ValueError: if it holds none.
    """
    parts = (
        [der for kind, _, der in pem.unarmor(content, multiple=True) if kind == "CERTIFICATE"]
        if pem.detect(content)
        else [content]
    )
    certificates = tuple(x509.Certificate.load(part, strict=True) for part in parts)
    if not certificates:
        raise ValueError("no certificate")
    for certificate in certificates:
        certificate.subject.native  # noqa: B018 — parses lazily: read now, fail now
    return certificates


class CachedKeySigner(SimpleSigner):
    """pyHanko's signer with the key parsed and checked once, instead of twice for every signature."""

    def __init__(
        self,
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        store: SimpleCertificateStore,
    ) -> None:
        information = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        super().__init__(certificate, PrivateKeyInfo.load(information), store, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(512) if dry_run else self.sign_raw(data, digest_algorithm)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        digest = DIGESTS[digest_algorithm]
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


FileStamp = tuple[str, int]


def _stamped(path: Path | None) -> FileStamp | None:
    """A file and when it last changed, so that a changed file is read again.

    :raises SigningKeyMissing: if it is not there.
    """
    if path is None:
        return None
    try:
        return str(path), path.stat().st_mtime_ns
    except OSError as absent:
        raise SigningKeyMissing(f"{path.name} is not there") from absent


def _content(stamp: FileStamp) -> bytes:
    try:
        return Path(stamp[0]).read_bytes()
    except OSError as unreadable:
        raise SigningKeyMissing(f"{Path(stamp[0]).name} cannot be read") from unreadable


@lru_cache(maxsize=2)
def _from_file(file: FileStamp | None, passphrase: FileStamp | None, chain: FileStamp | None) -> BankSigner:
    if file is None:
        raise SigningKeyMissing("no signing key is configured")
    secret = _content(passphrase).strip() if passphrase else None
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(_content(file), secret)
        certificates = _chain(chain) or [x509.Certificate.load(_der(other)) for other in others]
    except ValueError as unreadable:
        raise SigningKeyMissing(f"{Path(file[0]).name} cannot be opened") from unreadable
    if key is None or leaf is None:
        raise SigningKeyMissing(f"{Path(file[0]).name} holds no key with its certificate")
    certificate = x509.Certificate.load(_der(leaf))
    return BankSigner(CachedKeySigner(_fit(key), certificate, _store(certificates)), certificate, tuple(certificates))


@lru_cache(maxsize=2)
def _from_token(module: str, token: str, label: str, pin: FileStamp | None, chain: FileStamp | None) -> BankSigner:
    secret = _content(pin).decode().strip() if pin else None
    try:
        certificates = _chain(chain)
        session = _open_token(module, token, secret)
        signer = PKCS11Signer(session, cert_label=label, key_label=label, ca_chain=certificates, embed_roots=False)
        certificate = signer.signing_cert
    except (PKCS11Error, RuntimeError, ValueError) as silent:
        raise SigningKeyMissing(f"the token {token} gives no key {label}") from silent
    _fit(serialization.load_der_public_key(certificate.public_key.dump()))
    return BankSigner(signer, certificate, tuple(certificates))


_opened: dict[str, Any] = {}


def _open_token(module: str, token: str, secret: str | None) -> Any:
    """A session of the token. An earlier one is closed first: a process logs in to a token once."""
    earlier = _opened.pop(module, None)
    if earlier is not None:
        with suppress(PKCS11Error):
            earlier.close()
    _opened[module] = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=secret)
    return _opened[module]


def forget_token() -> None:
    """Open the token anew for the next signature; this session of it no longer answers."""
    _from_token.cache_clear()


def _chain(stamp: FileStamp | None) -> list[x509.Certificate]:
    return list(read_certificates(_content(stamp))) if stamp else []


def _store(chain: list[x509.Certificate]) -> SimpleCertificateStore:
    """The certificates above the signer's; the signer's own comes by itself, and twice would be one that nothing checks."""
    store = SimpleCertificateStore()
    store.register_multiple(chain)
    return store


def _fit(key: Any) -> Any:
    """RSA from 3072 bits or a NIST curve: what pdfsig, OpenSSL and pyHanko all verify; Ed25519 is not."""
    numbers = key.key_size if hasattr(key, "key_size") else 0
    is_rsa = isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)) and numbers >= SMALLEST_RSA
    is_curve = isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)) and numbers >= 256
    if not (is_rsa or is_curve):
        raise SigningKeyUnfit("agreements are signed with RSA from 3072 bits or with a NIST curve")
    return key


def _der(certificate: Any) -> bytes:
    inner = certificate.certificate if hasattr(certificate, "certificate") else certificate
    return inner.public_bytes(serialization.Encoding.DER)
