"""How HTML becomes a PDF/A-3a, PDF/UA-1 file: the only importer of WeasyPrint.

Fonts, style sheets and templates are prepared once in a process. The renderer reaches no network and no file:
every address in a document is either one of the assets handed to it or refused.
"""

import base64
import os
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.template import Context, Engine

from negotiation.documents.content import Language
from negotiation.documents.fonts_path import BOLD, CONFIGURATION, REGULAR
from negotiation.documents.glyphs import printable
from negotiation.documents.texts import TEMPLATES

ASSET = "asset:"
HTML_LANGUAGES = {Language.CHINESE: "zh-Hans", Language.ENGLISH: "en"}

PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class RendererNotReady(Exception):
    """A font or a system library that documents need is missing; rendering would give empty boxes, so it does not start."""


class GlyphMissing(Exception):
    """A character reached the page without a glyph in its font; the document is not issued."""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside the PDF; ``relationship`` as in ISO 32000 (Data, Alternative)."""

    name: str
    content: bytes
    relationship: str
    description: str


def render_html(template_name: str, context: Mapping[str, Any]) -> str:
    """The HTML of a document, escaped, with every unprintable character shown as its code point."""
    return printable(_engine().get_template(template_name).render(Context(dict(context), use_l10n=False)))


def render_pdf(html: str, *, language: Language, assets: Mapping[str, bytes], files: tuple[EmbeddedFile, ...], made_at: datetime) -> bytes:
    """The document as bytes; the same arguments give the same bytes. ``files`` stand in the order of their names.

    :raises RendererNotReady: if fonts or the HarfBuzz subsetter are missing.
    :raises GlyphMissing: if a character has no glyph in the face that prints it.
    """
    with _one_at_a_time:
        return _press().pdf(html, language=language, assets=assets, files=files, made_at=made_at)


def check_renderer() -> None:
    """Prepare the renderer of this process, for a worker that is about to start.

    :raises RendererNotReady: as ``render_pdf``.
    """
    _press()


_one_at_a_time = threading.Lock()


class _Press:
    """WeasyPrint with its fonts and style sheets, loaded once."""

    def __init__(self) -> None:
        _check_fonts()
        os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)
        import weasyprint
        from weasyprint.text import ffi
        from weasyprint.text.fonts import FontConfiguration

        if ffi.harfbuzz_subset is None:
            raise RendererNotReady("the HarfBuzz subsetter is missing: apt-get install libharfbuzz-subset0")
        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()
        self.styles = {language: self._sheets(language) for language in Language}

    def _sheets(self, language: Language) -> list[Any]:
        names = ("styles/document.css", f"styles/document.{language.value}.css")
        return [self.weasyprint.CSS(string=(TEMPLATES / name).read_text("utf-8"), font_config=self.fonts) for name in names]

    def pdf(self, html: str, *, language: Language, assets: Mapping[str, bytes], files: tuple[EmbeddedFile, ...], made_at: datetime) -> bytes:
        page = self.weasyprint.HTML(string=html, url_fetcher=_own_assets_only(assets), base_url=ASSET)
        document = page.render(font_config=self.fonts, stylesheets=self.styles[language], **self._form())
        document.metadata.attachments = [self._attachment(file, made_at) for file in sorted(files, key=lambda file: file.name)]
        return document.write_pdf(finisher=_finish, **self._form())

    def _form(self) -> dict[str, Any]:
        return {"pdf_variant": "pdf/a-3a"}

    def _attachment(self, file: EmbeddedFile, made_at: datetime) -> Any:
        return self.weasyprint.Attachment(
            string=file.content,
            name=file.name,
            description=file.description,
            relationship=file.relationship,
            created=made_at,
            modified=made_at,
        )


def _finish(document: Any, pdf: Any) -> None:
    """Make the file PDF/UA too: name the standard in readable metadata, list each embedded file once."""
    if any(font.missing for font in document.fonts.values()):
        raise GlyphMissing(", ".join(sorted(str(font.missing) for font in document.fonts.values() if font.missing)))
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.compress = False
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    for stream in pdf.objects:
        if getattr(stream, "compress", False):
            _compress(stream)


def _compress(stream: Any) -> None:
    """Deflate once (the library would do it twice, to hash and to write).

    Data that ends in a carriage return is wrapped in ASCII85: before ``endstream`` a reader could take that byte for an end of line.
    """
    data, filters = zlib.compress(b"\n".join(_bytes(part) for part in stream.stream), 9), "/FlateDecode"
    if data.endswith(b"\r"):
        data, filters = base64.a85encode(data) + b"~>", "[/ASCII85Decode /FlateDecode]"
    stream.stream, stream.compress = [data], False
    stream.extra["Filter"] = filters


def _bytes(part: Any) -> bytes:
    if isinstance(part, str):
        return part.encode("ascii")
    return part if isinstance(part, bytes) else part.data


def _own_assets_only(assets: Mapping[str, bytes]) -> Any:
    """A fetcher that knows ``asset:<name>`` and refuses every other address."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnAssets(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            content = assets.get(url.removeprefix(ASSET)) if url.startswith(ASSET) else None
            if content is None:
                raise FatalURLFetchingError("a document may not fetch anything")
            return URLFetcherResponse(url, content, {"Content-Type": "image/svg+xml"})

    return OwnAssets()


@lru_cache(maxsize=1)
def _press() -> _Press:
    return _Press()


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], builtins=["negotiation.documents.formatting"])


def _check_fonts() -> None:
    absent = [path.name for path in (REGULAR, BOLD, CONFIGURATION) if not path.is_file()]
    if absent:
        raise RendererNotReady(f"missing in negotiation/documents/fonts: {', '.join(absent)}")
