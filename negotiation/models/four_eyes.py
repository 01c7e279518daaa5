"""What every row keeps that one person drafts and another publishes: never half published, never published by its drafter."""

from collections.abc import Iterable

from django.db.models import BaseConstraint, CheckConstraint, F, Q

PUBLISHED = Q(state="PUBLISHED", published_by__isnull=False, published_at__isnull=False) & ~Q(sha256="")
NOT_PUBLISHED = ~Q(state="PUBLISHED") & Q(published_by__isnull=True, published_at__isnull=True, sha256="")
BY_ANOTHER = Q(published_by__isnull=True) | ~Q(published_by=F("drafted_by"))


def four_eyes(table: str, states: Iterable[str]) -> list[BaseConstraint]:
    """The constraints of a table with the columns ``state``, ``drafted_by``, ``published_by``, ``published_at`` and ``sha256``."""
    return [
        CheckConstraint(condition=Q(state__in=list(states)), name=f"{table}_state_known"),
        CheckConstraint(condition=PUBLISHED | NOT_PUBLISHED, name=f"{table}_published_completely"),
        CheckConstraint(condition=BY_ANOTHER, name=f"{table}_four_eyes"),
    ]
