"""What every row keeps that one person drafts and another publishes: never half published, never published by its drafter."""

from django.conf import settings
from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("Published")
    DISCARDED = "DISCARDED", _("Discarded")


class FourEyes(models.Model):
    """A version under four eyes. What it says, and which number or name it bears, is for the model that inherits this."""

    state = models.CharField(_("state"), max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    effective_from = models.DateField(_("in force from"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


PUBLISHED = Q(state="PUBLISHED", published_by__isnull=False, published_at__isnull=False) & ~Q(sha256="")
NOT_PUBLISHED = ~Q(state="PUBLISHED") & Q(published_by__isnull=True, published_at__isnull=True, sha256="")
BY_ANOTHER = Q(published_by__isnull=True) | ~Q(published_by=F("drafted_by"))


def four_eyes(table: str) -> list[BaseConstraint]:
    """The constraints of a table of versions."""
    return [
        CheckConstraint(condition=Q(state__in=VersionState.values), name=f"{table}_state_known"),
        CheckConstraint(condition=PUBLISHED | NOT_PUBLISHED, name=f"{table}_published_completely"),
        CheckConstraint(condition=BY_ANOTHER, name=f"{table}_four_eyes"),
    ]
