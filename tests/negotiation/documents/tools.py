"""The independent programs that look at our files: poppler, qpdf, OpenSSL."""

import subprocess
from pathlib import Path


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)


def page_text(path: Path) -> str:
    return run("pdftotext", "-layout", path, "-").stdout


def pdfsig_accepts(path: Path) -> bool:
    """Never by its exit code: both lines must be there."""
    said = run("pdfsig", "-nocert", path).stdout
    return "Signature is Valid." in said and "Total document signed" in said


def openssl_accepts(pdf: bytes, folder: Path, root_pem: bytes) -> bool:
    """The CMS in the signature's gap over the bytes around it, against a root. It does not ask whether that is the whole file."""
    before, _, after = pdf.rpartition(b"/ByteRange [")
    if not before:
        return False
    start, first, second, rest = (int(number) for number in after.split(b"]")[0].split())
    try:
        signature = bytes.fromhex(pdf[first + 1 : second - 1].decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return False
    (folder / "cms.der").write_bytes(signature)
    (folder / "content").write_bytes(pdf[start:first] + pdf[second : second + rest])
    (folder / "root.pem").write_bytes(root_pem)
    files = ("-in", folder / "cms.der", "-content", folder / "content", "-CAfile", folder / "root.pem")
    done = run(
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        *files,
        "-purpose",
        "any",
        "-attime",
        "1795420800",
        "-out",
        "/dev/null",
    )
    return done.returncode == 0


def qpdf_accepts(path: Path) -> bool:
    return run("qpdf", "--check", path).returncode == 0
