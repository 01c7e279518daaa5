"""A signing key for the demonstration: a root and a leaf that say in their names that they have no legal effect."""

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

WARNING = "DEMONSTRATION - no legal effect"
ROOT_DAYS, LEAF_DAYS = 3650, 1095


class KeyAlreadyThere(Exception):
    """A signing key exists; it is not replaced."""


def make_demonstration_key(
    *, key_file: Path, passphrase_file: Path, chain_file: Path, bank_name: str, now: datetime
) -> None:
    """Write a PKCS#12 file, its passphrase and the chain (PEM), readable by their owner alone.

    :raises KeyAlreadyThere: if the key file exists.
    """
    if key_file.exists():
        raise KeyAlreadyThere(str(key_file))
    root_key, root = _root(bank_name, now)
    leaf_key, leaf = _leaf(bank_name, root_key, root, now)
    passphrase = secrets.token_urlsafe(24).encode()
    bundle = pkcs12.serialize_key_and_certificates(b"bank", leaf_key, leaf, [root], BestAvailableEncryption(passphrase))
    _write(passphrase_file, passphrase + b"\n")
    _write(chain_file, root.public_bytes(Encoding.PEM))
    _write(key_file, bundle)


def _root(bank_name: str, now: datetime) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = _key()
    name = _name(bank_name, "root")
    builder = _builder(name, name, key, now, ROOT_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return key, builder.sign(key, hashes.SHA256())


def _leaf(
    bank_name: str, root_key: rsa.RSAPrivateKey, root: x509.Certificate, now: datetime
) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = _key()
    builder = _builder(_name(bank_name, "agreements"), root.subject, key, now, LEAF_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    builder = builder.add_extension(issuer, critical=False)
    return key, builder.sign(root_key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(bank_name: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, bank_name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, WARNING),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{bank_name} {role} ({WARNING})"[:64]),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def _write(path: Path, content: bytes) -> None:
    """Create the file for its owner alone; refuses to overwrite."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
