"""What a picture says beside what can be seen in it does not get into the file store."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from negotiation.domain import heif
from negotiation.domain.attachments import FileKind, TooManyPixels, UnreadablePicture
from negotiation.services import pictures
from negotiation.services.pictures import without_metadata
from tests.negotiation.files import HEIC, JPEG, PDF, PNG, picture, where_and_what

SECRETS = (b"Telephone 12", b"<x:xmpmeta", b"A comment", b"a film")


def telling(kind: str, *, orientation: int = 1) -> bytes:
    """A picture with its place, device, XMP and comment."""
    fields: dict[str, object] = {"exif": where_and_what(orientation=orientation), "xmp": b"<x:xmpmeta/>"}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "A comment")
        fields = {"exif": fields["exif"], "pnginfo": text}
    elif kind == "JPEG":
        fields["comment"] = b"A comment"
    return picture(kind, size=(64, 32), shade=200, **fields)


def opened(content: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


class TestAPicture:
    @pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG])
    def test_loses_what_cannot_be_seen(self, kind: FileKind) -> None:
        content = telling(kind.value)
        assert opened(content).getexif().get_ifd(0x8825)
        kept = without_metadata(content + (b"a film" if kind is FileKind.JPEG else b""), kind)
        assert not opened(kept).getexif()
        assert not any(secret in kept for secret in SECRETS)
        assert opened(kept).getpixel((5, 5)) == opened(content).getpixel((5, 5))

    def test_loses_the_other_pictures_in_its_file(self) -> None:
        out = io.BytesIO()
        first, second = opened(telling("JPEG")), opened(picture(shade=90))
        first.save(out, "MPO", save_all=True, append_images=[second], exif=where_and_what())
        assert getattr(opened(out.getvalue()), "n_frames", 1) == 2
        kept = without_metadata(out.getvalue(), FileKind.JPEG)
        assert getattr(opened(kept), "n_frames", 1) == 1
        assert not any(secret in kept for secret in SECRETS)

    @pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG])
    def test_stands_upright_without_being_told(self, kind: FileKind) -> None:
        assert opened(without_metadata(telling(kind.value, orientation=6), kind)).size == (32, 64)

    @pytest.mark.parametrize(("content", "kind"), [(JPEG, FileKind.JPEG), (PNG, FileKind.PNG), (PDF, FileKind.PDF)])
    def test_that_says_nothing_else_stays_as_it_is(self, content: bytes, kind: FileKind) -> None:
        assert without_metadata(content, kind) == content

    def test_in_four_inks_is_read_too(self) -> None:
        out = io.BytesIO()
        Image.new("CMYK", (8, 8)).save(out, "JPEG")
        assert opened(without_metadata(out.getvalue(), FileKind.JPEG)).mode == "RGB"

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40) + b"\xff\xd9", FileKind.JPEG),
            (JPEG[: len(JPEG) // 2] + b"\xff\xd9", FileKind.JPEG),
            (PNG[:33] + PNG[-12:], FileKind.PNG),
            (PNG, FileKind.JPEG),
            (HEIC, FileKind.HEIC),
        ],
    )
    def test_that_cannot_be_read_is_refused_by_name(self, content: bytes, kind: FileKind) -> None:
        with pytest.raises(UnreadablePicture):
            without_metadata(content, kind)

    @pytest.mark.parametrize("side", [8_000, 60_000])
    def test_too_large_to_unpack_is_refused_by_name(self, side: int) -> None:
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        chunk = b"IHDR" + header
        bomb = PNG[:8] + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + PNG[33:]
        with pytest.raises(TooManyPixels):
            without_metadata(bomb, FileKind.PNG)
        assert side * side > pictures.MOST_PIXELS


class TestHeif:
    """AVIF is the same container with another codec, and one that can be written and read here."""

    def test_is_blanked_in_place_and_shows_the_same(self) -> None:
        content = telling("AVIF", orientation=6)
        assert b"Telephone 12" in content
        kept = heif.without_metadata(content)
        assert len(kept) == len(content)
        assert not any(secret in kept for secret in SECRETS)
        assert 0x8825 not in opened(kept).getexif()
        assert (opened(kept).size, opened(kept).tobytes()) == (opened(content).size, opened(content).tobytes())

    def test_loses_boxes_that_are_no_part_of_the_picture(self) -> None:
        content = telling("AVIF") + struct.pack(">I", 14) + b"moov" + b"a film"
        kept = heif.without_metadata(content)
        assert not any(secret in kept for secret in SECRETS)
        assert opened(kept).size == (64, 32)

    def test_whose_position_has_no_length_is_refused(self) -> None:
        """No length means "to the end", so nothing would be blanked."""
        content = telling("AVIF")
        out = bytearray(content)
        (meta,) = [box for box in heif._boxes(out, 0, len(out)) if box.kind == b"meta"]
        (iloc,) = [box for box in heif._boxes(out, meta.start + 4, meta.end) if box.kind == b"iloc"]
        pieces = [(start, end) for _, start, end in heif._extents(out, iloc, None)]
        (length,) = [end - start for start, end in pieces if b"Telephone 12" in content[start:end]]
        at = content.index(struct.pack(">I", length), iloc.start)
        with pytest.raises(UnreadablePicture):
            heif.without_metadata(content[:at] + bytes(4) + content[at + 4 :])

    @pytest.mark.parametrize("at", range(4, 400, 7))
    def test_that_is_damaged_is_refused_or_loses_it_all_the_same(self, at: int) -> None:
        content = bytearray(telling("AVIF"))
        content[at] ^= 0xFF
        try:
            kept = heif.without_metadata(bytes(content))
        except UnreadablePicture:
            return
        assert len(kept) == len(content)
