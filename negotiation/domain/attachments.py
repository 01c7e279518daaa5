"""What kind of file is this, judged by its bytes alone, and may it support a negotiation?

Knows the first and last bytes of a few formats; never trusts a name or a declared type, and opens nothing.
"""

from enum import StrEnum

LARGEST_ATTACHMENT = 8 * 1024 * 1024
MOST_ATTACHMENTS = 8
"""A negotiation holds at most so many documents at a time."""


class FileKind(StrEnum):
    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    HEIC = "HEIC"


CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.HEIC: "image/heic",
}
SUFFIXES = {FileKind.PDF: "pdf", FileKind.JPEG: "jpg", FileKind.PNG: "png", FileKind.HEIC: "heic"}


class NotAnAttachment(Exception):
    """The file cannot be taken; subclasses say why."""


class EmptyFile(NotAnAttachment):
    """The file has no bytes."""


class FileTooLarge(NotAnAttachment):
    """The file has more than ``LARGEST_ATTACHMENT`` bytes."""


class UnknownFileKind(NotAnAttachment):
    """The bytes are of no kind that is taken, whatever the file is called."""


class FileCutShort(NotAnAttachment):
    """The bytes begin like a known kind and end too soon."""


class UnreadablePicture(NotAnAttachment):
    """The bytes begin and end like a picture and hold none that can be read."""


class TooManyPixels(NotAnAttachment):
    """The picture is larger than what is unpacked."""


_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_TAIL = 4096


def kind_of(content: bytes) -> FileKind:
    """The kind of a whole file.

    >>> kind_of(b"%PDF-1.7 and so on %%EOF").value
    'PDF'

    :raises EmptyFile, FileTooLarge, UnknownFileKind, FileCutShort:
    """
    if not content:
        raise EmptyFile
    if len(content) > LARGEST_ATTACHMENT:
        raise FileTooLarge(len(content))
    kind = _begins_as(content)
    if kind is None:
        raise UnknownFileKind
    if not _is_whole(kind, content):
        raise FileCutShort(kind)
    return kind


def _begins_as(content: bytes) -> FileKind | None:
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return FileKind.PNG
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileKind.HEIC
    return None


def _is_whole(kind: FileKind, content: bytes) -> bool:
    """Whether the end is there. A camera may write more behind a photograph's end, so for JPEG it may stand anywhere."""
    if kind is FileKind.PDF:
        return b"%%EOF" in content[-_TAIL:]
    if kind is FileKind.JPEG:
        return b"\xff\xd9" in content
    if kind is FileKind.PNG:
        return b"IEND" in content[-_TAIL:]
    return b"mdat" in content and b"meta" in content
