"""Takes out of a picture what its owner cannot see in it: where and with what it was taken, names, small earlier versions of it."""

import io
import threading

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from negotiation.domain import heif
from negotiation.domain.attachments import FileKind, TooManyPixels, UnreadablePicture

MOST_PIXELS = 50_000_000
_one_at_a_time = threading.Lock()
"""Unpacked, the largest picture takes 150 MB, and twice that while it is turned."""


def without_metadata(content: bytes, kind: FileKind) -> bytes:
    """The picture alone: upright, without EXIF, XMP, comments, colour profile, thumbnails or film. A PDF stays as it is.

    JPEG and PNG are written anew, a JPEG with the tables that it was packed with; HEIC is blanked in place.

    :raises TooManyPixels: if it has more than ``MOST_PIXELS``; it is not unpacked then.
    :raises UnreadablePicture: if it cannot be read.
    """
    if kind is FileKind.PDF:
        return content
    if kind is FileKind.HEIC:
        return heif.without_metadata(content)
    try:
        with _one_at_a_time:
            return _written_anew(content, kind)
    except TooManyPixels:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise TooManyPixels from exc
    except Exception as exc:  # what a decoder raises on broken bytes is of no one kind
        raise UnreadablePicture from exc


def _written_anew(content: bytes, kind: FileKind) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind.value]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise TooManyPixels(picture.width * picture.height)
        how: dict[str, object] = {}
        if isinstance(picture, JpegImageFile):
            how = {"qtables": picture.quantization, "subsampling": get_sampling(picture)}
        ImageOps.exif_transpose(picture, in_place=True)
        plain: Image.Image = picture
        if picture.mode == "CMYK":
            plain, how = picture.convert("RGB"), {"quality": 90}
        if picture.has_transparency_data:
            plain = picture.convert("RGBA")
        plain.info = {}
        out = io.BytesIO()
        plain.save(out, kind.value, **how)
        return out.getvalue()
