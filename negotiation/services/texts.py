"""Changing the words of documents and consents: drafted by one person, published by another, never edited after that."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from negotiation.documents.texts import TEXTS, Wording, check_wording, supplied_wordings
from negotiation.models import TextVersion, User, VersionState
from negotiation.services.events import Actor, record
from negotiation.services.refusals import Refusal


class TextChangeRefused(Refusal):
    """A text is not changed; the subclass says why."""


class MayNotChangeTexts(TextChangeRefused):
    """The person has no permission for this step."""


class NoSuchText(TextChangeRefused):
    """The name is none of the texts of the documents."""


class NotADraft(TextChangeRefused):
    """The version does not exist or is no draft any more."""


class NotTheDrafter(TextChangeRefused):
    """Only the person who drafted a version changes it, so that everyone else may publish it."""


class PublisherIsDrafter(TextChangeRefused):
    """The person who drafted a version may not publish it."""


class EffectiveDateInThePast(TextChangeRefused):
    """A wording may begin today at the earliest: documents were made with those before it."""


@transaction.atomic
def draft_text(*, actor: Actor, name: str, zh: str, en: str, effective_from: date, now: datetime) -> TextVersion:
    """A new draft of one text, named after the month.

    :raises MayNotChangeTexts: if the person may not draft.
    :raises NoSuchText: if there is no text of that name.
    :raises TextRefused: if one of the wordings cannot be used.
    """
    if name not in TEXTS:
        raise NoSuchText(name)
    return _draft(actor, Wording(name, _next_version(name, now), zh, en), effective_from, now)


@transaction.atomic
def draft_supplied_texts(*, actor: Actor, now: datetime) -> list[TextVersion]:
    """Drafts of every wording that comes with the project and has no row yet, in force from today once published.

    :raises MayNotChangeTexts: if the person may not draft.
    """
    _permitted(actor, "draft_text")
    there = set(TextVersion.objects.values_list("name", "version"))
    wordings = [wording for wording in supplied_wordings().values() if (wording.name, wording.version) not in there]
    return [_draft(actor, wording, localdate(now), now) for wording in wordings]


@transaction.atomic
def change_text(*, actor: Actor, pk: int, zh: str, en: str, effective_from: date, now: datetime) -> TextVersion:
    """Put other words or another first day into a draft of one's own.

    :raises MayNotChangeTexts, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises TextRefused: if one of the wordings cannot be used.
    """
    version = _own_draft(actor, pk)
    check_wording(version.name, zh, en)
    version.body_zh, version.body_en, version.effective_from = zh, en, effective_from
    drafts = TextVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT)
    drafts.update(body_zh=zh, body_en=en, effective_from=effective_from)
    _record(version, "text_changed", actor, now)
    return version


@transaction.atomic
def publish_text(*, actor: Actor, pk: int, now: datetime) -> TextVersion:
    """Publish a draft of somebody else; agreements that are made from its first day on have it.

    :raises MayNotChangeTexts: if the person may not publish.
    :raises NotADraft: if the version does not exist, is no draft, or was published at this very moment.
    :raises PublisherIsDrafter: if the person drafted it.
    :raises EffectiveDateInThePast: if it would begin before today.
    :raises TextRefused: if one of the wordings cannot be used.
    """
    publisher = _permitted(actor, "publish_text")
    version = _locked_draft(pk)
    if version.drafted_by_id == publisher.pk:
        raise PublisherIsDrafter(version)
    if version.effective_from < localdate(now):
        raise EffectiveDateInThePast(version.effective_from.isoformat())
    check_wording(version.name, version.body_zh, version.body_en)
    published = {"state": VersionState.PUBLISHED, "published_by": publisher, "published_at": now}
    published |= {"sha256": version.fingerprint}
    if not TextVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT).update(**published):
        raise NotADraft(pk)
    _record(version, "text_published", actor, now)
    return TextVersion.objects.get(pk=pk)


@transaction.atomic
def discard_text(*, actor: Actor, pk: int, now: datetime) -> None:
    """Put a draft aside; its version is not used again.

    :raises MayNotChangeTexts, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    """
    version = _own_draft(actor, pk)
    TextVersion.objects.filter(pk=pk, state=VersionState.DRAFT).update(state=VersionState.DISCARDED)
    _record(version, "text_discarded", actor, now)


def _permitted(actor: Actor, permission: str) -> User:
    if actor.user is None or not actor.user.has_perm(f"negotiation.{permission}"):
        raise MayNotChangeTexts(permission)
    return actor.user


def _draft(actor: Actor, wording: Wording, effective_from: date, now: datetime) -> TextVersion:
    drafter = _permitted(actor, "draft_text")
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


def _locked_draft(pk: int) -> TextVersion:
    """The draft, locked where the database locks rows, so that what is looked through is what is published."""
    version = TextVersion.objects.select_for_update(of=("self",)).filter(pk=pk, state=VersionState.DRAFT).first()
    if version is None:
        raise NotADraft(pk)
    return version


def _own_draft(actor: Actor, pk: int) -> TextVersion:
    drafter = _permitted(actor, "draft_text")
    version = _locked_draft(pk)
    if version.drafted_by_id != drafter.pk:
        raise NotTheDrafter(pk)
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
