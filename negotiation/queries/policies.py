"""Which limits hold: the version in force at a moment, or a version by its number."""

from datetime import datetime
from functools import lru_cache

from django.utils.timezone import localdate

from negotiation.domain.policy import LimitPolicy
from negotiation.models import PolicyState, PolicyVersion


class NoPolicyInForce(LookupError):
    """No published version has taken effect."""


def policy_in_force(*, at: datetime) -> LimitPolicy:
    """The newest published version that has taken effect on the day of ``at``.

    :raises NoPolicyInForce: if there is none.
    """
    published = PolicyVersion.objects.filter(state=PolicyState.PUBLISHED, effective_from__lte=localdate(at))
    newest = published.order_by("-effective_from", "-number").values_list("number", flat=True).first()
    if newest is None:
        raise NoPolicyInForce(at)
    return policy_version(newest)


@lru_cache(maxsize=64)
def policy_version(number: int) -> LimitPolicy:
    """A version by its number; kept, since a published version never changes.

    :raises PolicyVersion.DoesNotExist: if there is none.
    """
    return PolicyVersion.objects.prefetch_related("bands").get(number=number, state=PolicyState.PUBLISHED).limit_policy
