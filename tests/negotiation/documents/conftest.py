"""One authority, one signer and one signed agreement for all tests of documents: making them takes a second."""

import json
from collections.abc import Callable

import pytest

from negotiation.documents.agreement import RenderedDocument, render_agreement
from negotiation.documents.signing import SealedDocument, seal
from negotiation.documents.signing_keys import BankSigner
from tests.negotiation.documents.authority import NOW, Authority, Issued, strong_key
from tests.negotiation.documents.contents import agreement_content

ACCEPTANCE = json.dumps({"format": "agreement-acceptance/1", "accepted_at": "2026-11-23T07:59:00+00:00"}).encode()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority(key=strong_key())


@pytest.fixture(scope="session")
def issued(authority: Authority) -> Issued:
    return authority.issue(key=strong_key())


@pytest.fixture(scope="session")
def signer(issued: Issued) -> BankSigner:
    return issued.signer()


@pytest.fixture(scope="session")
def rendered() -> Callable[[str], RenderedDocument]:
    """The standard agreement in a language, rendered once."""
    made = {language: render_agreement(agreement_content(), language) for language in ("zh-hans", "en")}
    return made.__getitem__


@pytest.fixture(scope="session")
def sealed(rendered: Callable[[str], RenderedDocument], signer: BankSigner) -> SealedDocument:
    """The Chinese agreement, accepted and signed by the bank."""
    return seal(rendered("zh-hans").pdf, signer, now=NOW, acceptance=ACCEPTANCE)
