"""How an archive timestamp stands in a file, byte for byte, and how it is read back (PAdES B-LTA, ISO 32000-2 DocTimeStamp).

The update has one shape: revocation data, the three lists that get longer, the field and the timestamp. Whoever checks a file
writes the update again from its parts and compares the bytes, so nothing else can hide in it. Knows nothing of trust.
"""

import io
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

NAME = "Archive timestamp {} 存档时间戳"
MOST_PROOFS = 100
RANGE = b"/ByteRange [0000000000 0000000000 0000000000 0000000000]"
STORED = re.compile(
    rb"^\d+ 0 obj\n<</Filter /ASCIIHexDecode/Length \d+>>\nstream\n([0-9A-F]+)>\nendstream\nendobj\n", re.MULTILINE
)


class NotPrepared(Exception):
    """The signed file has no place for an archive timestamp: it is not one of ours, or of an earlier version."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the document's security store is to hold besides, in DER: certificates, revocation lists, OCSP responses."""

    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()

    @property
    def all(self) -> tuple[bytes, ...]:
        return self.certificates + self.lists + self.responses


@dataclass(frozen=True, slots=True)
class Archived:
    """A file with one more archive timestamp: all its bytes, and where the gap for the timestamp begins and ends."""

    pdf: bytes
    first: int
    second: int

    @property
    def covered(self) -> bytes:
        """The bytes that the timestamp is of."""
        return self.pdf[: self.first] + self.pdf[self.second :]


def archived(before: bytes, proofs: Proofs, *, digits: int, token: bytes = b"") -> Archived:
    """``before`` followed by the update that holds ``token`` (DER) in a gap of so many hexadecimal digits.

    The same arguments always give the same bytes.

    :raises NotPrepared: if ``before`` is not a signed file of ours.
    """
    form = _Form.of(before)
    update = _Update(len(before), form.size)
    _put_proofs(update, form, proofs)
    field = update.free
    update.put(_references([*form.annotations, field]), form.annotations_number)
    update.put(b"<</Fields %b/SigFlags 3>>" % _references([*form.fields, field]), form.number)
    update.put(_field(form, field))
    update.put(
        b"<</Type /DocTimeStamp/Filter /Adobe.PPKLite/SubFilter /ETSI.RFC3161\n%b\n/Contents <%b>>>"
        % (RANGE, token.hex().encode().ljust(digits, b"0"))
    )
    return _closed(before, update, form, digits)


def proofs_in(update: bytes) -> Proofs:
    """The revocation data that an update carries.

    :raises ValueError: if a part of it is neither a certificate nor a list nor a response, or if there are more than ``MOST_PROOFS``.
    """
    parts: dict[str, list[bytes]] = {"certificates": [], "lists": [], "responses": []}
    for number, found in enumerate(STORED.finditer(update)):
        if number == MOST_PROOFS:
            raise ValueError("more revocation data than any authority needs")
        der = bytes.fromhex(found[1].decode("ascii"))
        parts[_kind(der)].append(der)
    return Proofs(**{kind: tuple(ders) for kind, ders in parts.items()})


@dataclass(frozen=True, slots=True)
class _Form:
    """The places of a signed file that the update goes on from: numbers of objects, and what they list now."""

    number: int
    fields: list[int]
    annotations_number: int
    annotations: list[int]
    page: int
    store_number: int
    store: dict[str, list[int]]
    size: int
    ends: bytes

    @classmethod
    def of(cls, pdf: bytes) -> "_Form":
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        root, trailer = reader.root, reader.trailer_view
        try:
            form, store = root["/AcroForm"], root["/DSS"]
            page = form["/Fields"][0].raw_get("/P")
            annotations = page.get_object().raw_get("/Annots")
            return cls(
                number=_number(root.raw_get("/AcroForm")),
                fields=_numbers(form["/Fields"]),
                annotations_number=_number(annotations),
                annotations=_numbers(annotations.get_object()),
                page=_number(page),
                store_number=_number(root.raw_get("/DSS")),
                store={key: _numbers(store[key]) for key in ("/Certs", "/CRLs", "/OCSPs") if key in store},
                size=int(trailer["/Size"]),
                ends=_trailer(pdf, trailer, reader.last_startxref),
            )
        except (KeyError, TypeError) as missing:
            raise NotPrepared(str(missing)) from missing


