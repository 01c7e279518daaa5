"""Takes out of a picture what its owner cannot see in it: where and with what it was taken, names, small earlier versions of it."""

import io

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import get_sampling

from negotiation.domain import heif
from negotiation.domain.attachments import FileKind, TooManyPixels, UnreadablePicture

MOST_PIXELS = 50_000_000


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
        upright = ImageOps.exif_transpose(picture)
        tables = picture.quantization if kind is FileKind.JPEG else None
        how = {"qtables": tables, "subsampling": get_sampling(picture)} if tables else {}
    if upright.mode == "CMYK":
        upright, how = upright.convert("RGB"), {"quality": 90}
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
    upright.info = {}
    out = io.BytesIO()
    upright.save(out, kind.value, **how)
    return out.getvalue()
