"""The only importer of WeasyPrint: a sheet of HTML set as PDF/A-3a and PDF/UA-1.

Fonts and style sheets are loaded once. The renderer reaches no network and no file: an address in a document is one of the
pictures handed to it, or refused.
"""

import base64
import zlib
from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any

import weasyprint
from pydyf import Array, Object, Stream
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from negotiation.documents.content import Language
from negotiation.documents.sheet import EmbeddedFile, Sheet
from negotiation.documents.texts import TEMPLATES

ASSET = "asset:"
DOUBTFUL_END = b"\r\nendstream"
"""Data that ends in a carriage return: a reader could take that byte for the end of the line, and PDF/A is broken."""
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


class GlyphMissing(Exception):
    """A character reached the page without a glyph in its face; the document is not issued."""


class FetchRefused(Exception):
    """A document named an address that is not one of its own pictures."""


def has_subsetter() -> bool:
    """Whether HarfBuzz can subset fonts; without it every document takes five times as long."""
    return ffi.harfbuzz_subset is not None


class Press:
    """WeasyPrint with the bank's fonts and style sheets."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._styles = {language: self._style_sheets(language) for language in Language}

    def pdf(self, sheet: Sheet) -> bytes:
        """The sheet as bytes; the same sheet gives the same bytes.

        :raises GlyphMissing: if a character has no glyph.
        :raises FetchRefused: if the HTML names an address that is not one of the sheet's pictures.
        """
        page = weasyprint.HTML(string=sheet.html, url_fetcher=_OwnPictures(sheet.pictures), base_url=ASSET)
        form = {"pdf_variant": "pdf/a-3a"}
        try:
            document = page.render(font_config=self._fonts, stylesheets=self._styles[sheet.language], **form)
        except FatalURLFetchingError as refused:
            raise FetchRefused(str(refused)) from refused
        tries = (self._written(document, sheet, spare, form) for spare in count())
        return next(pdf for pdf in tries if DOUBTFUL_END not in pdf)

    def _written(self, document: weasyprint.Document, sheet: Sheet, spare: int, form: dict[str, str]) -> bytes:
        files = sorted(sheet.files, key=lambda file: file.name)
        document.metadata.attachments = [_attachment(file, sheet) for file in files]
        return bytes(document.write_pdf(finisher=partial(_finish, spare=spare), **form))

    def _style_sheets(self, language: Language) -> list[weasyprint.CSS]:
        names = ("styles/document.css", f"styles/document.{language.value}.css")
        return [weasyprint.CSS(string=(TEMPLATES / name).read_text("utf-8"), font_config=self._fonts) for name in names]


class _OwnPictures(URLFetcher):
    """Knows ``asset:<name>`` and refuses every other address."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__()
        self._pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        content = self._pictures.get(url.removeprefix(ASSET)) if url.startswith(ASSET) else None
        if content is None:
            raise FatalURLFetchingError("a document may not fetch anything")
        return URLFetcherResponse(url, content, {"Content-Type": "image/svg+xml"})


def _attachment(file: EmbeddedFile, sheet: Sheet) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        string=file.content,
        name=file.name,
        description=file.description,
        relationship=file.relationship,
        created=sheet.made_at,
        modified=sheet.made_at,
    )


def _finish(document: weasyprint.Document, pdf: Any, *, spare: int) -> None:
    """Make the file PDF/UA too: name the standard in readable metadata, list each embedded file once.

    ``spare`` empty objects, which nothing refers to, give the tables that the library adds at the end other bytes.
    """
    missing = [str(font.missing) for font in document.fonts.values() if font.missing]
    if missing:
        raise GlyphMissing(", ".join(sorted(missing)))
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.compress = False
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    for _ in range(spare):
        pdf.add_object(Array())
    for item in pdf.objects:
        if isinstance(item, Stream) and item.compress:
            _compress(item)


def _compress(stream: Stream) -> None:
    """Deflate once (the library would do it twice, to hash and to write); a doubtful end is wrapped in ASCII85."""
    data, filters = zlib.compress(b"\n".join(_bytes(part) for part in stream.stream), 9), "/FlateDecode"
    if data.endswith(b"\r"):
        data, filters = base64.a85encode(data) + b"~>", "[/ASCII85Decode /FlateDecode]"
    stream.stream, stream.compress = [data], False
    stream.extra["Filter"] = filters


def _bytes(part: bytes | str | Object) -> bytes:
    if isinstance(part, str):
        return part.encode("ascii")
    return part if isinstance(part, bytes) else part.data
