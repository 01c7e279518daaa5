"""What does a HEIC file hold beside its picture? Blanks it in place: position, device, names, film. Decodes nothing.

Boxes as in ISO/IEC 14496-12, items as in ISO/IEC 23008-12 (HEIF). No byte moves, so every offset stays right; the picture is turned
by a property of its own (``irot``), which stays too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from negotiation.domain.attachments import UnreadablePicture

KEPT_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip"})
KEPT_IN_META = frozenset(
    {b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"grpl", b"dinf", b"free", b"skip"}
)
PICTURE_ITEMS = frozenset({b"hvc1", b"hev1", b"av01", b"grid", b"iovl", b"iden", b"tmap"})
BLANK = b"free"


@dataclass(frozen=True, slots=True)
class _Box:
    """A box: its kind, where its content begins and where it ends."""

    kind: bytes
    kind_at: int
    start: int
    end: int


class _Reader:
    """Big-endian numbers of a file, one after the other."""

    def __init__(self, content: bytes | bytearray, start: int, end: int) -> None:
        self.content, self.at, self.end = content, start, end

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        if self.at + size > self.end:
            raise UnreadablePicture
        self.at += size
        return bytes(self.content[self.at - size : self.at])


def without_metadata(content: bytes) -> bytes:
    """The same picture in a file of the same length that holds nothing else.

    :raises UnreadablePicture: if the boxes or items of the file cannot be followed.
    """
    out = bytearray(content)
    boxes = list(_boxes(out, 0, len(out)))
    metas = [box for box in boxes if box.kind == b"meta"]
    if not metas:
        raise UnreadablePicture
    for meta in metas:
        _clean(out, meta)
    for box in boxes:
        if box.kind not in KEPT_BOXES:
            _blank(out, box)
    return bytes(out)


def _boxes(content: bytearray, start: int, end: int) -> Iterator[_Box]:
    while start < end:
        reader = _Reader(content, start, end)
        size, kind = reader.number(4), reader.take(4)
        if size == 1:
            size = reader.number(8)
        stop = start + size if size else end
        if not reader.at <= stop <= end:
            raise UnreadablePicture
        yield _Box(kind, start + 4, reader.at, stop)
        start = stop


def _clean(out: bytearray, meta: _Box) -> None:
    boxes = {box.kind: box for box in _boxes(out, meta.start + 4, meta.end)}
    if not {b"iinf", b"iloc"} <= boxes.keys():
        raise UnreadablePicture
    foreign = {number: at for number, at, kind in _items(out, boxes[b"iinf"]) if kind not in PICTURE_ITEMS}
    for number, start, end in _extents(out, boxes[b"iloc"], boxes.get(b"idat")):
        if number in foreign:
            out[start:end] = bytes(end - start)
    for at in foreign.values():
        out[at : at + 4] = BLANK
    for box in _boxes(out, meta.start + 4, meta.end):
        if box.kind not in KEPT_IN_META:
            _blank(out, box)


def _blank(out: bytearray, box: _Box) -> None:
    out[box.kind_at : box.kind_at + 4] = BLANK
    out[box.start : box.end] = bytes(box.end - box.start)


def _items(out: bytearray, iinf: _Box) -> Iterator[tuple[int, int, bytes]]:
    """Number, place of the kind, and kind of every item."""
    reader = _Reader(out, iinf.start, iinf.end)
    reader.take(4 if reader.number(4) >> 24 else 2)
    for box in _boxes(out, reader.at, iinf.end):
        entry = _Reader(out, box.start, box.end)
        version = entry.number(4) >> 24
        if version not in (2, 3):
            raise UnreadablePicture
        number = entry.number(2 if version == 2 else 4)
        entry.take(2)
        yield number, entry.at, entry.take(4)


def _extents(out: bytearray, iloc: _Box, idat: _Box | None) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of every piece of every item."""
    reader = _Reader(out, iloc.start, iloc.end)
    version = reader.number(4) >> 24
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if version > 2 or not length_size:
        raise UnreadablePicture
    for _item in range(reader.number(2 if version < 2 else 4)):
        number = reader.number(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        reader.take(2)
        base = reader.number(base_size) + _origin(method, idat)
        for _extent in range(reader.number(2)):
            reader.take(index_size if version else 0)
            start = base + reader.number(offset_size)
            end = start + reader.number(length_size)
            if not start < end <= len(out):
                raise UnreadablePicture
            yield number, start, end


def _origin(method: int, idat: _Box | None) -> int:
    """From where an item's offsets count: the file, or the box of small items."""
    if method == 0:
        return 0
    if method == 1 and idat is not None:
        return idat.start
    raise UnreadablePicture
