"""Which limits hold at a moment, and which held under an older version."""

from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from negotiation.domain.policy import LimitPolicy
from negotiation.models import PolicyVersion, VersionState


class NoPolicyInForce(LookupError):
    """No published policy is in force at the moment asked about."""


class NoSuchPolicy(LookupError):
    """No policy has this number."""


def policy_in_force(*, at: datetime) -> LimitPolicy:
    """The published policy that began last on or before the local day of ``at``; of two that began together, the later number.

    :raises NoPolicyInForce: if there is none.
    """
    row = (
        PolicyVersion.objects.filter(
            state=VersionState.PUBLISHED, effective_from__lte=timezone.localdate(at), published_at__lte=at
        )
        .order_by("-effective_from", "-number")
        .values_list("number", "sha256")
        .first()
    )
    if row is None:
        raise NoPolicyInForce(at.isoformat())
    return _published(*row)


def policy_version(number: int) -> LimitPolicy:
    """The policy of a number, draft or published.

    :raises NoSuchPolicy: if there is none.
    :raises PolicyRefused: if a draft is not usable yet.
    """
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise NoSuchPolicy(number)
    if version.state == VersionState.PUBLISHED:
        return _published(version.number, version.sha256)
    return version.limit_policy


@lru_cache(maxsize=64)
def _published(number: int, sha256: str) -> LimitPolicy:
    """A published version never changes, so it is read once; its hash stands in the key."""
    return PolicyVersion.objects.get(number=number, sha256=sha256).limit_policy
