"""Changing the bank's limits: drafted by one person, published by another, never edited after that."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from negotiation.domain.authority import FIRST_MATRIX, Matrix, check_authority
from negotiation.domain.chain import sha256_of
from negotiation.domain.policy import LimitPolicy, Limits, policy_data
from negotiation.models import PolicyAuthority, PolicyBand, PolicyVersion, User, VersionState
from negotiation.models.policy import NO_SETTINGS, authority_columns, band_columns, setting_columns
from negotiation.services.events import Actor, record
from negotiation.services.refusals import Refusal

SETTINGS = frozenset(name for name in LimitPolicy.__dataclass_fields__ if name not in NO_SETTINGS)


class PolicyChangeRefused(Refusal):
    """A policy is not changed; the subclass says why."""


class MayNotChangePolicies(PolicyChangeRefused):
    """The person has no permission for this step."""


class NotADraft(PolicyChangeRefused):
    """The version does not exist or is no draft any more."""


class NotTheDrafter(PolicyChangeRefused):
    """Only the person who drafted a version changes it, so that everyone else may publish it."""


class PublisherIsDrafter(PolicyChangeRefused):
    """The person who drafted a version may not publish it."""


class EffectiveDateInThePast(PolicyChangeRefused):
    """A policy may begin today at the earliest: offers were judged under those before it."""


class NoSuchSetting(PolicyChangeRefused):
    """The name is none of a policy's settings."""


@transaction.atomic
def draft_policy(
    *, actor: Actor, name: str, effective_from: date, now: datetime, based_on: LimitPolicy | None = None
) -> PolicyVersion:
    """A new draft, with the settings, bands and authority of ``based_on`` if given.

    :raises MayNotChangePolicies: if the person may not draft.
    """
    drafter = _permitted(actor, "draft_policy")
    columns = {} if based_on is None else setting_columns(based_on)
    columns |= {"name": name, "effective_from": effective_from, "drafted_by": drafter, "drafted_at": now}
    version = PolicyVersion.objects.create(number=_next_number(), **columns)
    bands = () if based_on is None else based_on.bands
    matrix = FIRST_MATRIX if based_on is None else based_on.authority
    PolicyBand.objects.bulk_create(PolicyBand(policy=version, **band_columns(limits)) for limits in bands)
    PolicyAuthority.objects.bulk_create(PolicyAuthority(policy=version, **authority_columns(line)) for line in matrix)
    _record(version, "policy_drafted", actor, {"based_on": based_on.version if based_on else None}, now)
    return version


@transaction.atomic
def change_settings(*, actor: Actor, number: int, settings: Mapping[str, Any], now: datetime) -> PolicyVersion:
    """Change settings that hold for all bands, by their names in ``LimitPolicy``.

    :raises MayNotChangePolicies, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises NoSuchSetting: if a name is none of a policy's settings.
    """
    unknown = sorted(set(settings) - SETTINGS)
    if unknown:
        raise NoSuchSetting(", ".join(unknown))
    version = _own_draft(actor, number)
    PolicyVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT).update(**settings)
    _record(version, "policy_settings_changed", actor, {"settings": sorted(settings)}, now)
    return PolicyVersion.objects.get(pk=version.pk)


@transaction.atomic
def add_band(*, actor: Actor, number: int, limits: Limits, now: datetime) -> PolicyBand:
    """Add a band; whether the bands fit together is checked when the version is published.

    :raises MayNotChangePolicies, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    """
    version = _own_draft(actor, number)
    band = PolicyBand.objects.create(policy=version, **band_columns(limits))
    _record(version, "policy_band_added", actor, {"band": band.pk}, now)
    return band


@transaction.atomic
def change_band(*, actor: Actor, number: int, band: int, limits: Limits, now: datetime) -> PolicyBand:
    """Put new limits into a band of the draft.

    :raises MayNotChangePolicies, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises PolicyBand.DoesNotExist: if the draft has no such band.
    """
    version = _own_draft(actor, number)
    row = PolicyBand.objects.get(policy=version, pk=band)
    PolicyBand.objects.filter(pk=row.pk).update(**band_columns(limits))
    _record(version, "policy_band_changed", actor, {"band": row.pk}, now)
    row.refresh_from_db()
    return row


