"""Our verifier against every tampering, beside poppler, OpenSSL and qpdf."""

import io
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

from negotiation.documents.agreement import RenderedDocument
from negotiation.documents.long_term import Revocation
from negotiation.documents.signing import Means, SealedDocument, seal
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.verification import Reason, Trust, verify
from tests.negotiation.documents.authority import NOW, Authority, as_asn1, curve_key, maze, strong_key
from tests.negotiation.documents.forged_timestamps import with_false_moment
from tests.negotiation.documents.tampering import Tampering, tamperings
from tests.negotiation.documents.tools import openssl_accepts, pdfsig_accepts, qpdf_accepts

COUNT = 17
WITHOUT_OTHERS = 12  # 200 MB: qpdf takes ten seconds; the case after it is the same, smaller


@pytest.fixture(scope="module")
def cases(rendered: Callable[[str], RenderedDocument], authority: Authority) -> list[Tampering]:
    return tamperings(rendered("zh-hans").pdf, authority)


@pytest.fixture(scope="module")
def trust(authority: Authority) -> Trust:
    return authority.trust()


class TestTampering:
    def test_has_a_test_for_every_case(self, cases: list[Tampering]) -> None:
        assert len(cases) == COUNT
        assert cases[WITHOUT_OTHERS].name == "200 MB"

    @pytest.mark.parametrize("number", range(COUNT))
    def test_is_refused_by_name_in_under_a_second(
        self, cases: list[Tampering], number: int, sealed: SealedDocument, trust: Trust
    ) -> None:
        changed = cases[number].change(sealed.pdf)
        started = time.perf_counter()
        answer = verify(changed, trust=trust, now=NOW)
        assert (answer.valid, answer.reason) == (False, cases[number].reason)
        assert time.perf_counter() - started < 1

    def test_by_half_a_million_signatures_is_not_counted_out(self, trust: Trust) -> None:
        started = time.perf_counter()
        answer = verify(b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * 500_000, trust=trust, now=NOW)
        assert (answer.valid, answer.reason) == (False, Reason.CHANGED_AFTER_SIGNING)
        assert time.perf_counter() - started < 1

    @pytest.mark.parametrize("name", ["Somebody else", "Example Bank root"])
    def test_by_strangers_who_vouch_for_each_other_costs_no_search(self, trust: Trust, name: str) -> None:
        """Even under the name of the bank's own root."""
        pdf = maze(name)
        started = time.perf_counter()
        answer = verify(pdf, trust=trust, now=NOW)
        assert (answer.valid, answer.reason) == (False, Reason.UNKNOWN_SIGNER)
        assert time.perf_counter() - started < 1

    @pytest.mark.parametrize("number", [number for number in range(COUNT) if number != WITHOUT_OTHERS])
    def test_is_seen_by_others_as_the_table_says(
        self, cases: list[Tampering], number: int, sealed: SealedDocument, authority: Authority, tmp_path: Path
    ) -> None:
        case = cases[number]
        changed = case.change(sealed.pdf)
        path = tmp_path / "changed.pdf"
        path.write_bytes(changed)
        root = authority.certificate.public_bytes(Encoding.PEM)
        seen = (pdfsig_accepts(path), openssl_accepts(changed, tmp_path, root), qpdf_accepts(path))
        assert seen == (case.pdfsig, case.openssl, case.qpdf), case.name

    def test_of_any_signed_byte_is_caught(self, sealed: SealedDocument, trust: Trust) -> None:
        gap = sealed.pdf.index(b"/Contents <")
        end = sealed.pdf.index(b">", gap) + 1
        dice = random.Random(20261123)
        for place in dice.sample([*range(gap), *range(end, len(sealed.pdf))], 60):
            changed = (
                sealed.pdf[:place] + bytes([sealed.pdf[place] ^ (1 << dice.randrange(8))]) + sealed.pdf[place + 1 :]
            )
            assert not verify(changed, trust=trust, now=NOW).valid, place

    def test_of_the_signature_itself_never_changes_what_it_says(self, sealed: SealedDocument, trust: Trust) -> None:
        """Bytes of the CMS that nobody signs may vary; then the SHA-256 differs from the record, and nothing else does."""
        start = sealed.pdf.index(b"/Contents <") + 11
        end = sealed.pdf.index(b">", start)
        dice, genuine, accepted = random.Random(5), verify(sealed.pdf, trust=trust, now=NOW), 0
        for place in dice.sample(range(start, end), 60):
            digit = b"0" if sealed.pdf[place : place + 1] != b"0" else b"1"
            answer = verify(sealed.pdf[:place] + digit + sealed.pdf[place + 1 :], trust=trust, now=NOW)
            if answer.valid:
                accepted += 1
                assert (answer.signer, answer.signed_at, answer.reference) == (
                    genuine.signer,
                    genuine.signed_at,
                    genuine.reference,
                )
                assert answer.sha256 != sealed.sha256
        assert accepted <= 2


