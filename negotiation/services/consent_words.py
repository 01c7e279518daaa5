"""The consents that are asked for separately, in the wording that is published. A change of the words is a new version, asked for anew.

Personal information law (个人信息保护法) art. 14, 28 to 30: specific purpose, necessity and effect named, separate and revocable.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from negotiation.documents.texts import PROOF_CONSENT
from negotiation.models import Agreement, Cardholder, SupportingDocument
from negotiation.queries.own_data import own_rows
from negotiation.queries.texts import texts_in_force, wordings_named


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


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent or an undertaking that a person gave: in which words, for which agreement or document, from when and until when.

    ``language`` is the one that it was read in; empty where that was not kept.
    """

    name: str
    version: str
    language: str
    about: str
    given_at: datetime
    ended_at: datetime | None
    words: str


def consents_given(*, cardholder: Cardholder, language: str) -> list[GivenConsent]:
    """Everything that the person ticked, the newest first, in the words that they ticked.

    :raises TextNotPublished: if one of the wordings is no longer what was published.
    """
    given = [*_undertakings(cardholder), *_proof_consents(cardholder)]
    wordings = {
        (found.name, found.version): found for found in wordings_named((one.name, one.version) for one in given)
    }
    values = {"kept_days": str(settings.PROOF_KEPT_DAYS)}
    told = [
        replace(one, words=wordings[one.name, one.version].words(one.language or language, values)) for one in given
    ]
    return sorted(told, key=lambda one: one.given_at, reverse=True)


def _undertakings(cardholder: Cardholder) -> Iterator[GivenConsent]:
    for agreement in own_rows(Agreement, cardholder=cardholder).exclude(undertakings_given_at=None):
        for item in agreement.undertakings:
            name, at = f"undertaking_{item['name']}", agreement.undertakings_given_at
            yield GivenConsent(name, item["version"], item["language"], agreement.reference, at, None, "")


def _proof_consents(cardholder: Cardholder) -> Iterator[GivenConsent]:
    for document in own_rows(SupportingDocument, cardholder=cardholder):
        at, ended_at = document.attached_at, document.deleted_at
        yield GivenConsent(PROOF_CONSENT, document.consent_version, "", document.reference, at, ended_at, "")