@transaction.atomic
def remove_band(*, actor: Actor, number: int, band: int, now: datetime) -> None:
    """Take a band out of the draft.

    :raises MayNotChangePolicies, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises PolicyBand.DoesNotExist: if the draft has no such band.
    """
    version = _own_draft(actor, number)
    PolicyBand.objects.get(policy=version, pk=band).delete()
    _record(version, "policy_band_removed", actor, {"band": band}, now)


@transaction.atomic
def change_authority(*, actor: Actor, number: int, authority: Matrix, now: datetime) -> PolicyVersion:
    """Say who decides what goes to a person, all lines at once.

    :raises MayNotChangePolicies, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises AuthorityRefused: if the lines do not hold together.
    """
    check_authority(authority)
    version = _own_draft(actor, number)
    for line in authority:
        place = PolicyAuthority.objects.filter(policy=version, role=line.role.value, alone=line.alone)
        place.update(**authority_columns(line))
    _record(version, "policy_authority_changed", actor, {}, now)
    return PolicyVersion.objects.get(pk=version.pk)


@transaction.atomic
def publish_policy(*, actor: Actor, number: int, now: datetime) -> LimitPolicy:
    """Publish a draft of somebody else; from its first day on it judges every new plan.

    :raises MayNotChangePolicies: if the person may not publish.
    :raises NotADraft: if the version does not exist, is no draft, or was published at this very moment.
    :raises PublisherIsDrafter: if the person drafted it.
    :raises EffectiveDateInThePast: if it would begin before today.
    :raises PolicyRefused: if a limit is out of range, the bands overlap or leave a gap, or the authority does not hold together.
    """
    publisher = _permitted(actor, "publish_policy")
    version = _draft(number)
    if version.drafted_by_id == publisher.pk:
        raise PublisherIsDrafter(number)
    if version.effective_from < timezone.localdate(now):
        raise EffectiveDateInThePast(version.effective_from.isoformat())
    policy = version.limit_policy
    digest = sha256_of(policy_data(policy))
    claimed = PolicyVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT).update(
        state=VersionState.PUBLISHED, published_by=publisher, published_at=now, sha256=digest
    )
    if not claimed:
        raise NotADraft(number)
    _record(version, "policy_published", actor, {"sha256": digest, "effective_from": str(version.effective_from)}, now)
    return policy


@transaction.atomic
def discard_policy(*, actor: Actor, number: int, now: datetime) -> None:
    """Put a draft aside; its number is not used again.

    :raises MayNotChangePolicies, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    """
    version = _own_draft(actor, number)
    PolicyVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT).update(state=VersionState.DISCARDED)
    _record(version, "policy_discarded", actor, {}, now)


def _permitted(actor: Actor, permission: str) -> User:
    if actor.user is None or not actor.user.has_perm(f"negotiation.{permission}"):
        raise MayNotChangePolicies(permission)
    return actor.user


def _draft(number: int) -> PolicyVersion:
    """The draft, locked where the database locks rows, so that what is validated is what is published."""
    version = (
        PolicyVersion.objects.select_for_update(of=("self",)).filter(number=number, state=VersionState.DRAFT).first()
    )
    if version is None:
        raise NotADraft(number)
    return version


def _own_draft(actor: Actor, number: int) -> PolicyVersion:
    drafter = _permitted(actor, "draft_policy")
    version = _draft(number)
    if version.drafted_by_id != drafter.pk:
        raise NotTheDrafter(number)
    return version


def _next_number() -> int:
    latest: int | None = PolicyVersion.objects.aggregate(latest=Max("number"))["latest"]
    return (latest or 0) + 1


def _record(version: PolicyVersion, kind: str, actor: Actor, data: dict[str, Any], now: datetime) -> None:
    record(stream=f"policy:{version.number}", kind=kind, actor=actor, data=data, now=now)
