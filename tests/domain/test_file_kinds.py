"""Which files may support a negotiation."""

import doctest

import pytest

from negotiation.domain import attachments
from negotiation.domain.attachments import (
    CONTENT_TYPES,
    LARGEST_ATTACHMENT,
    SUFFIXES,
    EmptyFile,
    FileCutShort,
    FileKind,
    FileTooLarge,
    UnknownFileKind,
    kind_of,
)
from tests.negotiation.files import HEIC, JPEG, PDF, PNG

SAMPLES = {FileKind.PDF: PDF, FileKind.JPEG: JPEG, FileKind.PNG: PNG, FileKind.HEIC: HEIC}


class TestKindOf:
    @pytest.mark.parametrize("kind", FileKind)
    def test_knows_each_kind_by_its_bytes(self, kind: FileKind) -> None:
        assert kind_of(SAMPLES[kind]) == kind

    @pytest.mark.parametrize("kind", FileKind)
    def test_refuses_a_file_that_ends_too_soon(self, kind: FileKind) -> None:
        with pytest.raises(FileCutShort):
            kind_of(SAMPLES[kind][:32].replace(b"meta", b"xxxx").replace(b"%%EOF", b""))

    @pytest.mark.parametrize(
        "content",
        [
            b"MZ\x90\x00 a program",
            b"<html>%PDF-1.4 %%EOF</html>",
            b" %PDF-1.4 %%EOF",
            b"PK\x03\x04 a packed document",
            b"GIF89a",
            b"RIFF\x00\x00\x00\x00WEBP",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rMNGX IEND",
            b"\x00\x00\x00\x18ftypmp42 meta mdat",
        ],
    )
    def test_refuses_everything_else_whatever_it_is_called(self, content: bytes) -> None:
        with pytest.raises(UnknownFileKind):
            kind_of(content)

    def test_refuses_a_file_without_bytes(self) -> None:
        with pytest.raises(EmptyFile):
            kind_of(b"")

    def test_takes_the_largest_and_refuses_one_byte_more(self) -> None:
        largest = PDF[:-6].ljust(LARGEST_ATTACHMENT - 6) + b"%%EOF\n"
        assert kind_of(largest) == FileKind.PDF
        with pytest.raises(FileTooLarge):
            kind_of(b" " + largest)

    def test_has_a_type_and_a_suffix_for_every_kind(self) -> None:
        assert set(CONTENT_TYPES) == set(SUFFIXES) == set(FileKind)

    def test_keeps_the_promise_of_its_example(self) -> None:
        assert doctest.testmod(attachments).failed == 0
