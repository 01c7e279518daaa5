"""B-LT: what it takes, who agrees, and that it is never claimed when it was not reached."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import page
import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from negotiation.documents.agreement import RenderedDocument
from negotiation.documents.long_term import Revocation, RevocationData, is_revoked
from negotiation.documents.signing import Means, SealedDocument, seal
from negotiation.documents.signing_keys import BankSigner, SigningKeyMissing, SigningKeyRevoked, revocation
from negotiation.documents.verification import Reason, Trust, verify
from negotiation.documents.verification import run as run_async
from tests.negotiation.documents.authority import NOW, Authority, Issued, as_asn1, curve_key
from tests.negotiation.documents.conftest import ACCEPTANCE
from tests.negotiation.documents.tools import pdfsig_accepts, qpdf_accepts


class TestLongTerm:
    """B-LT: timestamp and current revocation lists, all under the signature."""

    @pytest.fixture
    def long_term(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> SealedDocument:
        stamps, lists = authority.timestamper(NOW), (authority.revocation_list(),)
        return seal(
            rendered("zh-hans").pdf, signer, now=NOW, acceptance=ACCEPTANCE, means=Means(stamps, Revocation(lists))
        )

    def test_carries_all_that_a_check_needs_that_insists_on_revocation_data(
        self, authority: Authority, long_term: SealedDocument
    ) -> None:
        assert (long_term.profile, insisting(long_term.pdf, authority)) == ("B-LT", True)

    def test_would_fail_that_check_without_them(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        """The store holds a list of somebody else only: the check above is not one that always succeeds."""
        stamped = seal(rendered("en").pdf, signer, now=NOW, means=Means(authority.timestamper(NOW)))
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
        sealed = seal(rendered("en").pdf, signer, now=now, means=Means(stamps, Revocation(lists)))
        assert sealed.profile == "B-T"

    def test_is_not_claimed_with_the_list_of_another_issuer(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        lists = (Authority("Another root").revocation_list(),)
        sealed = seal(rendered("en").pdf, signer, now=NOW, means=Means(authority.timestamper(NOW), Revocation(lists)))
        assert sealed.profile == "B-T"

    def test_is_not_claimed_without_a_timestamp(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        means = Means(revocation=authority.revocation())
        assert seal(rendered("en").pdf, signer, now=NOW, means=means).profile == "B-B"

    def test_is_not_claimed_with_a_list_that_somebody_else_signed(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        """A forged list under the issuer's name, put where the operator's own should be."""
        forged = Authority("Example Bank root").revocation()
        sealed = seal(rendered("en").pdf, signer, now=NOW, means=Means(authority.timestamper(NOW), forged))
        assert sealed.profile == "B-T"

    def test_never_signs_with_a_revoked_certificate(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        lost = authority.issue("Example Bank agreements, lost")
        with pytest.raises(SigningKeyRevoked):
            seal(rendered("en").pdf, lost.signer(), now=NOW, means=Means(revocation=authority.revocation(lost)))


class TestResponses:
    """OCSP: a response about every certificate does what a list of every issuer does."""

    @pytest.fixture
    def stamps(self, authority: Authority) -> Issued:
        return authority.issue_for_timestamps()

    @pytest.fixture
    def sealed_with(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner, stamps: Issued
    ) -> Callable[[Revocation], SealedDocument]:
        means = lambda revocation: Means(authority.timestamper(NOW, stamps), revocation)  # noqa: E731
        return lambda revocation: seal(rendered("en").pdf, signer, now=NOW, means=means(revocation))

    def test_make_a_signature_long_term_without_any_list(
        self, authority: Authority, issued: Issued, stamps: Issued, sealed_with: Callable[[Revocation], SealedDocument]
    ) -> None:
        said = Revocation(responses=(authority.response(issued), authority.response(stamps)))
        sealed = sealed_with(said)
        store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(sealed.pdf)))
        assert (sealed.profile, len(store.ocsps), len(store.crls)) == ("B-LT", 2, 0)
        assert insisting(sealed.pdf, authority)

    def test_stand_beside_lists(
        self, authority: Authority, issued: Issued, sealed_with: Callable[[Revocation], SealedDocument]
    ) -> None:
        said = Revocation((authority.revocation_list(),), (authority.response(issued),))
        assert sealed_with(said).profile == "B-LT"

    @pytest.mark.parametrize("fault", ["only_one", "out_of_date", "of_another", "forged"])
    def test_that_prove_nothing_leave_the_signature_without_them(
        self,
        *,
        authority: Authority,
        issued: Issued,
        stamps: Issued,
        sealed_with: Callable[[Revocation], SealedDocument],
        fault: str,
    ) -> None:
        of_signer = {
            "only_one": (),
            "out_of_date": (authority.response(issued, at=NOW - timedelta(days=8)),),
            "of_another": (authority.response(authority.issue("Somebody else")),),
            "forged": (authority.response(issued, signed_by=Authority("Example Bank root")),),
        }[fault]
        sealed = sealed_with(Revocation(responses=(*of_signer, authority.response(stamps))))
        assert (sealed.profile, verify(sealed.pdf, trust=authority.trust(), now=NOW).valid) == ("B-T", True)

    def test_that_say_revoked_stop_signing(
        self, authority: Authority, issued: Issued, sealed_with: Callable[[Revocation], SealedDocument]
    ) -> None:
        with pytest.raises(SigningKeyRevoked):
            sealed_with(Revocation(responses=(authority.response(issued, is_revoked=True),)))

    def test_that_say_revoked_are_heard_when_a_document_is_verified(
        self, authority: Authority, issued: Issued, sealed: SealedDocument
    ) -> None:
        said = Revocation(responses=(authority.response(issued, is_revoked=True),))
        trust = Trust((as_asn1(authority.certificate),), said)
        assert verify(sealed.pdf, trust=trust, now=NOW).reason == Reason.CERTIFICATE_REVOKED
        before = verify(sealed.pdf, trust=trust, now=NOW - timedelta(hours=3))
        assert before.valid

    def test_of_a_revoked_timestamp_authority_are_not_taken_for_proof(
        self, authority: Authority, issued: Issued, stamps: Issued, sealed_with: Callable[[Revocation], SealedDocument]
    ) -> None:
        said = Revocation(responses=(authority.response(issued), authority.response(stamps, is_revoked=True)))
        assert sealed_with(said).profile == "B-T"

    def test_are_read_from_files_and_refused_by_name(
        self, authority: Authority, issued: Issued, settings: Any, tmp_path: Path
    ) -> None:
        settings.SIGN_CRL_FILE, settings.SIGN_OCSP_FILES = None, [tmp_path / "signer.ocsp", tmp_path / "tsa.ocsp"]
        for path in settings.SIGN_OCSP_FILES:
            path.write_bytes(authority.response(issued).dump())
        assert len(revocation().responses) == 2
        unwilling = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
        nothing, silent = (
            r"tsa\.ocsp is not an OCSP response",
            r"tsa\.ocsp is an OCSP response without an answer: try_later",
        )
        for content, said in ((b"no", nothing), (b"", nothing), (unwilling.public_bytes(Encoding.DER), silent)):
            settings.SIGN_OCSP_FILES[1].write_bytes(content)
            with pytest.raises(SigningKeyMissing, match=said):
                revocation()
        settings.SIGN_OCSP_FILES[1].unlink()
        with pytest.raises(SigningKeyMissing, match=r"tsa\.ocsp is not there"):
            revocation()


class TestIsRevoked:
    def test_hears_only_the_issuer_of_a_certificate(self, authority: Authority, issued: Issued) -> None:
        """Numbers of certificates are unique to an issuer; another one may have revoked its own of the same number."""
        another, certificate = Authority("Another root"), as_asn1(issued.certificate)
        namesake = another.issue(number=issued.certificate.serial_number)
        assert is_revoked(certificate, authority.revocation(issued), NOW)
        assert not is_revoked(certificate, another.revocation(namesake), NOW)
        said = (authority.response(issued, is_revoked=True), another.response(namesake, is_revoked=True))
        assert is_revoked(certificate, Revocation(responses=said[:1]), NOW)
        assert not is_revoked(certificate, Revocation(responses=said[1:]), NOW)


class TestStoredData:
    def test_never_ends_in_a_byte_that_could_be_taken_for_the_end_of_the_line(
        self, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        """One certificate in 256 ends so; made on purpose here, by trying."""
        awkward = next(one for one in _certificates() if one.dump().endswith(b"\r"))
        writer = IncrementalPdfFileWriter(io.BytesIO(rendered("en").pdf))
        RevocationData((awkward,), Revocation()).put_into(writer)
        out = io.BytesIO()
        writer.write(out)
        store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(out.getvalue())))
        assert [one.dump() for one in store.load_certs()] == [awkward.dump()]
        assert b"\r\nendstream" not in out.getvalue()[len(rendered("en").pdf) :]


def _certificates() -> Iterator[x509.Certificate]:
    authority, key = Authority("Another root"), curve_key()
    while True:
        yield as_asn1(authority.issue(key=key).certificate)


class TestRevocationLists:
    def test_are_read_from_der_and_pem_and_refused_otherwise(
        self, authority: Authority, settings: Any, tmp_path: Path
    ) -> None:
        settings.SIGN_CRL_FILE = tmp_path / "revoked"
        der = authority.revocation_list().dump()
        settings.SIGN_CRL_FILE.write_bytes(der)
        assert len(revocation().lists) == 1
        settings.SIGN_CRL_FILE.write_bytes(pem.armor("X509 CRL", der) * 2)
        assert len(revocation().lists) == 2
        settings.SIGN_CRL_FILE.write_text("nothing of the kind")
        with pytest.raises(SigningKeyMissing, match="revoked is not a revocation list"):
            revocation()


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
