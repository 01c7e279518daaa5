"""The words of documents and consents as rows: versions of each text under four eyes.

Which texts there are and what their words may contain is for ``documents.texts`` to say. A published version is never edited:
constraints and triggers refuse it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.domain.chain import sha256_of
from negotiation.models.four_eyes import FourEyes, four_eyes


class TextVersion(FourEyes):
    """One version of one text in both languages. ``version`` is what documents print: the month of its draft, with a number if need be."""

    name = models.CharField(_("text"), max_length=40)
    version = models.CharField(_("version"), max_length=10)
    body_zh = models.TextField(_("Chinese wording"))
    body_en = models.TextField(_("English wording"))

    class Meta:
        verbose_name = _("version of a text")
        verbose_name_plural = _("texts")
        ordering = ["name", "-drafted_at", "-pk"]
        permissions = [("draft_text", "Can draft a text"), ("publish_text", "Can publish a text")]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="textversion_one_a_version"),
            *four_eyes("textversion"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what is published: name, version, both wordings and the first day."""
        names = ("name", "version", "body_zh", "body_en")
        said = {name: getattr(self, name) for name in names}
        return sha256_of(said | {"effective_from": self.effective_from.isoformat()})
