"""Changing the bank's limits: drafted by one person, published by another, never edited after that."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from negotiation.domain.authority import FIRST_MATRIX, Matrix, check_authority
from negotiation.domain.chain import sha256_of
from negotiation.domain.policy import LimitPolicy, Limits, policy_data
from negotiation.models import PolicyAuthority, PolicyBand, PolicyVersion
from negotiation.models.policy import NO_SETTINGS, authority_columns, band_columns, setting_columns
from negotiation.services.events import Actor, record
from negotiation.services.four_eyes import ChangeRefused, Versions

VERSIONS = Versions(PolicyVersion, "policy")
SETTINGS = frozenset(name for name in LimitPolicy.__dataclass_fields__ if name not in NO_SETTINGS)


class NoSuchSetting(ChangeRefused):
    """The name is none of a policy's settings."""


@transaction.atomic
def draft_policy(
    *, actor: Actor, name: str, effective_from: date, now: datetime, based_on: LimitPolicy | None = None
) -> PolicyVersion:
    """A new draft, with the settings, bands and authority of ``based_on`` if given.

    :raises MayNotChange: if the person may not draft.
    """
    drafter = VERSIONS.drafter(actor)
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

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises NoSuchSetting: if a name is none of a policy's settings.
    """
    unknown = sorted(set(settings) - SETTINGS)
    if unknown:
        raise NoSuchSetting(", ".join(unknown))
    version = VERSIONS.own_draft(actor, number=number)
    PolicyVersion.objects.filter(pk=version.pk).update(**settings)
    _record(version, "policy_settings_changed", actor, {"settings": sorted(settings)}, now)
    return PolicyVersion.objects.get(pk=version.pk)


@transaction.atomic
def add_band(*, actor: Actor, number: int, limits: Limits, now: datetime) -> PolicyBand:
    """Add a band; whether the bands fit together is checked when the version is published.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    """
    version = VERSIONS.own_draft(actor, number=number)
    band = PolicyBand.objects.create(policy=version, **band_columns(limits))
    _record(version, "policy_band_added", actor, {"band": band.pk}, now)
    return band


@transaction.atomic
def change_band(*, actor: Actor, number: int, band: int, limits: Limits, now: datetime) -> PolicyBand:
    """Put new limits into a band of the draft.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises PolicyBand.DoesNotExist: if the draft has no such band.
    """
    version = VERSIONS.own_draft(actor, number=number)
    row = PolicyBand.objects.get(policy=version, pk=band)
    PolicyBand.objects.filter(pk=row.pk).update(**band_columns(limits))
    _record(version, "policy_band_changed", actor, {"band": row.pk}, now)
    row.refresh_from_db()
    return row


@transaction.atomic
def remove_band(*, actor: Actor, number: int, band: int, now: datetime) -> None:
    """Take a band out of the draft.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises PolicyBand.DoesNotExist: if the draft has no such band.
    """
    version = VERSIONS.own_draft(actor, number=number)
    PolicyBand.objects.get(policy=version, pk=band).delete()
    _record(version, "policy_band_removed", actor, {"band": band}, now)


@transaction.atomic
def change_authority(*, actor: Actor, number: int, authority: Matrix, now: datetime) -> PolicyVersion:
    """Say who decides what goes to a person, all lines at once.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    :raises AuthorityRefused: if the lines do not hold together.
    """
    check_authority(authority)
    version = VERSIONS.own_draft(actor, number=number)
    for line in authority:
        place = PolicyAuthority.objects.filter(policy=version, role=line.role.value, alone=line.alone)
        place.update(**authority_columns(line))
    _record(version, "policy_authority_changed", actor, {}, now)
    return PolicyVersion.objects.get(pk=version.pk)


@transaction.atomic
def publish_policy(*, actor: Actor, number: int, now: datetime) -> LimitPolicy:
    """Publish a draft of somebody else; from its first day on it judges every new plan.

    :raises MayNotChange: if the person may not publish.
    :raises NotADraft: if the version does not exist, is no draft, or was published at this very moment.
    :raises PublisherIsDrafter: if the person drafted it.
    :raises EffectiveDateInThePast: if it would begin before today.
    :raises PolicyRefused: if a limit is out of range, the bands overlap or leave a gap, or the authority does not hold together.
    """
    version = VERSIONS.draft_of_another(actor, now=now, number=number)
    policy = version.limit_policy
    digest = sha256_of(policy_data(policy))
    VERSIONS.publish(version, actor=actor, sha256=digest, now=now)
    _record(version, "policy_published", actor, {"sha256": digest, "effective_from": str(version.effective_from)}, now)
    return policy


@transaction.atomic
def discard_policy(*, actor: Actor, number: int, now: datetime) -> None:
    """Put a draft aside; its number is not used again.

    :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
    """
    version = VERSIONS.own_draft(actor, number=number)
    VERSIONS.discard(version)
    _record(version, "policy_discarded", actor, {}, now)


def _next_number() -> int:
    latest: int | None = PolicyVersion.objects.aggregate(latest=Max("number"))["latest"]
    return (latest or 0) + 1


def _record(version: PolicyVersion, kind: str, actor: Actor, data: dict[str, Any], now: datetime) -> None:
    record(stream=f"policy:{version.number}", kind=kind, actor=actor, data=data, now=now)
