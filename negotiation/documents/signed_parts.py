"""Which bytes of a file does each signature in it cover? Looks at raw bytes only; opens no PDF and knows nothing of trust.

The first signature is the bank's. Each further one is an archive timestamp over the whole file up to its own end.
"""

import re
from dataclasses import dataclass
from itertools import islice

from asn1crypto import cms, parser

from negotiation.documents.refusals import Reason, Refused

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_SIGNATURE = 64 * 1024
MOST_SIGNATURES = 20

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
HEXADECIMAL = re.compile(rb"<[0-9a-fA-F]+>")


@dataclass(frozen=True, slots=True)
class SignedPart:
    """The beginning of ``pdf`` up to ``end``, signed but for the gap from ``first`` to ``second``, where the signature stands."""

    pdf: bytes
    first: int
    second: int
    end: int

    @property
    def covered(self) -> bytes:
        """The bytes that are signed."""
        return self.pdf[: self.first] + self.pdf[self.second : self.end]

    @property
    def digits(self) -> int:
        """How many hexadecimal digits the gap holds."""
        return self.second - self.first - 2

    @property
    def contents(self) -> bytes:
        """The signature in DER; after it the gap may hold nothing but zeros.

        :raises Refused: if it does.
        """
        gap = bytes.fromhex(self.pdf[self.first + 1 : self.second - 1].decode("ascii"))
        length = parser.peek(gap)
        if gap[length:].strip(b"\0"):
            raise Refused(Reason.ALTERED)
        return gap[:length]


def parts_of(pdf: bytes) -> list[SignedPart]:
    """The signed parts of a file, each longer than the one before it; the last one is the whole file.

    :raises Refused: if that is not how the file is made.
    """
    if len(pdf) > LARGEST_FILE:
        raise Refused(Reason.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        raise Refused(Reason.NOT_A_PDF)
    found = islice(BYTE_RANGE.finditer(pdf), MOST_SIGNATURES + 1)
    ranges = [tuple(int(number) for number in one.groups()) for one in found]
    if not ranges:
        raise Refused(Reason.ENCRYPTED if b"/Encrypt" in pdf else Reason.NOT_SIGNED)
    parts = [SignedPart(pdf, first, second, second + rest) for _, first, second, rest in ranges]
    if any(start for start, *_ in ranges) or not _is_chain(parts):
        raise Refused(_misfit(parts))
    if not all(_has_gap(part) for part in parts):
        raise Refused(Reason.ALTERED)
    return parts


def signed_data(contents: bytes) -> cms.SignedData:
    """The one CMS structure, with nothing inside it after its two parts.

    :raises Refused: if it is anything else.
    """
    inside = parser.parse(contents, strict=True)[4]
    parts = parser.peek(inside)
    if parts + parser.peek(inside[parts:]) != len(inside):
        raise Refused(Reason.ALTERED)
    container = cms.ContentInfo.load(contents, strict=True)
    if container["content_type"].native != "signed_data":
        raise Refused(Reason.ALTERED)
    return container["content"]


def _is_chain(parts: list[SignedPart]) -> bool:
    ends = [0, *(part.end for part in parts)]
    in_order = all(before < part.first < part.second <= part.end for before, part in zip(ends, parts, strict=False))
    return in_order and ends[-1] == len(parts[0].pdf) and len(parts) <= MOST_SIGNATURES


def _has_gap(part: SignedPart) -> bool:
    return (
        0 < part.digits <= LARGEST_SIGNATURE
        and HEXADECIMAL.fullmatch(part.pdf, part.first, part.second) is not None
        and part.pdf[: part.first].endswith(b"/Contents ")
    )


def _misfit(parts: list[SignedPart]) -> Reason:
    """Why the signed ranges are not the file: encrypted anew, added to, or rewritten."""
    pdf = parts[0].pdf
    if b"/Encrypt" in pdf:
        return Reason.ENCRYPTED
    return Reason.CHANGED_AFTER_SIGNING if len(parts) > 1 or parts[0].end < len(pdf) else Reason.ALTERED
