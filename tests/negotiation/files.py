"""The smallest files of each kind that may be attached, and pictures as a telephone writes them."""

import io

from PIL import Image


def picture(kind: str = "JPEG", *, shade: int = 0, size: tuple[int, int] = (16, 8), **fields: object) -> bytes:
    """A picture of one grey, written by Pillow; ``fields`` are what it is saved with."""
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, kind, **fields)
    return out.getvalue()


def where_and_what(*, orientation: int = 1) -> Image.Exif:
    """The EXIF data of a telephone: its name, the place, and how it was held."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Telephone 12", orientation
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (31.0, 14.0, 3.0), "E", (121.0, 28.0, 9.0)
    return exif


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = picture()
PNG = picture("PNG")
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00\x00\x00\x08meta" + b"\x00\x00\x00\x08mdat"
