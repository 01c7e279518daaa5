"""The command that says whether a bundle of evidence is whole."""

import io
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from negotiation.documents.evidence import build_bundle
from negotiation.documents.signing_keys import BankSigner
from tests.negotiation.documents.authority import NOW, Authority


@pytest.fixture
def root(authority: Authority, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return path


def verified(path: Path, root: Path) -> tuple[int, str]:
    """Exit code and first line."""
    said, code = io.StringIO(), 0
    try:
        with time_machine.travel(NOW, tick=False):
            call_command("verify_evidence", path, trust=root, stdout=said)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, said.getvalue().partition("\n")[0]


class TestVerifyEvidence:
    def test_says_whose_evidence_is_whole(self, signer: BankSigner, root: Path, tmp_path: Path) -> None:
        path = tmp_path / "evidence.zip"
        path.write_bytes(build_bundle({"a.txt": b"a"}, reference="7K3QXW9M2TVB", signer=signer, now=NOW))
        assert verified(path, root) == (0, "WHOLE: evidence of agreement 7K3QXW9M2TVB, files: 1")

    def test_says_what_is_broken(self, root: Path, tmp_path: Path) -> None:
        path = tmp_path / "evidence.zip"
        path.write_bytes(b"PK nonsense")
        code, said = verified(path, root)
        assert (code, said[:8]) == (1, "BROKEN: ")

    def test_refuses_a_file_that_is_not_there(self, root: Path, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("verify_evidence", tmp_path / "none.zip", trust=root)
