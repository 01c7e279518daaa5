"""Attacks on how a PDF is put together, known from research: none is called genuine, none costs more than a look at raw bytes.

Universal signature forgery (a broken byte range or signature), signature wrapping (the signed bytes moved), incremental saving and
shadow attacks (what is shown is changed by what is appended), and files that are two things at once.
"""

import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from negotiation.documents.refusals import Reason
from negotiation.documents.signed_parts import parts_of
from negotiation.documents.signing import SealedDocument
from negotiation.documents.verification import verify
from tests.negotiation.documents.authority import NOW, Authority

RANGE = re.compile(rb"/ByteRange \[[^\]]*\]")
OWN = b"\n1 0 obj\n<</Type /Catalog/Pages 9 0 R>>\nendobj\n"
SCRIPT = b"<</Type /Catalog/Pages 9 0 R/OpenAction <</S /JavaScript/JS (app.alert\\(1\\))>>>>"
LAUNCH = b"<</Type /Catalog/Pages 9 0 R/OpenAction <</S /Launch/F (cmd.exe)>>>>"


def ranged(pdf: bytes, said: bytes) -> bytes:
    """With another byte range in the place of the true one."""
    return RANGE.sub(lambda found: said.ljust(len(found[0])), pdf, count=1)


def gapped(pdf: bytes, said: bytes) -> bytes:
    """With something else in the gap of the signature, which nobody signs."""
    [part] = parts_of(pdf)
    return pdf[: part.first] + said.ljust(part.second - part.first) + pdf[part.second :]


def ending(pdf: bytes, said: bytes) -> bytes:
    """With the last sixty digits of the gap written over."""
    [part] = parts_of(pdf)
    return gapped(pdf, pdf[part.first : part.second - 60] + said.rjust(60, b"0"))


def wrapped(pdf: bytes) -> bytes:
    """The second signed part moved down, the byte range with it, and an object of the forger's between."""
    [part] = parts_of(pdf)
    said = b"/ByteRange [0 %d %d %d]" % (part.first, part.second + len(OWN), part.end - part.second)
    return ranged(pdf[: part.second] + OWN + pdf[part.second :], said)


def copied(pdf: bytes) -> bytes:
    """The signature again in a dictionary of the forger's, which has the true byte range."""
    [part] = parts_of(pdf)
    said = b"/ByteRange [0 %d %d %d]/Contents " % (part.first, part.second, part.end - part.second)
    return pdf + b"\n9999 0 obj\n<</Type /Sig" + said + pdf[part.first : part.second] + b">>\nendobj\n%%EOF\n"


def updated(pdf: bytes, content: bytes, *, number: int = 2, trailer: bytes = b"") -> bytes:
    """An object written anew in an incremental update with a classical cross-reference table."""
    start = len(pdf)
    body = b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
    previous = re.findall(rb"startxref\n(\d+)", pdf)[-1]
    end = b"trailer\n<</Size 99999/Root 2 0 R/Prev %b%b>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + body + table + end % (previous, trailer, start + len(body))


def nested(pdf: bytes) -> bytes:
    """An object stream that holds an object stream that holds an object stream, each deflated."""
    inner = b"1 0 <<>>"
    for depth in range(60):
        inner = zlib.compress(b"%d 0 <</Type /ObjStm>> " % depth + inner)
    return updated(pdf, b"<</Type /ObjStm/N 1/First 4/Filter /FlateDecode>>\nstream\n" + inner + b"\nendstream")


def zipped(pdf: bytes, *, before: bool) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("agreement.txt", "nothing is owed")
    return out.getvalue() + pdf if before else pdf + out.getvalue()


CHANGED, ALTERED = Reason.CHANGED_AFTER_SIGNING, Reason.ALTERED
ATTACKS: dict[str, tuple[Reason, Callable[[bytes], bytes]]] = {
    "byte range of nothing": (CHANGED, lambda pdf: ranged(pdf, b"/ByteRange [0 0 0 0]")),
    "negative byte range": (Reason.NOT_SIGNED, lambda pdf: ranged(pdf, b"/ByteRange [0 -1 -1 0]")),
    "no byte range": (Reason.NOT_SIGNED, lambda pdf: ranged(pdf, b"/ByteRange null")),
    "byte range of the second half": (ALTERED, lambda pdf: ranged(pdf, b"/ByteRange [9 0 0 %d]" % len(pdf))),
    "empty signature": (ALTERED, lambda pdf: gapped(pdf, b"<>")),
    "signature of zeros": (Reason.UNREADABLE, lambda pdf: gapped(pdf, b"<" + b"0" * (_digits(pdf)) + b">")),
    "signature of no length": (Reason.UNREADABLE, lambda pdf: gapped(pdf, b"<3080" + b"0" * (_digits(pdf) - 4) + b">")),
    "entry hidden in the gap": (ALTERED, lambda pdf: ending(pdf, b">/Reason (paid)/Location <00>")),
    "remark hidden in the gap": (ALTERED, lambda pdf: ending(pdf, b"% paid >")),
    "spaces in the gap": (ALTERED, lambda pdf: ending(pdf, b" " * 59 + b">")),
    "signed part moved": (ALTERED, wrapped),
    "signature copied": (CHANGED, copied),
    "catalogue replaced": (CHANGED, lambda pdf: updated(pdf, b"<</Type /Catalog/Pages 9 0 R>>")),
    "script added": (CHANGED, lambda pdf: updated(pdf, SCRIPT)),
    "program started": (CHANGED, lambda pdf: updated(pdf, LAUNCH)),
    "hybrid cross-references": (CHANGED, lambda pdf: updated(pdf, b"<<>>", trailer=b"/XRefStm 17")),
    "cross-references in a circle": (CHANGED, lambda pdf: updated(pdf, b"<<>>", trailer=b"/Prev %d" % len(pdf))),
    "huge object number": (CHANGED, lambda pdf: updated(pdf, b"<<>>", number=9_999_999_999)),
    "object streams in object streams": (CHANGED, nested),
    "the same object twice": (CHANGED, lambda pdf: updated(updated(pdf, b"<<>>", number=7), b"[]", number=7)),
    "ZIP at the end": (CHANGED, lambda pdf: zipped(pdf, before=False)),
    "ZIP at the beginning": (Reason.NOT_A_PDF, lambda pdf: zipped(pdf, before=True)),
    "another file's head before it": (CHANGED, lambda pdf: b"%PDF-1.7\n" + pdf),
    "line before it": (Reason.NOT_A_PDF, lambda pdf: b"\n" + pdf),
    "page of HTML before it": (Reason.NOT_A_PDF, lambda pdf: b"<html><script>alert(1)</script>" + pdf),
    "line after it": (CHANGED, lambda pdf: pdf + b"\n"),
    "zero after it": (CHANGED, lambda pdf: pdf + b"\0"),
    "file twice": (CHANGED, lambda pdf: pdf + pdf),
}


def _digits(pdf: bytes) -> int:
    [part] = parts_of(pdf)
    return part.digits


class TestAttack:
    @pytest.mark.parametrize("name", ATTACKS)
    def test_is_refused_by_name_at_once(self, name: str, sealed: SealedDocument, authority: Authority) -> None:
        reason, change = ATTACKS[name]
        forged = change(sealed.pdf)
        assert forged != sealed.pdf
        started = time.perf_counter()
        answer = verify(forged, trust=authority.trust(), now=NOW)
        assert (answer.valid, answer.reason) == (False, reason)
        assert time.perf_counter() - started < 0.5
