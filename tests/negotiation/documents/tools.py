"""The independent programs that look at our files: poppler, qpdf, OpenSSL."""

import hashlib
import subprocess
from pathlib import Path

from negotiation.documents.signed_parts import BYTE_RANGE


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)


def page_text(path: Path) -> str:
    return run("pdftotext", "-layout", path, "-").stdout


def pdfsig_accepts(path: Path) -> bool:
    """Never by its exit code: both lines must be there. It does not check archive timestamps, but says what the last one covers."""
    said = run("pdfsig", "-nocert", path).stdout
    return "Signature is Valid." in said and "Total document signed" in said


def openssl_accepts(pdf: bytes, folder: Path, root_pem: bytes) -> bool:
    """The CMS of the first signature, and the timestamp in every further one, each over the bytes around it, against a root.

    It does not ask whether these bytes are the whole file, nor what stands in them.
    """
    ranges = [[int(number) for number in found] for found in BYTE_RANGE.findall(pdf)]
    try:
        gaps = [bytes.fromhex(pdf[first + 1 : second - 1].decode("ascii")) for _, first, second, _ in ranges]
    except (ValueError, UnicodeDecodeError):
        return False
    (folder / "root.pem").write_bytes(root_pem)
    covered = [pdf[:first] + pdf[second : second + rest] for _, first, second, rest in ranges]
    checks = [_cms_holds, *[_timestamp_holds] * (len(ranges) - 1)]
    return bool(ranges) and all(
        check(gap, content, folder) for check, gap, content in zip(checks, gaps, covered, strict=True)
    )


def _cms_holds(signature: bytes, content: bytes, folder: Path) -> bool:
    (folder / "cms.der").write_bytes(signature)
    (folder / "content").write_bytes(content)
    files = ("-in", folder / "cms.der", "-content", folder / "content", "-out", "/dev/null")
    return _openssl("cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", *files, folder=folder)


def _timestamp_holds(token: bytes, content: bytes, folder: Path) -> bool:
    (folder / "token.der").write_bytes(token)
    files = ("-token_in", "-in", folder / "token.der", "-digest", hashlib.sha256(content).hexdigest())
    return _openssl("ts", "-verify", *files, folder=folder)


def _openssl(*words: str | Path, folder: Path) -> bool:
    """At the moment of the tests, 2026-11-23 08:00 UTC."""
    return run("openssl", *words, "-CAfile", folder / "root.pem", "-attime", "1795420800").returncode == 0


def qpdf_accepts(path: Path) -> bool:
    return run("qpdf", "--check", path).returncode == 0
