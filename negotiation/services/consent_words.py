"""The consents that are asked for separately, in the wording that is published. A change of the words is a new version, asked for anew.

Personal information law (个人信息保护法) art. 14, 28 to 30: specific purpose, necessity and effect named, separate and revocable.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from negotiation.documents.texts import PROOF_CONSENT
from negotiation.queries.texts import texts_in_force


@dataclass(frozen=True, slots=True)
class Consent:
    """The version of a consent's text, and its words (HTML) in the reader's language."""

    version: str
    words: str


def proof_consent(*, language: str, now: datetime) -> Consent:
    """The consent to the use of a supporting document, as it is asked for now.

    :raises TextNotPublished: if it has no published wording.
    """
    wording = texts_in_force((PROOF_CONSENT,), at=now)[PROOF_CONSENT]
    return Consent(wording.version, wording.words(language, {"kept_days": str(settings.PROOF_KEPT_DAYS)}))
