"""Archive timestamps of stored documents: renewed before their authority's certificate ends; every file once issued stays genuine."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from negotiation.documents.signing import SealNotVerified
from negotiation.documents.signing_keys import SigningKeyMissing
from negotiation.documents.stamping import RevocationDataMissing, TimestampUnavailable
from negotiation.models import Agreement, ArchiveRenewal, Document, Event
from negotiation.queries.issued import RENEW_WITHIN, archived_at_most_until, issued_by_hash, issued_file
from negotiation.queries.verification import check_document
from negotiation.services import sealing
from negotiation.services.archiving import NoAuthority, NothingGained, renew_archive_timestamp
from negotiation.services.evidence_bundle import export_evidence
from tests.factories import NOW
from tests.negotiation.documents.agreements import sealed_agreement, use_key
from tests.negotiation.documents.authority import Authority, Issued
from tests.negotiation.documents.test_signing import served
from tests.negotiation.test_audit import alter, said

LATER = NOW + timedelta(days=1000)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def first(authority: Authority) -> Issued:
    return authority.issue_for_timestamps(days=1100)


@pytest.fixture(scope="module")
def second(authority: Authority) -> Issued:
    return authority.issue_for_timestamps(days=3000, since=-900)


@contextmanager
def stamping(settings: Any, folder: Path, authority: Authority, stamps: Issued, *, at: datetime) -> Iterator[None]:
    """The settings name a timestamp authority whose clock shows ``at``, and a current list of revoked certificates."""
    (folder / "revoked.crl").write_bytes(authority.revocation_list(at=at).dump())
    with served(authority.timestamper(at, stamps).request_tsa_response) as url:
        settings.SIGN_TSA_URL, settings.SIGN_CRL_FILE, settings.SIGN_ARCHIVE_TIMESTAMP = (
            url,
            folder / "revoked.crl",
            True,
        )
        yield
        settings.SIGN_TSA_URL = ""


@pytest.fixture
def agreement(policy: object, settings: Any, tmp_path: Path, authority: Authority, first: Issued) -> Agreement:
    """Sealed as B-LTA; its archive timestamp holds for three years."""
    use_key(settings, tmp_path, authority.issue())
    with stamping(settings, tmp_path, authority, first, at=NOW):
        return sealed_agreement(is_standard=True)


def document_of(agreement: Agreement) -> Document:
    return Document.objects.get(agreement=agreement, is_governing=True)


def renew(document: Document, now: datetime) -> None:
    keep = renew_archive_timestamp(document=document, now=now)
    with transaction.atomic():
        keep()


@pytest.fixture
def renewed(agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority, second: Issued) -> Document:
    """The governing document after its renewal."""
    with stamping(settings, tmp_path, authority, second, at=LATER):
        renew(document_of(agreement), LATER)
    return document_of(agreement)


class TestSealing:
    def test_keeps_how_long_the_archive_timestamp_holds(self, agreement: Agreement, first: Issued) -> None:
        kept = Document.objects.filter(agreement=agreement).values_list("signature_profile", "archived_until")
        assert set(kept) == {("B-LTA", first.certificate.not_valid_after_utc)}


class TestRenewal:
    def test_continues_the_file_and_is_recorded(self, renewed: Document, second: Issued) -> None:
        issued = issued_file(renewed)
        assert issued.content.startswith(bytes(renewed.content))
        assert issued.sha256 != renewed.sha256
        assert (issued.archived_until, issued.renewal_count) == (second.certificate.not_valid_after_utc, 1)
        event = Event.objects.latest("pk")
        assert (event.kind, event.stream.name) == ("archive_timestamp_renewed", f"plan:{renewed.agreement.reference}")
        assert event.data["sha256"] == {"zh-hans": issued.sha256}

    def test_leaves_every_copy_genuine_that_was_handed_out_before(self, renewed: Document) -> None:
        long_after = LATER + timedelta(days=1500)
        for copy in (bytes(renewed.content), issued_file(renewed).content):
            checked = check_document(copy, now=long_after)
            assert (checked.is_genuine, checked.kind, checked.standing) == (True, "AGREEMENT", "current")

    def test_is_judged_by_its_own_moment_when_all_certificates_have_ended(self, renewed: Document) -> None:
        after_all = issued_file(renewed).archived_until + timedelta(days=1)
        assert check_document(issued_file(renewed).content, now=after_all).is_genuine
        found = issued_by_hash(issued_file(renewed).sha256)
        assert found is not None
        assert found[1] == LATER

    def test_is_what_evidence_contains(self, renewed: Document) -> None:
        bundle = export_evidence(reference=renewed.agreement.reference, now=NOW + timedelta(days=1))
        assert issued_file(renewed).content in _unpacked(bundle)

    def test_can_be_renewed_again(self, renewed: Document, settings: Any, tmp_path: Path, authority: Authority) -> None:
        third, then = authority.issue_for_timestamps(days=3000, since=-1900), NOW + timedelta(days=2000)
        before = issued_file(renewed)
        with stamping(settings, tmp_path, authority, third, at=then):
            renew(renewed, then)
        after = issued_file(renewed)
        assert (after.renewal_count, after.content[: len(before.content)]) == (2, before.content)
        assert check_document(after.content, now=then + timedelta(days=1500)).verification.valid

    def test_cannot_be_changed_or_removed(self, renewed: Document) -> None:
        for change in (
            lambda rows: rows.update(appended=b""),
            lambda rows: rows.delete(),
            lambda rows: rows.update(sha256="0" * 64),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(ArchiveRenewal.objects.all())
        assert issued_file(renewed).renewal_count == 1

    def test_that_was_altered_past_the_triggers_is_named_by_the_audit(self, renewed: Document) -> None:
        assert said() == set()
        nothing = "X''" if connection.vendor == "sqlite" else "''"
        alter(f"UPDATE negotiation_archiverenewal SET appended = {nothing}")
        assert said() == {"document bytes of a renewal"}
        alter("UPDATE negotiation_archiverenewal SET sha256 = '0'")
        assert said() == {"document bytes of a renewal", "document hash of a renewal"}

    def test_of_two_at_once_keeps_one(
        self, agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority, second: Issued
    ) -> None:
        document = document_of(agreement)
        with stamping(settings, tmp_path, authority, second, at=LATER):
            one, other = (renew_archive_timestamp(document=document, now=LATER) for _ in range(2))
        with transaction.atomic():
            one()
        before = (issued_file(document).sha256, Event.objects.count())
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            other()
        assert (issued_file(document).sha256, Event.objects.count()) == before


class TestRefusal:
    """Nothing is kept, and the refusal has a name."""

    @pytest.fixture(autouse=True)
    def nothing_is_kept(self, agreement: Agreement) -> Iterator[None]:
        yield
        assert not ArchiveRenewal.objects.exists()

    def test_without_an_authority(self, agreement: Agreement) -> None:
        with pytest.raises(NoAuthority):
            renew_archive_timestamp(document=document_of(agreement), now=LATER)

    def test_while_the_authority_is_silent(
        self, agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority
    ) -> None:
        settings.SIGN_TSA_URL = "http://127.0.0.1:8139/"
        (tmp_path / "revoked.crl").write_bytes(authority.revocation_list(at=LATER).dump())
        with pytest.raises(TimestampUnavailable):
            renew_archive_timestamp(document=document_of(agreement), now=LATER)

    def test_without_current_revocation_data(
        self, agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority, second: Issued
    ) -> None:
        with stamping(settings, tmp_path, authority, second, at=LATER):
            settings.SIGN_CRL_FILE = None
            with pytest.raises(RevocationDataMissing):
                renew_archive_timestamp(document=document_of(agreement), now=LATER)

    def test_with_a_list_that_cannot_be_read(self, agreement: Agreement, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "revoked.crl").write_text("nothing of the kind")
        with pytest.raises(SigningKeyMissing, match=r"revoked\.crl is not a revocation list"):
            renew_archive_timestamp(document=document_of(agreement), now=LATER)

    def test_with_a_certificate_that_ends_no_later(
        self, agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority, first: Issued
    ) -> None:
        with stamping(settings, tmp_path, authority, first, at=LATER), pytest.raises(NothingGained):
            renew_archive_timestamp(document=document_of(agreement), now=LATER)

    def test_from_an_authority_that_is_not_trusted(
        self, agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority
    ) -> None:
        stranger = Authority("Example Bank root").timestamper(LATER)
        (tmp_path / "revoked.crl").write_bytes(authority.revocation_list(at=LATER).dump())
        with served(stranger.request_tsa_response) as settings.SIGN_TSA_URL, pytest.raises(SealNotVerified):
            renew_archive_timestamp(document=document_of(agreement), now=LATER)

    def test_after_the_last_one_has_ended(
        self, agreement: Agreement, settings: Any, tmp_path: Path, authority: Authority, second: Issued
    ) -> None:
        too_late = NOW + timedelta(days=1200)
        with (
            stamping(settings, tmp_path, authority, second, at=too_late),
            pytest.raises((SealNotVerified, RevocationDataMissing)),
        ):
            renew_archive_timestamp(document=document_of(agreement), now=too_late)


class TestCommand:
    def said(self, *args: str) -> tuple[int, list[str]]:
        out = io.StringIO()
        try:
            call_command("renew_archive_timestamps", *args, stdout=out, stderr=out)
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue().splitlines()
        return 0, out.getvalue().splitlines()

    def test_renews_what_ends_soon_and_goes_on_where_it_was_stopped(
        self,
        *,
        agreement: Agreement,
        settings: Any,
        tmp_path: Path,
        authority: Authority,
        second: Issued,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(timezone, "now", lambda: LATER)
        assert self.said() == (1, ["0 of 2 done; no renewal: no timestamp authority is configured"])
        with stamping(settings, tmp_path, authority, second, at=LATER):
            document = archived_at_most_until(LATER + RENEW_WITHIN)[1]
            renew(document, LATER)
            code, told = self.said()
            assert (code, len(told)) == (0, 1)
            assert told[0].startswith("1 of 1: ")
            assert told[0].endswith(" renewed")
            assert self.said() == (0, [])
        assert ArchiveRenewal.objects.count() == 2

    def test_leaves_what_holds_long_enough(self, agreement: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "now", lambda: NOW)
        assert self.said() == (0, [])
        assert self.said("--within-days", "1100")[0] == 1

    def test_names_what_cannot_be_renewed_and_renews_the_others(
        self,
        *,
        agreement: Agreement,
        settings: Any,
        tmp_path: Path,
        authority: Authority,
        second: Issued,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(timezone, "now", lambda: LATER)
        kept, spoilt = issued_file, archived_at_most_until(LATER + RENEW_WITHIN)[0].pk

        def read(document: Document) -> Any:
            issued = kept(document)
            return (
                issued
                if document.pk != spoilt
                else type(issued)(
                    issued.content.replace(b"/MediaBox", b"/MediaBux", 1), issued.sha256, issued.archived_until, 0
                )
            )

        monkeypatch.setattr("negotiation.services.archiving.issued_file", read)
        with stamping(settings, tmp_path, authority, second, at=LATER):
            code, told = self.said()
        assert code == 1
        assert [line.split(": ")[-1] for line in told] == ["altered", told[1].split(": ")[-1]]
        assert told[1].endswith(" renewed")


class TestWatch:
    def test_tells_the_operator_in_time(self, agreement: Agreement, caplog: pytest.LogCaptureFixture) -> None:
        sealing.watch_seals({}, now=NOW)
        assert "archive timestamps" not in caplog.text
        sealing.watch_seals({}, now=NOW + timedelta(days=1050))
        assert "archive timestamps end soon" in caplog.text


def _unpacked(bundle: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return [archive.read(name) for name in archive.namelist()]
