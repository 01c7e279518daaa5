"""Which wording of a text holds at a moment, and which stood under an older version."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate

from negotiation.documents.texts import TEXTS, TextNotPublished, Wording, published_wording
from negotiation.models import TextVersion, VersionState


def texts_in_force(names: Iterable[str], *, at: datetime) -> dict[str, Wording]:
    """The wording of each text at a moment, in one query.

    Of the published versions the one that began last by the local day of ``at``; before the first began, the first.

    :raises TextNotPublished: if a text has no published version, or its row is not what was published.
    """
    names = tuple(names)
    held = rows_in_force(names, at=at)
    missing = [name for name in names if name not in held]
    if missing:
        raise TextNotPublished(", ".join(missing))
    return {name: published_wording(held[name]) for name in names}


def rows_in_force(names: Iterable[str] = tuple(TEXTS), *, at: datetime) -> dict[str, TextVersion]:
    """Name → the row that holds at a moment, for the texts that have one; in one query."""
    found: dict[str, TextVersion] = {}
    for row in _published().filter(name__in=tuple(names)).order_by("effective_from", "published_at", "pk"):
        if row.name not in found or _has_begun(row, at):
            found[row.name] = row
    return found


def wordings_named(versions: Iterable[tuple[str, str]]) -> list[Wording]:
    """The published wordings of these names and versions, in one query; names that are none of ``TEXTS`` are passed over.

    :raises TextNotPublished: if one was never published, or its row is not what was published.
    """
    asked = sorted({(name, version) for name, version in versions if name in TEXTS})
    rows = _published().filter(name__in={name for name, _version in asked})
    found = {(row.name, row.version): row for row in rows}
    missing = [" ".join(one) for one in asked if one not in found]
    if missing:
        raise TextNotPublished(", ".join(missing))
    return [published_wording(found[one]) for one in asked]


def unusable_texts(*, at: datetime) -> tuple[str, ...]:
    """The names of the texts without which a document or page cannot be made: not published, or not as they were published."""
    held = rows_in_force(at=at)
    return tuple(name for name in TEXTS if name not in held or held[name].sha256 != held[name].fingerprint)


def versions_of(name: str) -> QuerySet[TextVersion]:
    """Every version of a text, the newest first, without its words."""
    return (
        TextVersion.objects.filter(name=name).defer("body_zh", "body_en").select_related("drafted_by", "published_by")
    )


def drafts() -> QuerySet[TextVersion]:
    """Every draft that waits to be published, without its words, the newest first."""
    found = TextVersion.objects.filter(state=VersionState.DRAFT, name__in=TEXTS)
    return found.defer("body_zh", "body_en").select_related("drafted_by").order_by("-drafted_at", "-pk")


def _published() -> QuerySet[TextVersion]:
    return TextVersion.objects.filter(state=VersionState.PUBLISHED)


def _has_begun(row: TextVersion, at: datetime) -> bool:
    return row.published_at is not None and row.published_at <= at and row.effective_from <= localdate(at)
