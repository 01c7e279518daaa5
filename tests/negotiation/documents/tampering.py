"""Every way in which somebody could change a signed file, and who notices. ``docs/documents.md`` prints this table."""

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from negotiation.documents.signing import seal
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.verification import LARGEST_FILE, Reason
from tests.negotiation.documents.authority import NOW, Authority, strong_key


@dataclass(frozen=True)
class Tampering:
    """``change`` makes the file; the three flags say who, of those who do not know the bank's records, still accepts it."""

    name: str
    reason: Reason
    change: Callable[[bytes], bytes]
    pdfsig: bool = False
    openssl: bool = False
    qpdf: bool = True


def flip_in_stream(pdf: bytes) -> bytes:
    """In the middle of the longest compressed stream."""
    place = max(
        re.finditer(rb"/FlateDecode[^>]*>>\nstream\n", pdf),
        key=lambda found: pdf.index(b"endstream", found.end()) - found.end(),
    ).end()
    place += 500
    return _flip(pdf, place)


def flip_in_dictionary(pdf: bytes) -> bytes:
    place = pdf.index(b"/MediaBox") + 12
    return pdf[:place] + (b"1" if pdf[place : place + 1] != b"1" else b"2") + pdf[place + 1 :]


def flip_in_padding(pdf: bytes) -> bytes:
    place = pdf.index(b">", pdf.index(b"/Contents <")) - 5
    return pdf[:place] + b"1" + pdf[place + 1 :]


def flip_in_signature(pdf: bytes) -> bytes:
    place = pdf.index(b"/Contents <") + 3000
    return pdf[:place] + (b"0" if pdf[place : place + 1] != b"0" else b"1") + pdf[place + 1 :]


def append_comment(pdf: bytes) -> bytes:
    return pdf + b"\n% an innocent remark\n"


def cover_an_amount(pdf: bytes) -> bytes:
    """An incremental update that paints over the first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    paint = writer.add_object(generic.StreamObject(stream_data=b"1 1 1 rg 300 560 200 40 re f"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), paint])
    writer.update_container(page)
    return _written(writer)


def change_the_data(pdf: bytes) -> bytes:
    """An incremental update that replaces schedule.json."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = names[5]["/EF"]["/F"]
    stream._data, stream._encoded_data = b'{"rows": []}', None
    writer.update_container(stream)
    return _written(writer)


def cut_out_the_signature(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        del file.Root.AcroForm, file.Root.Perms
        for page in file.pages:
            if "/Annots" in page:
                del page.Annots
        return _saved(file)


def cut_back_to_the_unsigned_bytes(pdf: bytes) -> bytes:
    return pdf[: pdf.index(b"%%EOF") + 6]


def save_again(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return _saved(file)


def encrypt(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        out = io.BytesIO()
        file.save(out, encryption=pikepdf.Encryption(owner="owner", user=""))
        return out.getvalue()


def truncate(pdf: bytes) -> bytes:
    return pdf[: len(pdf) // 2]


def sign_again(signer: BankSigner, original: bytes) -> Callable[[bytes], bytes]:
    """The unsigned original under somebody else's key."""
    return lambda pdf: seal(original, signer, now=NOW).pdf


def bomb(pdf: bytes) -> bytes:
    """Streams that unpack to gigabytes, in a file that claims to be signed."""
    once = zlib.compress(bytes(50_000_000), 9)
    packed = zlib.compress(once, 9)
    body = (
        b"1 0 obj\n<</Type /Catalog /Filter [/FlateDecode /FlateDecode] /Length %d>>\nstream\n%b\nendstream\nendobj\n"
        % (len(packed), packed)
    )
    start = b"%PDF-1.7\n" + body * 50
    gap = len(start) + len(b"/ByteRange [0 0000000000 0000000000 0000000006] /Contents ")
    return start + b"/ByteRange [0 %010d %010d 0000000006] /Contents <308006092a864886f70d010702a0800000>%%%%EOF\n" % (
        gap,
        gap + 36,
    )


def tamperings(original: bytes, authority: Authority) -> list[Tampering]:
    """All of them; ``original`` is the file before the bank signed."""
    forger = Authority("Example Bank root", key=strong_key())
    return [
        Tampering("one byte flipped in a stream", Reason.ALTERED, flip_in_stream),
        Tampering("one byte flipped in a dictionary", Reason.ALTERED, flip_in_dictionary),
        Tampering("one digit flipped in the signature's padding", Reason.ALTERED, flip_in_padding, openssl=True),
        Tampering("an appended remark", Reason.CHANGED_AFTER_SIGNING, append_comment, openssl=True),
        Tampering(
            "an appended update that paints over an amount", Reason.CHANGED_AFTER_SIGNING, cover_an_amount, openssl=True
        ),
        Tampering(
            "an appended update that changes schedule.json", Reason.CHANGED_AFTER_SIGNING, change_the_data, openssl=True
        ),
        Tampering("the signature cut out", Reason.NOT_SIGNED, cut_out_the_signature),
        Tampering("cut back to the unsigned file", Reason.NOT_SIGNED, cut_back_to_the_unsigned_bytes),
        Tampering("saved again by another program", Reason.ALTERED, save_again),
        Tampering("encrypted", Reason.ENCRYPTED, encrypt),
        Tampering("cut in half", Reason.NOT_SIGNED, truncate, qpdf=False),
        Tampering(
            "signed by a forger under the bank's name",
            Reason.UNKNOWN_SIGNER,
            sign_again(forger.issue().signer(), original),
            pdfsig=True,
        ),
        Tampering(
            "200 MB", Reason.TOO_LARGE, lambda pdf: pdf + bytes(200_000_000 - len(pdf)), openssl=True, qpdf=False
        ),
        Tampering(
            "just above the largest size",
            Reason.TOO_LARGE,
            lambda pdf: pdf + bytes(LARGEST_FILE + 1 - len(pdf)),
            openssl=True,
            qpdf=False,
        ),
        Tampering("a PDF bomb", Reason.UNREADABLE, bomb, qpdf=False),
        Tampering("a text file named .pdf", Reason.NOT_A_PDF, lambda pdf: "请还款\n".encode() * 40, qpdf=False),
        Tampering("an empty file", Reason.NOT_A_PDF, lambda pdf: b"", qpdf=False),
    ]


def _flip(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _saved(file: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
