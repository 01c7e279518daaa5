"""What a renderer is handed: a sheet of HTML, its pictures, and the files that go inside the PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from negotiation.documents.content import Language


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside the PDF; ``relationship`` as in ISO 32000 (Data, Alternative)."""

    name: str
    content: bytes
    relationship: str
    description: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that decides the bytes of a document. ``pictures`` are SVG, addressed in the HTML as ``asset:<name>``."""

    html: str
    language: Language
    made_at: datetime
    pictures: Mapping[str, bytes]
    files: tuple[EmbeddedFile, ...] = ()
