"""How HTML becomes a document: templates filled in, fonts checked, one renderer a process.

WeasyPrint is loaded only by a process that renders, and only after the fonts were found (without one it crashes, and
without the right one it prints empty boxes).
"""

import gc
import hashlib
import io
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import segno
from django.template import Context, Engine

from negotiation.documents.content import Language
from negotiation.documents.fonts_path import BOLD, CONFIGURATION, REGULAR
from negotiation.documents.glyphs import printable
from negotiation.documents.sheet import Sheet
from negotiation.documents.texts import TEMPLATES

if TYPE_CHECKING:
    from negotiation.documents.press import Press

HTML_LANGUAGES = {Language.CHINESE: "zh-Hans", Language.ENGLISH: "en"}

_one_at_a_time = threading.Lock()


class RendererNotReady(Exception):
    """A font or a system library that documents need is missing; rendering does not start."""


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A finished, unsigned file. ``text_versions`` names the version of every clause it contains."""

    pdf: bytes
    sha256: str
    language: Language
    text_versions: Mapping[str, str]


def finished(sheet: Sheet, text_versions: Mapping[str, str]) -> RenderedDocument:
    """The sheet set as PDF, with its SHA-256 (hex).

    :raises RendererNotReady, GlyphMissing: as ``render_pdf``.
    """
    pdf = render_pdf(sheet)
    return RenderedDocument(pdf, hashlib.sha256(pdf).hexdigest(), sheet.language, text_versions)


def code_of(url: str) -> dict[str, bytes]:
    """The picture ``asset:code``: a QR code of the verify page's address, as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, scale=4, dark="#16242e", xmldecl=False)
    return {"code": out.getvalue()}


def render_html(template_name: str, context: Mapping[str, Any]) -> str:
    """The HTML of a document, escaped, with every unprintable character shown as its code point."""
    return printable(_engine().get_template(template_name).render(Context(dict(context), use_l10n=False)))


def render_pdf(sheet: Sheet) -> bytes:
    """The document as bytes; the same sheet gives the same bytes. One at a time in a process.

    :raises RendererNotReady: if fonts or the HarfBuzz subsetter are missing.
    :raises GlyphMissing: if a character has no glyph in the face that prints it.
    """
    with _one_at_a_time, _uncollected():
        return _press().pdf(sheet)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python's collector of cycles wait: it would walk the half-made document again and again, a fifth of the whole time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_renderer() -> None:
    """Prepare the renderer of this process, for a worker that is about to start.

    :raises RendererNotReady: as ``render_pdf``.
    """
    _press()


@lru_cache(maxsize=1)
def _press() -> "Press":
    absent = [path.name for path in (REGULAR, BOLD, CONFIGURATION) if not path.is_file()]
    if absent:
        raise RendererNotReady(f"missing in negotiation/documents/fonts: {', '.join(absent)}")
    os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)
    try:
        from negotiation.documents import press  # noqa: PLC0415 — after the fonts were found and named
    except OSError as missing:
        raise RendererNotReady(f"{missing}; apt-get install libpangoft2-1.0-0") from missing
    if not press.has_subsetter():
        raise RendererNotReady("the HarfBuzz subsetter is missing; apt-get install libharfbuzz-subset0")
    return press.Press()


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], builtins=["negotiation.documents.formatting"])
