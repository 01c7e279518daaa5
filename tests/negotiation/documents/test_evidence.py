"""The evidence bundle: complete, signed, and broken by any change."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from negotiation.documents.evidence import MANIFEST, SIGNATURE, BundleBroken, build_bundle, check_bundle
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.texts import AGREEMENT
from negotiation.domain.chain import event_hash
from negotiation.models import Agreement, Event, TextVersion
from tests.factories import publish_policy
from tests.negotiation.documents.agreements import sealed_agreement, use_key
from tests.negotiation.documents.authority import NOW, Authority
from tests.negotiation.documents.tools import run

FILES = {"a.txt": "证据".encode(), "documents/b.pdf": b"%PDF-1.7"}


@pytest.fixture(scope="module")
def bundle(signer: BankSigner) -> bytes:
    return build_bundle(FILES, reference="7K3QXW9M2TVB", signer=signer, now=NOW)


def rewritten(bundle: bytes, **changes: bytes | None) -> bytes:
    """The bundle with some files replaced, added, or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        content: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (content | changes).items():
            if data is not None:
                archive.writestr(name, data)
    return out.getvalue()


class TestBundle:
    def test_gives_back_what_was_put_in(self, bundle: bytes, authority: Authority) -> None:
        opened = check_bundle(bundle, trust=authority.trust(), now=NOW)
        assert (opened.reference, opened.made_at, opened.files) == ("7K3QXW9M2TVB", NOW, FILES)

    def test_is_accepted_by_openssl(self, bundle: bytes, authority: Authority, tmp_path: Path) -> None:
        zipfile.ZipFile(io.BytesIO(bundle)).extractall(tmp_path)
        (tmp_path / "root.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        files = ("-in", tmp_path / SIGNATURE, "-content", tmp_path / MANIFEST, "-CAfile", tmp_path / "root.pem")
        flags = ("-binary", "-inform", "DER", "-purpose", "any", "-attime", "1795420800", "-out", "/dev/null")
        assert run("openssl", "cms", "-verify", *files, *flags).returncode == 0

    def test_with_a_timestamp_holds_when_the_certificate_has_ended(
        self, signer: BankSigner, authority: Authority, bundle: bytes
    ) -> None:
        much_later = NOW + timedelta(days=900)
        stamped = build_bundle(FILES, reference="7K3", signer=signer, now=NOW, timestamper=authority.timestamper())
        assert check_bundle(stamped, trust=authority.trust(), now=much_later).files == FILES
        with pytest.raises(BundleBroken, match="certificate_expired"):
            check_bundle(bundle, trust=authority.trust(), now=much_later)

    @pytest.mark.parametrize(
        "changes",
        [
            {"a.txt": b"altered"},
            {"a.txt": None},
            {"c.txt": b"added"},
            {MANIFEST: b'{"reference": "7K3QXW9M2TVB", "files": []}'},
            {MANIFEST: None},
            {SIGNATURE: b"0"},
            {SIGNATURE: None},
        ],
    )
    def test_is_refused_after_any_change(self, bundle: bytes, authority: Authority, changes: dict[str, Any]) -> None:
        with pytest.raises(BundleBroken):
            check_bundle(rewritten(bundle, **changes), trust=authority.trust(), now=NOW)

    def test_is_refused_under_another_authority(self, bundle: bytes) -> None:
        with pytest.raises(BundleBroken):
            check_bundle(bundle, trust=Authority("Another root").trust(), now=NOW)

    def test_is_refused_if_it_is_no_zip(self, authority: Authority) -> None:
        with pytest.raises(BundleBroken):
            check_bundle(b"PK nonsense", trust=authority.trust(), now=NOW)


@pytest.mark.django_db
class TestExportEvidence:
    @pytest.fixture
    def agreement(self, settings: Any, tmp_path: Path, authority: Authority) -> Agreement:
        use_key(settings, tmp_path, authority.issue(days=3000))
        publish_policy()
        return sealed_agreement(is_standard=True)

    def test_holds_everything_that_proves_the_signature(
        self, agreement: Agreement, authority: Authority, tmp_path: Path
    ) -> None:
        call_command("export_evidence", agreement.reference, out=tmp_path / "evidence.zip")
        files = check_bundle((tmp_path / "evidence.zip").read_bytes(), trust=authority.trust(), now=NOW).files
        shown, signed = files["documents/agreement-zh-hans-as-shown.pdf"], files["documents/agreement-zh-hans.pdf"]
        assert signed.startswith(shown)
        accepted = json.loads(files["acceptance.json"])
        assert accepted["document_sha256"] == agreement.signed_document_sha256
        assert {
            f"texts/undertaking_{item['name']}/{item['version']}.zh-hans.html" for item in accepted["undertakings"]
        } <= set(files)
        words = TextVersion.objects.get(name="breach")
        assert files["texts/breach/2026-11.zh-hans.html"].decode() == words.body_zh
        assert files["texts/breach/2026-11.en.html"].decode() == words.body_en
        assert len([name for name in files if name.startswith("texts/")]) == 2 * len(AGREEMENT)
        assert {"README.txt", "events.json", "chain.pem", "documents/agreement-en.pdf"} <= set(files)
        assert agreement.negotiation.cardholder.name not in files["acceptance.json"].decode()

    def test_holds_the_events_so_that_their_chain_can_be_walked(
        self, agreement: Agreement, authority: Authority, tmp_path: Path
    ) -> None:
        call_command("export_evidence", agreement.reference, out=tmp_path / "evidence.zip")
        files = check_bundle((tmp_path / "evidence.zip").read_bytes(), trust=authority.trust(), now=NOW).files
        head = ""
        for said in json.loads(files["events.json"]):
            assert said["previous_hash"] == head
            head = said.pop("hash")
            assert event_hash(**said | {"at": datetime.fromisoformat(said["at"])}) == head

    def test_is_checked_by_the_commands_as_they_are_printed(self, agreement: Agreement, tmp_path: Path) -> None:
        """In the bundle's own words and in the documentation's; and a changed file does not pass."""
        call_command("export_evidence", agreement.reference, out=tmp_path / "evidence.zip")
        folder = tmp_path / "unpacked"
        zipfile.ZipFile(tmp_path / "evidence.zip").extractall(folder)
        printed = (folder / "README.txt").read_text("utf-8")
        commands = [line for line in printed.splitlines() if line.startswith(("openssl cms", "python3 -c"))]
        documented = (Path(__file__).resolve().parents[3] / "docs" / "documents.md").read_text("utf-8")
        assert len(commands) == 2
        assert all(command in documented for command in commands)
        checks = [["bash", "-o", "pipefail", "-c", f"cd {folder} && {command}"] for command in commands]
        assert [run(*check).returncode for check in checks] == [0, 0]
        (folder / "events.json").write_text("[]")
        assert [run(*check).returncode for check in checks] == [0, 1]

    def test_is_recorded(self, agreement: Agreement, tmp_path: Path) -> None:
        call_command("export_evidence", agreement.reference, out=tmp_path / "evidence.zip")
        assert Event.objects.latest("pk").kind == "evidence_exported"

    def test_is_refused_without_a_signed_agreement(self, agreement: Agreement, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="no signed agreement"):
            call_command("export_evidence", "0000ABCDEFGH", out=tmp_path / "evidence.zip")
        assert not (tmp_path / "evidence.zip").exists()

    def test_never_overwrites(self, agreement: Agreement, tmp_path: Path) -> None:
        (tmp_path / "evidence.zip").write_text("earlier")
        with pytest.raises(CommandError, match="exists already"):
            call_command("export_evidence", agreement.reference, out=tmp_path / "evidence.zip")
        assert (tmp_path / "evidence.zip").read_text() == "earlier"