class _Update:
    """Objects one after another, and where each of them begins."""

    def __init__(self, start: int, free: int) -> None:
        self.start, self.free = start, free
        self.body, self.places = b"", {}

    def put(self, content: bytes, number: int | None = None) -> int:
        """Add an object, under a new number unless one is given; its number."""
        if number is None:
            number, self.free = self.free, self.free + 1
        self.places[number] = self.start + len(self.body)
        self.body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        return number


def _put_proofs(update: _Update, form: _Form, proofs: Proofs) -> None:
    if not proofs.all:
        return
    store = {key: list(numbers) for key, numbers in form.store.items()}
    for key, ders in (("/Certs", proofs.certificates), ("/CRLs", proofs.lists), ("/OCSPs", proofs.responses)):
        for der in ders:
            store.setdefault(key, []).append(update.put(_stream(b"", der.hex().upper().encode())))
    listed = b"".join(b"%b %b" % (key.encode(), _references(numbers)) for key, numbers in store.items())
    update.put(b"<<%b>>" % listed, form.store_number)


def _field(form: _Form, number: int) -> bytes:
    """Invisible, outside the page and with a name for readers, as the bank's own field; its timestamp is the next object."""
    name = NAME.format(len(form.fields)).encode("utf-16-be").hex().upper().encode()
    place = b"/Type /Annot/Subtype /Widget/F 132/Rect [-9999 -9999 -9999 -9999]/P %d 0 R" % form.page
    return b"<</FT /Sig/T (ArchiveTimestamp%d)/TU <FEFF%b>%b/V %d 0 R>>" % (len(form.fields), name, place, number + 1)


def _closed(before: bytes, update: _Update, form: _Form, digits: int) -> Archived:
    """The file with the cross-references of the update, and with the byte range filled in."""
    start, number = update.start + len(update.body), update.free
    places = sorted((update.places | {number: start}).items())
    index = b" ".join(b"%d 1" % key for key, _ in places)
    rows = b"".join(b"01%010X00" % place for _, place in places)
    head = b"/Type /XRef/W [1 5 1]/Index [%b]/Size %d%b" % (index, number + 1, form.ends)
    end = b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, _stream(head, rows), start)
    ranged = update.body.rindex(RANGE)
    first = update.start + ranged + len(RANGE) + len(b"\n/Contents ")
    second = first + digits + 2
    size = start + len(end)
    said = b"/ByteRange [%010d %010d %010d %010d]" % (0, first, second, size - second)
    body = update.body[:ranged] + said + update.body[ranged + len(RANGE) :]
    return Archived(before + body + end, first, second)


def _trailer(pdf: bytes, trailer: Any, previous: int) -> bytes:
    """The end of the cross-references; the second half of the identifier is of the bytes before."""
    root, information = _number(trailer.raw_get("/Root")), _number(trailer.raw_get("/Info"))
    identifier = (bytes(trailer["/ID"][0].original_bytes).hex(), sha256(pdf).hexdigest()[:32])
    return b"/Root %d 0 R/Info %d 0 R/ID [<%b><%b>]/Prev %d" % (
        root,
        information,
        *(part.encode() for part in identifier),
        previous,
    )


def _stream(head: bytes, digits: bytes) -> bytes:
    return b"<<%b/Filter /ASCIIHexDecode/Length %d>>\nstream\n%b>\nendstream" % (head, len(digits) + 1, digits)


def _references(numbers: list[int]) -> bytes:
    return b"[%b]" % b" ".join(b"%d 0 R" % number for number in numbers)


def _numbers(listed: Any) -> list[int]:
    return [_number(listed.raw_get(place)) for place in range(len(listed))]


def _number(reference: Any) -> int:
    if not isinstance(reference, generic.IndirectObject):
        raise NotPrepared("a list of the file has no object of its own")
    return int(reference.idnum)


def _kind(der: bytes) -> str:
    """What a part of the revocation data is, by its own structure."""
    tries = (
        ("certificates", x509.Certificate, lambda part: part.issuer.hashable),
        ("lists", crl.CertificateList, lambda part: part.issuer.hashable),
        ("responses", ocsp.OCSPResponse, lambda part: part["response_status"].native),
    )
    for kind, structure, read in tries:
        try:
            read(structure.load(der, strict=True))
        except (ValueError, TypeError, KeyError):
            continue
        return kind
    raise ValueError("not revocation data")