class TestVerify:
    def test_accepts_the_genuine_file_and_says_who_signed_when(self, sealed: SealedDocument, trust: Trust) -> None:
        answer = verify(sealed.pdf, trust=trust, now=NOW)
        assert (answer.valid, answer.reason, answer.sha256) == (True, Reason.GENUINE, sealed.sha256)
        assert (answer.signer, answer.signed_at) == ("Example Bank agreements", NOW)
        assert (answer.reference, answer.title) == ("7K3QXW9M2TVB", "个性化分期还款协议 7K3QXW9M2TVB")
        assert answer.covers_whole_file

    def test_needs_only_the_signers_own_certificate(self, sealed: SealedDocument, signer: object) -> None:
        assert verify(sealed.pdf, trust=Trust((signer.certificate,)), now=NOW).valid

    def test_refuses_without_the_bank_certificate(self, sealed: SealedDocument) -> None:
        stranger = Authority("Another root")
        answer = verify(sealed.pdf, trust=Trust((as_asn1(stranger.certificate),)), now=NOW)
        assert (answer.valid, answer.reason) == (False, Reason.UNKNOWN_SIGNER)

    @pytest.mark.parametrize("key", [curve_key, strong_key])
    def test_refuses_a_root_of_the_same_name_whatever_its_key(
        self, sealed: SealedDocument, key: Callable[[], object]
    ) -> None:
        """A certificate that its issuer's kind of key cannot have signed is a stranger's; it is no damage."""
        stranger = Authority("Example Bank root", key=key())
        assert verify(sealed.pdf, trust=stranger.trust(), now=NOW).reason == Reason.UNKNOWN_SIGNER

    def test_refuses_a_revoked_certificate(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        revoked = authority.issue("Example Bank agreements, lost")
        pdf = seal(rendered("en").pdf, revoked.signer(), now=NOW).pdf
        assert verify(pdf, trust=authority.trust(), now=NOW).valid
        assert verify(pdf, trust=authority.trust(revoked), now=NOW).reason == Reason.CERTIFICATE_REVOKED

    @pytest.mark.parametrize("is_named", [True, False])
    def test_refuses_a_stranger_whom_the_banks_root_vouches_for(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner, *, is_named: bool
    ) -> None:
        """Another bank may have its certificate from the same authority; who is trusted as a signer by name is not that bank."""
        pdf = seal(rendered("en").pdf, authority.issue("Another Bank agreements").signer(), now=NOW).pdf
        root = as_asn1(authority.certificate)
        answer = verify(pdf, trust=Trust((signer.certificate, root) if is_named else (root,)), now=NOW)
        assert answer.reason == (Reason.UNKNOWN_SIGNER if is_named else Reason.GENUINE)

    def test_accepts_the_banks_next_key_under_the_same_name(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        pdf = seal(rendered("en").pdf, authority.issue().signer(), now=NOW).pdf
        assert verify(pdf, trust=Trust((signer.certificate, as_asn1(authority.certificate))), now=NOW).valid

    def test_refuses_after_the_certificate_expired(self, sealed: SealedDocument, trust: Trust) -> None:
        assert verify(sealed.pdf, trust=trust, now=NOW + timedelta(days=363)).valid
        later = verify(sealed.pdf, trust=trust, now=NOW + timedelta(days=366))
        assert (later.valid, later.reason) == (False, Reason.CERTIFICATE_EXPIRED)

    @pytest.mark.parametrize("ended", ["expired", "revoked"])
    def test_refuses_a_key_that_ended_before_a_moment_that_only_a_stranger_attests(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], ended: str
    ) -> None:
        """Whoever has the bank's old key has a genuine timestamp of today, and puts a false one of yesterday before it."""
        today, yesterday = NOW + timedelta(days=2), NOW - timedelta(hours=3)
        stolen = authority.issue(days=365 if ended == "revoked" else 2)
        with patch.object(BankSigner, "check"), patch("negotiation.documents.signing._verify_own", Mock()):
            forged = seal(rendered("en").pdf, stolen.signer(), now=today, means=Means(authority.timestamper(today))).pdf
        trust = authority.trust(*[stolen] * (ended == "revoked"))
        assert not verify(forged, trust=trust, now=today).valid
        answer = verify(with_false_moment(forged, Authority("Nobody").timestamper(yesterday)), trust=trust, now=today)
        assert (answer.valid, answer.reason) == (False, Reason.ALTERED)

    @pytest.mark.parametrize(
        ("reason", "hours", "answer"),
        [
            (None, 3, Reason.TIMESTAMP_REVOKED),
            (x509.ReasonFlags.key_compromise, 3, Reason.TIMESTAMP_REVOKED),
            (x509.ReasonFlags.cessation_of_operation, 3, Reason.GENUINE),
            (x509.ReasonFlags.cessation_of_operation, 1, Reason.TIMESTAMP_REVOKED),
        ],
    )
    def test_asks_whether_the_authority_of_the_timestamp_was_revoked_since(
        self,
        authority: Authority,
        rendered: Callable[[str], RenderedDocument],
        signer: BankSigner,
        *,
        reason: x509.ReasonFlags | None,
        hours: int,
        answer: Reason,
    ) -> None:
        """RFC 3161, section 4: earlier timestamps stay good if a reason is given and the key was safe. It was revoked two hours ago."""
        stamps = authority.issue_for_timestamps()
        means = Means(authority.timestamper(NOW - timedelta(hours=hours), stamps))
        pdf = seal(rendered("en").pdf, signer, now=NOW, means=means).pdf
        told = Revocation((authority.revocation_list(stamps, reason=reason),))
        assert verify(pdf, trust=replace(authority.trust(), revocation=told), now=NOW).reason == answer
        before = NOW - timedelta(hours=2, minutes=1)
        assert verify(pdf, trust=replace(authority.trust(), revocation=told), now=before).valid

    def test_refuses_a_signature_that_allows_changes(
        self, rendered: Callable[[str], RenderedDocument], authority: Authority
    ) -> None:
        """An ordinary approval signature with the right key is not how the bank signs."""
        writer = IncrementalPdfFileWriter(io.BytesIO(rendered("en").pdf))
        signer = authority.issue().signer()
        pdf = sign_pdf(writer, PdfSignatureMetadata(field_name="Other"), signer.signer).getvalue()
        answer = verify(pdf, trust=authority.trust(), now=NOW)
        assert not answer.valid

    @pytest.mark.parametrize("length", [0, 1, 5, 8, 100, 5000])
    def test_never_raises_for_noise(self, length: int, trust: Trust) -> None:
        dice = random.Random(length)
        for _ in range(30):
            noise = b"%PDF-1.7" + dice.randbytes(length) + b"/ByteRange [0 8 %d 0]/Contents <30>" % dice.randrange(40)
            assert not verify(noise, trust=trust, now=NOW).valid
