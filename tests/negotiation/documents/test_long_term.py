"""B-LT: what it takes, who agrees, and that it is never claimed when it was not reached."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import page
import pytest
from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from negotiation.documents.agreement import RenderedDocument
from negotiation.documents.signing import SealedDocument, seal
from negotiation.documents.signing_keys import BankSigner, SigningKeyMissing, SigningKeyRevoked, revocation_lists
from negotiation.documents.verification import run as run_async
from negotiation.documents.verification import verify
from tests.negotiation.documents.authority import NOW, Authority, as_asn1
from tests.negotiation.documents.conftest import ACCEPTANCE
from tests.negotiation.documents.tools import pdfsig_accepts, qpdf_accepts


class TestLongTerm:
    """B-LT: timestamp and current revocation lists, all under the signature."""

    @pytest.fixture
    def long_term(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> SealedDocument:
        stamps, lists = authority.timestamper(NOW), (authority.revocation_list(),)
        return seal(rendered("zh-hans").pdf, signer, now=NOW, acceptance=ACCEPTANCE, timestamper=stamps, lists=lists)

    def test_carries_all_that_a_check_needs_that_insists_on_revocation_data(
        self, authority: Authority, long_term: SealedDocument
    ) -> None:
        assert (long_term.profile, insisting(long_term.pdf, authority)) == ("B-LT", True)

    def test_would_fail_that_check_without_them(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        """The store holds a list of somebody else only: the check above is not one that always succeeds."""
        stamped = seal(rendered("en").pdf, signer, now=NOW, timestamper=authority.timestamper(NOW))
        stranger = (Authority("Another root").revocation_list(),)
        assert insisting(stamped.pdf, authority, stranger) is False

    def test_covers_the_whole_file_and_stays_archivable(self, authority: Authority, long_term: SealedDocument) -> None:
        answer = verify(long_term.pdf, trust=authority.trust(), now=NOW + timedelta(days=700))
        assert (answer.valid, answer.has_timestamp, answer.covers_whole_file) == (True, True, True)
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
            report = page.validate_pdf_bytes(long_term.pdf, profile=profile)
            assert report.is_compliant, [failure.message for failure in report.failures]

    def test_is_seen_by_poppler_and_qpdf(self, long_term: SealedDocument, tmp_path: Path) -> None:
        path = tmp_path / "long-term.pdf"
        path.write_bytes(long_term.pdf)
        assert pdfsig_accepts(path)
        assert qpdf_accepts(path)

    @pytest.mark.parametrize("days", [-1, 8])
    def test_is_not_claimed_with_a_list_that_is_not_current(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner, days: int
    ) -> None:
        now = NOW + timedelta(days=days) if days > 0 else NOW - timedelta(hours=2)
        stamps, lists = authority.timestamper(now), (authority.revocation_list(),)
        sealed = seal(rendered("en").pdf, signer, now=now, timestamper=stamps, lists=lists)
        assert sealed.profile == "B-T"

    def test_is_not_claimed_with_the_list_of_another_issuer(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        lists = (Authority("Another root").revocation_list(),)
        sealed = seal(rendered("en").pdf, signer, now=NOW, timestamper=authority.timestamper(NOW), lists=lists)
        assert sealed.profile == "B-T"

    def test_is_not_claimed_without_a_timestamp(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        assert seal(rendered("en").pdf, signer, now=NOW, lists=(authority.revocation_list(),)).profile == "B-B"

    def test_never_signs_with_a_revoked_certificate(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        lost = authority.issue("Example Bank agreements, lost")
        with pytest.raises(SigningKeyRevoked):
            seal(rendered("en").pdf, lost.signer(), now=NOW, lists=(authority.revocation_list(lost),))


class TestRevocationLists:
    def test_are_read_from_der_and_pem_and_refused_otherwise(
        self, authority: Authority, settings: Any, tmp_path: Path
    ) -> None:
        settings.SIGN_CRL_FILE = tmp_path / "revoked"
        der = authority.revocation_list().dump()
        settings.SIGN_CRL_FILE.write_bytes(der)
        assert len(revocation_lists()) == 1
        settings.SIGN_CRL_FILE.write_bytes(pem.armor("X509 CRL", der) * 2)
        assert len(revocation_lists()) == 2
        settings.SIGN_CRL_FILE.write_text("nothing of the kind")
        with pytest.raises(SigningKeyMissing):
            revocation_lists()


def insisting(pdf: bytes, authority: Authority, lists: tuple[Any, ...] = ()) -> bool:
    """pyHanko's verdict at the moment of signing, with what the file carries, no network, and revocation data demanded."""
    reader = PdfFileReader(io.BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    terms = {
        "trust_roots": [as_asn1(authority.certificate)],
        "moment": NOW,
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    context = (
        ValidationContext(**terms, crls=list(lists))
        if lists
        else DocumentSecurityStore.read_dss(reader).as_validation_context(terms)
    )
    return run_async(async_validate_pdf_signature(signature, context, context)).bottom_line
