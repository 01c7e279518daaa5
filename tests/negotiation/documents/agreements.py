"""An agreement that really went through rendering, signing by the cardholder, and the bank's signature."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import transaction

from negotiation.documents.agreement import RenderedDocument, render_agreement
from negotiation.documents.content import Language
from negotiation.models import Agreement, Document
from negotiation.queries.agreements import governing_document
from negotiation.services import sealing, signing
from negotiation.services.signing import READING_TIME, StepUp
from tests.factories import NOW, make_negotiation, publish_texts
from tests.negotiation.documents.authority import Issued
from tests.negotiation.documents.contents import agreement_content


def use_key(settings: Any, folder: Path, issued: Issued) -> None:
    """Let the settings name this key."""
    issued.write(folder)
    settings.SIGN_P12_PATH, settings.SIGN_P12_PASSPHRASE_FILE = folder / "bank.p12", folder / "passphrase"
    settings.SIGN_CHAIN_FILE, settings.SIGN_CRL_FILE, settings.SIGN_PKCS11_MODULE = folder / "chain.pem", None, None


@lru_cache
def standard_paper(language: Language) -> RenderedDocument:
    """A real document, set once for all tests that do not look at what it says."""
    return render_agreement(agreement_content(), language)


def signed_agreement(*, now: datetime = NOW, is_standard: bool = False, **terms: Any) -> Agreement:
    """Agreed, rendered and signed by the cardholder; the bank has not signed yet. A policy must be in force.

    ``is_standard``: its files are the standard paper, whose reference and figures are not the agreement's.
    """
    publish_texts()
    negotiation = make_negotiation(now=now, **{"instalment_count": 36} | terms)
    agreement = Agreement.objects.get(negotiation=negotiation)
    render = (lambda content, language: standard_paper(language)) if is_standard else render_agreement
    with patch.object(sealing, "render_agreement", render):
        _carry_out(sealing.render_documents({"agreement": str(agreement.pk)}, now=now))
    who = {"cardholder": negotiation.cardholder, "reference": agreement.reference}
    signing.show_cost_sheet(**who, now=now)
    read = now + READING_TIME
    signing.confirm_cost_sheet(**who, now=read)
    names = {item.name for item in signing.required_undertakings(agreement, "zh-hans")}
    signing.give_undertakings(**who, names=names, language="zh-hans", now=read)
    shown = governing_document(agreement)
    assert shown is not None
    signing.sign(**who, step_up=StepUp("code-1", shown.draft_sha256), now=read)
    return Agreement.objects.get(pk=agreement.pk)


def sealed_agreement(*, now: datetime = NOW, **terms: Any) -> Agreement:
    """Signed by both sides; the settings must name a key."""
    agreement = signed_agreement(now=now, **terms)
    _carry_out(sealing.seal_documents({"agreement": str(agreement.pk)}, now=now + READING_TIME))
    return Agreement.objects.get(pk=agreement.pk)


def signed_bytes(agreement: Agreement, language: str = "zh-hans") -> bytes:
    return bytes(Document.objects.get(agreement=agreement, language=language).content)


def _carry_out(effect: Any) -> None:
    with transaction.atomic():
        effect()
