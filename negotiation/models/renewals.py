"""What was appended to an issued document after it was sealed: archive timestamps, each before the last one's certificate ended."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.models.agreements import Document


class ArchiveRenewal(models.Model):
    """Bytes that continue a sealed document. The file is its ``content`` and all of these in their order.

    ``sha256`` is of the whole file that ends with these bytes. A copy handed out before stays genuine: its hash is the one before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="renewals", verbose_name=_("document"))
    seq = models.PositiveSmallIntegerField(_("number"))
    appended = models.BinaryField(_("bytes appended"))
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)
    renewed_at = models.DateTimeField(_("renewed at"))
    archived_until = models.DateTimeField(_("archive timestamp holds until"))

    class Meta:
        verbose_name = _("renewal of an archive timestamp")
        verbose_name_plural = _("renewals of archive timestamps")
        ordering = ["document", "seq"]
        constraints = [models.UniqueConstraint(fields=["document", "seq"], name="archiverenewal_one_a_seq")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.seq}"
