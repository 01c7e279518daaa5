"""Changing the words of documents and consents: drafted by one person, published by another, never edited after that."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from negotiation.documents.texts import TEXTS, Wording, check_wording, supplied_wordings
from negotiation.models import TextVersion
from negotiation.services.events import Actor, record
from negotiation.services.four_eyes import ChangeRefused, Versions

VERSIONS = Versions(TextVersion, "text")


class NoSuchText(ChangeRefused):
    """The name is none of the texts of the documents."""


@transaction.atomic
def draft_text(*, actor: Actor, name: str, zh: str, en: str, effective_from: date, now: datetime) -> TextVersion:
    """A new draft of one text, named after the month.

    :raises MayNotChange: if the person may not draft.
    :raises NoSuchText: if there is no text of that name.
    :raises TextRefused: if one of the wordings cannot be used.
    """
    if name not in TEXTS:
        raise NoSuchText(name)
    return _draft(actor, Wording(name, _next_version(name, now), zh, en), effective_from, now)


@transaction.atomic
def draft_supplied_texts(*, actor: Actor, now: datetime) -> list[TextVersion]:
    """Drafts of every wording that comes with the project and has no row yet, in force from today once published.

    :raises MayNotChange: if the person may not draft.
    """
    VERSIONS.drafter(actor)
    there = set(TextVersion.objects.values_list("name", "version"))
    wordings = [wording for wording in supplied_wordings().values() if (wording.name, wording.version) not in there]
    return [_draft(actor, wording, localdate(now), now) for wording in wordings]


@transaction.atomic
def change_text(*, actor: Actor, pk: int, zh: str, en: str, effective_from: date, now: datetime) -> TextVersion:
    """Put other words or another first day into a draft of one's own.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises TextRefused: if one of the wordings cannot be used.
    """
    version = VERSIONS.own_draft(actor, pk=pk)
    check_wording(version.name, zh, en)
    version.body_zh, version.body_en, version.effective_from = zh, en, effective_from
    TextVersion.objects.filter(pk=pk).update(body_zh=zh, body_en=en, effective_from=effective_from)
    _record(version, "text_changed", actor, now)
    return version


@transaction.atomic
def publish_text(*, actor: Actor, pk: int, now: datetime) -> TextVersion:
    """Publish a draft of somebody else; agreements that are made from its first day on have it.

    :raises MayNotChange: if the person may not publish.
    :raises NotADraft: if the version does not exist, is no draft, or was published at this very moment.
    :raises PublisherIsDrafter: if the person drafted it.
    :raises EffectiveDateInThePast: if it would begin before today.
    :raises TextRefused: if one of the wordings cannot be used.
    """
    version = VERSIONS.draft_of_another(actor, now=now, pk=pk)
    check_wording(version.name, version.body_zh, version.body_en)
    VERSIONS.publish(version, actor=actor, sha256=version.fingerprint, now=now)
    _record(version, "text_published", actor, now)
    return TextVersion.objects.get(pk=pk)


@transaction.atomic
def discard_text(*, actor: Actor, pk: int, now: datetime) -> None:
    """Put a draft aside; its version is not used again.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    """
    version = VERSIONS.own_draft(actor, pk=pk)
    VERSIONS.discard(version)
    _record(version, "text_discarded", actor, now)


def _draft(actor: Actor, wording: Wording, effective_from: date, now: datetime) -> TextVersion:
    drafter = VERSIONS.drafter(actor)
    check_wording(wording.name, wording.zh, wording.en)
    version = TextVersion.objects.create(
        name=wording.name,
        version=wording.version,
        body_zh=wording.zh,
        body_en=wording.en,
        effective_from=effective_from,
        drafted_by=drafter,
        drafted_at=now,
    )
    _record(version, "text_drafted", actor, now)
    return version


def _next_version(name: str, now: datetime) -> str:
    """``2026-12``, and ``2026-12.2`` for the second of a month."""
    month = f"{localdate(now):%Y-%m}"
    taken = TextVersion.objects.filter(name=name, version__startswith=month).count()
    return f"{month}.{taken + 1}" if taken else month


def _record(version: TextVersion, kind: str, actor: Actor, now: datetime) -> None:
    """The event names version and fingerprint, never the words."""
    data: dict[str, Any] = {
        "text": version.name,
        "version": version.version,
        "sha256": version.fingerprint,
        "effective_from": version.effective_from.isoformat(),
    }
    record(stream=f"text:{version.name}", kind=kind, actor=actor, data=data, now=now)
