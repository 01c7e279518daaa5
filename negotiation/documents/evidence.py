"""A bundle of evidence: files in one ZIP, a manifest with their SHA-256, and the bank's signature over the manifest.

Knows nothing of what the files prove. The same files at the same moment give the same manifest.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper

from negotiation.documents.refusals import Refused
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.stamping import asked
from negotiation.documents.verification import Trust, check_signature

BUNDLE_FORMAT = "evidence-bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.p7s"
LARGEST_BUNDLE = 100 * 1024 * 1024


class BundleBroken(Exception):
    """The bundle is not what the bank put together: a file is missing, added or altered, or the signature is not the bank's."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked bundle: the reference it is about, when it was made, and its files."""

    reference: str
    made_at: datetime
    files: Mapping[str, bytes]


def build_bundle(
    files: Mapping[str, bytes],
    *,
    reference: str,
    signer: BankSigner,
    now: datetime,
    timestamper: TimeStamper | None = None,
) -> bytes:
    """The ZIP; ``manifest.p7s`` is a detached CMS signature (DER) that OpenSSL checks too, with a timestamp if there is an authority.

    :raises SigningKeyExpired: if the certificate is not valid ``now``.
    :raises TimestampUnavailable: if there is a timestamp authority and it does not answer.
    """
    signer.check(now)
    manifest = _manifest(files, reference, now)
    attributes = PdfCMSSignedAttributes(signing_time=now)
    said = {"signed_attr_settings": attributes, "timestamper": timestamper}
    signature = asked(signer.signer.async_sign_general_data(manifest, "sha256", **said))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: manifest, SIGNATURE: signature.dump(), **dict(sorted(files.items()))}.items():
            archive.writestr(zipfile.ZipInfo(name, now.astimezone(UTC).timetuple()[:6]), content)
    return out.getvalue()


def check_bundle(bundle: bytes, *, trust: Trust, now: datetime) -> Bundle:
    """Open a bundle after checking its signature, at its timestamp if it has one, and every file in it.

    :raises BundleBroken: if anything is not as the bank signed it.
    """
    try:
        content = _unpacked(bundle)
        manifest, signature = content.pop(MANIFEST), cms.ContentInfo.load(content.pop(SIGNATURE))["content"]
        _check_signature(manifest, signature, trust, now)
        said = json.loads(manifest)
    except (KeyError, ValueError, zipfile.BadZipFile) as unreadable:
        raise BundleBroken(str(unreadable)) from unreadable
    if {item["name"]: item["sha256"] for item in said["files"]} != {
        name: _digest(data) for name, data in content.items()
    }:
        raise BundleBroken("the files are not those of the manifest")
    return Bundle(said["reference"], datetime.fromisoformat(said["made_at"]), content)


def _check_signature(manifest: bytes, signature: cms.SignedData, trust: Trust, now: datetime) -> None:
    try:
        check_signature(manifest, signature, trust, now)
    except Refused as refused:
        raise BundleBroken(f"the signature: {refused.reason}") from refused


def embedded_files(pdf: bytes) -> dict[str, bytes]:
    """The files inside one of the bank's own, verified documents, by name."""
    listed = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    return {str(listed[place]): listed[place + 1]["/EF"]["/F"].data for place in range(0, len(listed), 2)}


def _manifest(files: Mapping[str, bytes], reference: str, now: datetime) -> bytes:
    listed = [
        {"name": name, "size": len(content), "sha256": _digest(content)} for name, content in sorted(files.items())
    ]
    said = {
        "format": BUNDLE_FORMAT,
        "reference": reference,
        "made_at": now.astimezone(UTC).isoformat(),
        "files": listed,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _unpacked(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > LARGEST_BUNDLE or len(
            {entry.filename for entry in entries}
        ) < len(entries):
            raise BundleBroken("too large, or one name twice")
        return {entry.filename: archive.read(entry) for entry in entries}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
