"""B-LTA: the archive timestamp, what it proves and for how long, and everything that could be passed off as one."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import page
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from negotiation.documents import signing, verification
from negotiation.documents.agreement import RenderedDocument
from negotiation.documents.archive import MOST_PROOFS, NotPrepared, Proofs, archived, proofs_in
from negotiation.documents.coroutines import run
from negotiation.documents.long_term import Revocation
from negotiation.documents.refusals import Reason
from negotiation.documents.signed_parts import MOST_SIGNATURES
from negotiation.documents.signing import Means, SealedDocument, SealNotVerified, TimestampUnavailable, seal
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.stamping import RevocationDataMissing, renewed, stamped
from negotiation.documents.verification import Trust, verify
from tests.negotiation.documents.authority import NOW, Authority, Issued, as_asn1
from tests.negotiation.documents.conftest import ACCEPTANCE
from tests.negotiation.documents.forged_timestamps import Forgery, forgeries
from tests.negotiation.documents.tools import openssl_accepts, pdfsig_accepts, qpdf_accepts

FORGERIES = 19
YEAR = timedelta(days=365)
Rendered = Callable[[str], RenderedDocument]


@pytest.fixture(scope="module")
def stamps(authority: Authority) -> Issued:
    return authority.issue_for_timestamps(days=5 * 365)


@pytest.fixture(scope="module")
def means(authority: Authority, stamps: Issued) -> Means:
    return Means(authority.timestamper(NOW, stamps), authority.revocation(), is_archived=True)


@pytest.fixture(scope="module")
def stamped_once(rendered: Rendered, signer: BankSigner, means: Means) -> SealedDocument:
    return seal(rendered("zh-hans").pdf, signer, now=NOW, acceptance=ACCEPTANCE, means=means)


@pytest.fixture(scope="module")
def signed_only(stamped_once: SealedDocument) -> bytes:
    """The part of it that the bank signed."""
    return stamped_once.pdf[: stamped_once.pdf.index(b"%%EOF\n", len(stamped_once.pdf) - 12000) + 6]


@pytest.fixture(scope="module")
def trust(authority: Authority) -> Trust:
    return authority.trust()


class TestArchiveTimestamp:
    def test_makes_the_signature_b_lta_and_follows_the_signed_bytes(
        self, stamped_once: SealedDocument, signed_only: bytes, stamps: Issued, trust: Trust
    ) -> None:
        ends = stamps.certificate.not_valid_after_utc
        answer = verify(stamped_once.pdf, trust=trust, now=NOW)
        assert (stamped_once.profile, stamped_once.archived_until) == ("B-LTA", ends)
        assert (answer.valid, answer.archived_until, answer.signed_at) == (True, ends, NOW)
        assert verify(signed_only, trust=trust, now=NOW).valid

    def test_is_no_change_to_a_reader_that_knows_what_a_certified_file_allows(
        self, stamped_once: SealedDocument, authority: Authority
    ) -> None:
        """pyHanko's own analysis: nothing but what an archive timestamp adds, all of it covered by the timestamp."""
        reader = PdfFileReader(io.BytesIO(stamped_once.pdf))
        context = ValidationContext(trust_roots=[as_asn1(authority.certificate)], moment=NOW, allow_fetching=False)
        status = run(async_validate_pdf_signature(reader.embedded_signatures[0], context, context))
        assert (status.bottom_line, status.docmdp_ok) == (True, True)
        assert status.modification_level == ModificationLevel.LTA_UPDATES
        assert [stamp.sig_object["/SubFilter"] for stamp in reader.embedded_timestamp_signatures] == ["/ETSI.RFC3161"]

    def test_keeps_to_pdf_ua_and_to_pdf_a_but_for_a_rule_about_the_first_signature(
        self, stamped_once: SealedDocument, signed_only: bytes
    ) -> None:
        """The validator wants each signature to cover the whole file; ISO 19005-3 means the file as it was when it was signed."""
        found = {
            profile: [failure.message for failure in page.validate_pdf_bytes(pdf, profile=profile).failures]
            for pdf in (signed_only, stamped_once.pdf)
            for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
        }
        assert found == {
            page.ValidationProfile.PDF_A_3A: [
                "a signature /ByteRange does not cover the complete PDF except for its signature contents"
            ],
            page.ValidationProfile.PDF_UA_1: [],
        }

    def test_is_accepted_by_poppler_openssl_and_qpdf(
        self, stamped_once: SealedDocument, authority: Authority, tmp_path: Path
    ) -> None:
        path = tmp_path / "archived.pdf"
        path.write_bytes(stamped_once.pdf)
        root = authority.certificate.public_bytes(Encoding.PEM)
        assert (pdfsig_accepts(path), openssl_accepts(stamped_once.pdf, tmp_path, root), qpdf_accepts(path)) == (
            True,
            True,
            True,
        )

    def test_proves_the_moment_when_the_timestamp_of_the_signature_no_longer_does(
        self, rendered: Rendered, authority: Authority, signer: BankSigner, trust: Trust
    ) -> None:
        short, long = authority.issue_for_timestamps(days=400), authority.issue_for_timestamps(days=3000)
        means = Means(authority.timestamper(NOW, short), authority.revocation())
        signed = seal(rendered("en").pdf, signer, now=NOW, means=means).pdf
        archived = stamped(signed, authority.timestamper(NOW, long), Proofs())
        assert verify(signed, trust=trust, now=NOW + YEAR).valid
        later = verify(signed, trust=trust, now=NOW + 2 * YEAR)
        assert (later.valid, later.reason) == (False, Reason.CERTIFICATE_EXPIRED)
        assert verify(archived, trust=trust, now=NOW + 2 * YEAR).valid

    def test_holds_until_its_authoritys_certificate_ends(self, stamped_once: SealedDocument, trust: Trust) -> None:
        assert stamped_once.archived_until is not None
        assert verify(stamped_once.pdf, trust=trust, now=stamped_once.archived_until).valid
        after = verify(stamped_once.pdf, trust=trust, now=stamped_once.archived_until + timedelta(days=1))
        assert (after.valid, after.reason) == (False, Reason.CERTIFICATE_EXPIRED)

    def test_is_made_only_if_the_operator_chose_it(
        self, rendered: Rendered, signer: BankSigner, authority: Authority, stamps: Issued
    ) -> None:
        means = Means(authority.timestamper(NOW, stamps), authority.revocation())
        sealed = seal(rendered("en").pdf, signer, now=NOW, means=means)
        assert (sealed.profile, sealed.archived_until) == ("B-LT", None)

    def test_is_not_made_without_current_revocation_data(
        self, rendered: Rendered, signer: BankSigner, authority: Authority, stamps: Issued
    ) -> None:
        stale = Revocation((authority.revocation_list(at=NOW - timedelta(days=9)),))
        sealed = seal(rendered("en").pdf, signer, now=NOW, means=Means(authority.timestamper(NOW, stamps), stale, True))
        assert (sealed.profile, sealed.archived_until) == ("B-T", None)

    @pytest.mark.parametrize("answers", [1, 2])
    def test_makes_the_seal_wait_when_the_authority_falls_silent_on_the_way(
        self, rendered: Rendered, signer: BankSigner, authority: Authority, stamps: Issued, answers: int
    ) -> None:
        """It answers for the trial and for the signature, and then not for the archive timestamp."""
        silent = _falling_silent(authority.timestamper(NOW, stamps), after=answers)
        with pytest.raises(TimestampUnavailable):
            seal(rendered("en").pdf, signer, now=NOW, means=Means(silent, authority.revocation(), is_archived=True))

    def test_that_grew_longer_than_its_place_makes_the_seal_wait(
        self, rendered: Rendered, signer: BankSigner, authority: Authority, stamps: Issued
    ) -> None:
        """The authority puts more into its third answer than into those before."""
        growing = authority.timestamper(NOW, stamps)
        more, answer = [], growing.async_request_tsa_response

        async def ask(request: object) -> object:
            more.append(request)
            if len(more) == 3:
                growing.certs_to_embed = [as_asn1(authority.certificate), as_asn1(authority.issue().certificate)]
            return await answer(request)

        growing.async_request_tsa_response = ask
        with pytest.raises(TimestampUnavailable, match="longer"):
            seal(rendered("en").pdf, signer, now=NOW, means=Means(growing, authority.revocation(), is_archived=True))

    def test_may_come_from_an_authority_whose_root_signs_no_document(
        self, rendered: Rendered, authority: Authority, signer: BankSigner
    ) -> None:
        public = Authority("A public timestamp root")
        known = Revocation((authority.revocation_list(), public.revocation_list()))
        means = Means(public.timestamper(NOW), known, True, (as_asn1(public.certificate),))
        sealed = seal(rendered("en").pdf, signer, now=NOW, means=means)
        trust = Trust((as_asn1(authority.certificate),), authorities=(as_asn1(public.certificate),))
        assert (sealed.profile, verify(sealed.pdf, trust=trust, now=NOW).valid) == ("B-LTA", True)
        assert not verify(sealed.pdf, trust=authority.trust(), now=NOW).valid
        strangers = seal(rendered("en").pdf, public.issue().signer(), now=NOW).pdf
        assert verify(strangers, trust=trust, now=NOW).reason == Reason.UNKNOWN_SIGNER

    def test_of_an_authority_that_is_not_trusted_is_not_issued(
        self, rendered: Rendered, signer: BankSigner, authority: Authority
    ) -> None:
        stranger = Authority("Another root")
        known = Revocation((authority.revocation_list(), stranger.revocation_list()))
        with pytest.raises(SealNotVerified):
            seal(rendered("en").pdf, signer, now=NOW, means=Means(stranger.timestamper(NOW), known, True))

    def test_finds_no_place_in_a_file_that_was_signed_without_room_for_it(
        self, rendered: Rendered, signer: BankSigner, means: Means, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The list of the first page's annotations stands in the page itself: nothing but the page could be changed."""
        monkeypatch.setattr(signing, "_make_room", lambda writer: None)
        with pytest.raises(NotPrepared, match="no object of its own"):
            seal(rendered("en").pdf, signer, now=NOW, means=means)

    def test_finds_no_place_in_a_file_that_the_bank_did_not_sign(self, rendered: Rendered, means: Means) -> None:
        assert means.timestamper is not None
        with pytest.raises(NotPrepared):
            stamped(rendered("en").pdf, means.timestamper, Proofs())


@pytest.fixture(scope="module")
def later() -> datetime:
    """Four and a half years on: another certificate of the timestamp authority."""
    return NOW + timedelta(days=1640)


@pytest.fixture(scope="module")
def successor(authority: Authority) -> Issued:
    return authority.issue_for_timestamps(days=2000, since=-1600)


@pytest.fixture(scope="module")
def known(authority: Authority, later: datetime) -> Trust:
    lists = (authority.revocation_list(at=later),)
    return Trust((as_asn1(authority.certificate),), Revocation(lists))


@pytest.fixture(scope="module")
def twice(
    stamped_once: SealedDocument, authority: Authority, successor: Issued, known: Trust, later: datetime
) -> bytes:
    return renewed(stamped_once.pdf, authority.timestamper(later, successor), trust=known, now=later)


class TestRenewal:
    def test_follows_the_former_bytes_and_holds_longer(
        self, twice: bytes, stamped_once: SealedDocument, successor: Issued, trust: Trust, later: datetime
    ) -> None:
        assert twice.startswith(stamped_once.pdf)
        after = stamped_once.archived_until + YEAR
        answer = verify(twice, trust=trust, now=after)
        assert (answer.valid, answer.archived_until) == (True, successor.certificate.not_valid_after_utc)
        assert verify(stamped_once.pdf, trust=trust, now=later).valid
        assert not verify(stamped_once.pdf, trust=trust, now=after).valid

    def test_carries_proof_that_the_former_authority_was_not_revoked(
        self, twice: bytes, stamped_once: SealedDocument, stamps: Issued, known: Trust
    ) -> None:
        carried = proofs_in(twice[len(stamped_once.pdf) :])
        assert carried.certificates == (as_asn1(stamps.certificate).dump(),)
        assert carried.lists == tuple(listed.dump() for listed in known.revocation.lists)

    def test_is_no_change_to_others_either(self, twice: bytes, tmp_path: Path) -> None:
        path = tmp_path / "renewed.pdf"
        path.write_bytes(twice)
        assert (pdfsig_accepts(path), qpdf_accepts(path)) == (True, True)
        failures = page.validate_pdf_bytes(twice, profile=page.ValidationProfile.PDF_UA_1).failures
        assert [failure.message for failure in failures] == []

    def test_is_refused_without_current_revocation_data(
        self, stamped_once: SealedDocument, authority: Authority, successor: Issued, later: datetime
    ) -> None:
        with pytest.raises(RevocationDataMissing):
            renewed(stamped_once.pdf, authority.timestamper(later, successor), trust=authority.trust(), now=later)

    def test_carries_ocsp_responses_too(
        self, stamped_once: SealedDocument, authority: Authority, stamps: Issued, successor: Issued, later: datetime
    ) -> None:
        said = Revocation(responses=(authority.response(stamps, at=later),))
        trust = Trust((as_asn1(authority.certificate),), said)
        again = renewed(stamped_once.pdf, authority.timestamper(later, successor), trust=trust, now=later)
        assert proofs_in(again[len(stamped_once.pdf) :]).responses == (said.responses[0].dump(),)
        assert verify(again, trust=trust, now=later).valid

    def test_is_refused_beyond_what_is_ever_needed(self, signed_only: bytes, means: Means, trust: Trust) -> None:
        """A file of very many timestamps costs no more than a look at its byte ranges."""
        assert means.timestamper is not None
        pdf = signed_only
        for _ in range(MOST_SIGNATURES - 1):
            pdf = stamped(pdf, means.timestamper, Proofs())
        assert verify(pdf, trust=trust, now=NOW).valid
        more = verify(stamped(pdf, means.timestamper, Proofs()), trust=trust, now=NOW)
        assert (more.valid, more.reason) == (False, Reason.CHANGED_AFTER_SIGNING)

    def test_with_very_much_revocation_data_is_not_read_to_its_end(
        self, signed_only: bytes, means: Means, trust: Trust
    ) -> None:
        """Anybody may have that stamped; writing it again took longer with the square of their number."""
        assert means.timestamper is not None
        nothing = Proofs(responses=(bytes.fromhex("30030a0106"),))
        assert verify(stamped(signed_only, means.timestamper, nothing), trust=trust, now=NOW).valid
        many = replace(nothing, responses=nothing.responses * (MOST_PROOFS + 1))
        answer = verify(stamped(signed_only, means.timestamper, many), trust=trust, now=NOW)
        assert (answer.valid, answer.reason) == (False, Reason.CHANGED_AFTER_SIGNING)


@pytest.fixture(scope="module")
def cases(signed_only: bytes, authority: Authority, means: Means) -> list[Forgery]:
    assert means.timestamper is not None
    return forgeries(signed_only, authority, means.timestamper)


class TestForgery:
    def test_has_a_test_for_every_case(self, cases: list[Forgery]) -> None:
        assert len(cases) == FORGERIES

    @pytest.mark.parametrize("number", range(FORGERIES))
    def test_is_refused_by_name(
        self, cases: list[Forgery], number: int, stamped_once: SealedDocument, trust: Trust
    ) -> None:
        answer = verify(cases[number].make(stamped_once.pdf), trust=trust, now=NOW)
        assert (answer.valid, answer.reason) == (False, cases[number].reason), cases[number].name

    @pytest.mark.parametrize("number", range(FORGERIES))
    def test_is_seen_by_others_as_the_table_says(
        self, cases: list[Forgery], number: int, stamped_once: SealedDocument, authority: Authority, tmp_path: Path
    ) -> None:
        case = cases[number]
        forged = case.make(stamped_once.pdf)
        path = tmp_path / "forged.pdf"
        path.write_bytes(forged)
        root = authority.certificate.public_bytes(Encoding.PEM)
        seen = (pdfsig_accepts(path), openssl_accepts(forged, tmp_path, root), qpdf_accepts(path))
        assert seen == (case.pdfsig, case.openssl, case.qpdf), case.name

    def test_of_any_byte_is_caught(self, stamped_once: SealedDocument, trust: Trust) -> None:
        """Everywhere but inside the two signatures themselves."""
        pdf, dice = stamped_once.pdf, random.Random(20261123)
        gaps = [range(found, pdf.index(b">", found)) for found in _places(pdf, b"/Contents <3")]
        places = [place for place in range(len(pdf)) if not any(place in gap for gap in gaps)]
        update = [place for place in places if place > len(pdf) - 8000]
        for place in dice.sample(places, 40) + dice.sample(update, 60):
            changed = pdf[:place] + bytes([pdf[place] ^ (1 << dice.randrange(8))]) + pdf[place + 1 :]
            assert not verify(changed, trust=trust, now=NOW).valid, place

    def test_is_never_opened_before_its_timestamp_is_known_to_be_of_a_trusted_authority(
        self, cases: list[Forgery], stamped_once: SealedDocument, trust: Trust, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def opened(*args: object, **kwargs: object) -> None:
            raise AssertionError("opened")

        forged = [
            case.make(stamped_once.pdf)
            for case in cases
            if "another authority" in case.name or "other bytes" in case.name
        ]
        assert len(forged) == 2
        monkeypatch.setattr(verification, "PdfFileReader", opened)
        monkeypatch.setattr(verification, "archived", opened)
        for pdf in forged:
            assert verify(pdf, trust=trust, now=NOW).reason == Reason.CHANGED_AFTER_SIGNING

    def test_never_makes_the_appended_bytes_a_pdf_to_be_read(
        self, stamped_once: SealedDocument, trust: Trust, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Even of a genuine file only what the bank signed is read; what follows is compared byte for byte."""
        read: list[int] = []
        kept = PdfFileReader.__init__

        def watched(self: PdfFileReader, stream: io.BytesIO, *args: object, **kwargs: object) -> None:
            read.append(len(stream.getvalue()))
            kept(self, stream, *args, **kwargs)

        monkeypatch.setattr(PdfFileReader, "__init__", watched)
        assert verify(stamped_once.pdf, trust=trust, now=NOW).valid
        assert read
        assert max(read) < len(stamped_once.pdf) - 5000


class TestUpdate:
    def test_is_the_same_bytes_for_the_same_parts(self, signed_only: bytes) -> None:
        once = archived(signed_only, Proofs(), digits=100, token=b"\x30\x00")
        assert archived(signed_only, Proofs(), digits=100, token=b"\x30\x00") == once

    def test_is_text(self, stamped_once: SealedDocument, signed_only: bytes) -> None:
        assert stamped_once.pdf[len(signed_only) :].isascii()


def _places(pdf: bytes, what: bytes) -> list[int]:
    found, place = [], pdf.find(what)
    while place >= 0:
        found.append(place)
        place = pdf.find(what, place + 1)
    return found


def _falling_silent(stamps: TimeStamper, *, after: int) -> TimeStamper:
    """A timestamp authority that gives so many answers and then none."""
    given, answer = [], stamps.async_request_tsa_response

    async def ask(request: object) -> object:
        if len(given) == after:
            raise TimestampRequestError("out of order")
        given.append(request)
        return await answer(request)

    stamps.async_request_tsa_response = ask
    return stamps
