"""The commands an operator or an auditor types: make a key, print the chain, verify a file."""

import io
import stat
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from negotiation.documents.demonstration_key import WARNING
from negotiation.documents.signing import SealedDocument
from negotiation.documents.signing_keys import bank_signer, bank_trust
from negotiation.domain.workflow import PlanState
from negotiation.models import Agreement, Plan
from tests.factories import publish_policy
from tests.negotiation.documents.agreements import sealed_agreement, signed_agreement, signed_bytes, use_key
from tests.negotiation.documents.authority import Authority, Issued
from tests.negotiation.documents.tampering import cover_an_amount


def said(command: str, *args: Any, **options: Any) -> tuple[int, str]:
    """Exit code and what was printed."""
    out = io.StringIO()
    try:
        call_command(command, *args, stdout=out, **options)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


class TestMakeSigningKey:
    @pytest.fixture(autouse=True)
    def empty(self, settings: Any, tmp_path: Path) -> Path:
        folder = tmp_path / "signing"
        settings.SIGN_P12_PATH, settings.SIGN_P12_PASSPHRASE_FILE = folder / "bank.p12", folder / "passphrase"
        settings.SIGN_CHAIN_FILE = folder / "chain.pem"
        return folder

    def test_makes_a_key_that_says_it_has_no_legal_effect(self, empty: Path) -> None:
        said("make_signing_key")
        signer = bank_signer()
        assert WARNING in signer.certificate.subject.human_friendly
        assert WARNING in bank_trust().certificates[0].subject.human_friendly
        assert {stat.S_IMODE(file.stat().st_mode) for file in empty.iterdir()} == {0o600}

    def test_leaves_a_key_that_is_there(self) -> None:
        said("make_signing_key")
        serial = bank_signer().serial
        assert "already" in said("make_signing_key")[1]
        assert bank_signer().serial == serial

    def test_is_refused_outside_the_demonstration(self, settings: Any, empty: Path) -> None:
        settings.DEMONSTRATION = False
        with pytest.raises(CommandError, match="own key"):
            call_command("make_signing_key")
        assert not empty.exists()


class TestPrintChain:
    def test_prints_every_certificate_from_signer_to_root(self, settings: Any, tmp_path: Path, issued: Issued) -> None:
        use_key(settings, tmp_path, issued)
        text = said("print_chain")[1]
        assert text.index("Example Bank agreements") < text.index("Example Bank root")
        bundle = said("print_chain", pem=True)[1].encode()
        assert [kind for kind, _, _ in pem.unarmor(bundle, multiple=True)] == ["CERTIFICATE"] * 2

    def test_says_when_there_is_no_key(self, settings: Any, tmp_path: Path) -> None:
        settings.SIGN_CHAIN_FILE = tmp_path / "missing.pem"
        with pytest.raises(CommandError, match=r"missing\.pem"):
            call_command("print_chain")


class TestVerifyDocument:
    @pytest.fixture
    def root(self, authority: Authority, tmp_path: Path) -> Path:
        path = tmp_path / "root.pem"
        path.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        return path

    @pytest.fixture
    def without_records(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unreachable(*args: Any, **kwargs: Any) -> None:
            raise DatabaseError("no such table")

        monkeypatch.setattr("negotiation.queries.verification.issued_by_hash", unreachable)

    @pytest.mark.usefixtures("without_records")
    def test_needs_only_the_certificate(self, sealed: SealedDocument, root: Path, tmp_path: Path) -> None:
        path = tmp_path / "agreement.pdf"
        path.write_bytes(sealed.pdf)
        code, text = said("verify_document", path, trust=root)
        assert (code, text.splitlines()[0]) == (0, "VALID: 个性化分期还款协议 7K3QXW9M2TVB")
        assert "signed by: Example Bank agreements" in text
        assert "2026-11-23 16:00:00 +0800" in text
        assert "not known here" in text

    @pytest.mark.usefixtures("without_records")
    def test_says_why_a_file_is_not_valid(self, sealed: SealedDocument, root: Path, tmp_path: Path) -> None:
        path = tmp_path / "agreement.pdf"
        path.write_bytes(cover_an_amount(sealed.pdf))
        assert said("verify_document", path, trust=root) == (
            1,
            "NOT VALID: something was added after the bank signed\n",
        )

    @pytest.mark.django_db
    def test_says_whether_the_agreement_is_current_or_superseded(
        self, settings: Any, tmp_path: Path, issued: Issued
    ) -> None:
        use_key(settings, tmp_path, issued)
        publish_policy()
        path = tmp_path / "agreement.pdf"
        path.write_bytes(signed_bytes(sealed_agreement()))
        assert "standing:  current" in said("verify_document", path)[1]
        Plan.objects.update(state=PlanState.SUPERSEDED)
        assert "standing:  superseded" in said("verify_document", path)[1]

    def test_says_when_a_file_cannot_be_read(self, tmp_path: Path, root: Path) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("verify_document", tmp_path / "nothing.pdf", trust=root)

    @pytest.mark.usefixtures("without_records")
    def test_refuses_files_without_end(self, sealed: SealedDocument, root: Path, tmp_path: Path) -> None:
        path = tmp_path / "agreement.pdf"
        path.write_bytes(sealed.pdf)
        assert said("verify_document", "/dev/zero", trust=root) == (1, "NOT VALID: the file is larger than 10 MB\n")
        with pytest.raises(CommandError, match="too large for certificates"):
            call_command("verify_document", path, trust=Path("/dev/zero"))

    def test_says_when_the_certificate_is_none(self, sealed: SealedDocument, tmp_path: Path) -> None:
        path = tmp_path / "agreement.pdf"
        path.write_bytes(sealed.pdf)
        with pytest.raises(CommandError, match="holds no certificate"):
            call_command("verify_document", path, trust=path)


@pytest.mark.django_db
class TestSealWaiting:
    def test_seals_what_waits_and_goes_on_after_an_outage(
        self, settings: Any, tmp_path: Path, authority: Authority
    ) -> None:
        use_key(settings, tmp_path, authority.issue(days=2000))
        publish_policy()
        references = [signed_agreement().reference for _ in range(2)]
        settings.SIGN_P12_PATH = tmp_path / "unplugged.p12"
        assert said("seal_waiting", stderr=io.StringIO())[0] == 1
        assert Agreement.objects.filter(sealed_at__isnull=True).count() == 2
        settings.SIGN_P12_PATH = tmp_path / "bank.p12"
        code, text = said("seal_waiting")
        assert (code, text.splitlines()) == (
            0,
            [f"{number} of 2: {name} sealed" for number, name in enumerate(references, 1)],
        )
        assert said("seal_waiting") == (0, "")
