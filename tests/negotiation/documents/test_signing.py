"""The bank's signature: what it covers, who accepts it, and what happens when it cannot be given."""

import asyncio
import io
import itertools
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11.exceptions import DeviceRemoved
from pyhanko.sign.timestamps import HTTPTimeStamper

from negotiation.documents import signing_keys
from negotiation.documents.agreement import RenderedDocument
from negotiation.documents.signing import (
    Means,
    SealedDocument,
    SealNotVerified,
    TimestampUnavailable,
    seal,
    timestamper,
)
from negotiation.documents.signing_keys import (
    BankSigner,
    SigningKeyExpired,
    SigningKeyMissing,
    SigningKeyUnfit,
    bank_signer,
)
from negotiation.documents.verification import verify
from tests.negotiation.documents.authority import NOW, Authority, Issued, curve_key
from tests.negotiation.documents.conftest import ACCEPTANCE
from tests.negotiation.documents.tools import openssl_accepts, pdfsig_accepts, qpdf_accepts, run

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    """An empty folder in which the settings look for the key."""
    settings.SIGN_P12_PATH = tmp_path / "bank.p12"
    settings.SIGN_P12_PASSPHRASE_FILE = tmp_path / "passphrase"
    settings.SIGN_CHAIN_FILE = tmp_path / "chain.pem"
    settings.SIGN_CRL_FILE = settings.SIGN_PKCS11_MODULE = settings.SIGN_TSA_CHAIN_FILE = None
    settings.SIGN_OCSP_FILES = []
    return tmp_path


class TestSeal:
    def test_begins_with_the_very_bytes_that_were_accepted(
        self, sealed: SealedDocument, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        assert sealed.pdf.startswith(rendered("zh-hans").pdf)

    def test_is_accepted_by_pdfsig_qpdf_openssl_and_ourselves(
        self, sealed: SealedDocument, authority: Authority, tmp_path: Path
    ) -> None:
        path = tmp_path / "sealed.pdf"
        path.write_bytes(sealed.pdf)
        assert pdfsig_accepts(path)
        assert qpdf_accepts(path)
        assert openssl_accepts(sealed.pdf, tmp_path, authority.certificate.public_bytes(Encoding.PEM))
        assert verify(sealed.pdf, trust=authority.trust(), now=NOW).valid

    def test_ends_no_stream_in_a_carriage_return(
        self, rendered: Callable[[str], RenderedDocument], signer: BankSigner
    ) -> None:
        """A reader could take it for the end of the line: then its length is wrong, and the file is no PDF/A."""
        accepted = (b'{"n": %d}' % number for number in itertools.count())
        doubtful = next(said for said in accepted if zlib.compress(said).endswith(b"\r"))
        pdf = seal(rendered("en").pdf, signer, now=NOW, acceptance=doubtful).pdf
        assert b"\r\nendstream" not in pdf
        assert pdf[pdf.rindex(b"/XRef") :].isascii()

    def test_keeps_to_pdf_a_and_pdf_ua(self, sealed: SealedDocument) -> None:
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
            report = page.validate_pdf_bytes(sealed.pdf, profile=profile)
            assert report.is_compliant, [failure.message for failure in report.failures]

    def test_carries_the_record_of_acceptance_beside_the_schedule(self, sealed: SealedDocument) -> None:
        with pikepdf.open(io.BytesIO(sealed.pdf)) as pdf:
            assert sorted(pdf.attachments) == ["acceptance.json", "schedule.csv", "schedule.json"]
            assert pdf.attachments["acceptance.json"].get_file().read_bytes() == ACCEPTANCE
            assert [str(item.F) for item in pdf.Root.AF] == ["schedule.csv", "schedule.json", "acceptance.json"]

    def test_certifies_that_nothing_may_change(self, sealed: SealedDocument) -> None:
        with pikepdf.open(io.BytesIO(sealed.pdf)) as pdf:
            signature = pdf.Root.Perms.DocMDP
            assert int(signature.Reference[0].TransformParams.P) == 1
            assert str(signature.SubFilter) == "/ETSI.CAdES.detached"

    def test_tells_its_moment_profile_and_certificate(
        self, sealed: SealedDocument, signer: BankSigner, authority: Authority
    ) -> None:
        assert (sealed.profile, sealed.certificate_serial, sealed.signed_at) == ("B-B", signer.serial, NOW)
        assert verify(sealed.pdf, trust=authority.trust(), now=NOW).signed_at == NOW

    def test_never_runs_out_of_space_with_a_curve(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        signer = authority.issue(key=curve_key()).signer()
        lengths = {len(seal(rendered("en").pdf, signer, now=NOW).pdf) for _ in range(20)}
        assert len(lengths) == 1

    def test_works_inside_an_event_loop(self, rendered: Callable[[str], RenderedDocument], signer: BankSigner) -> None:

        async def call() -> SealedDocument:
            return seal(rendered("en").pdf, signer, now=NOW)

        assert asyncio.run(call()).profile == "B-B"


class TestBankSigner:
    def test_reads_a_pkcs12_file(self, keys: Path, issued: Issued) -> None:
        issued.write(keys)
        assert bank_signer().serial == format(issued.certificate.serial_number, "x")

    def test_takes_up_a_rotated_key_without_a_restart(self, keys: Path, authority: Authority, issued: Issued) -> None:
        issued.write(keys)
        before = bank_signer()
        assert bank_signer() is before
        authority.issue("Example Bank agreements 2").write(keys)
        assert bank_signer().serial != before.serial

    def test_is_missing_while_there_is_no_file(self, keys: Path) -> None:
        with pytest.raises(SigningKeyMissing):
            bank_signer()

    def test_is_missing_with_the_wrong_passphrase(self, keys: Path, issued: Issued) -> None:
        issued.write(keys)
        (keys / "passphrase").write_text("wrong")
        with pytest.raises(SigningKeyMissing):
            bank_signer()

    def test_is_missing_when_the_file_is_something_else(self, keys: Path, issued: Issued) -> None:
        issued.write(keys)
        (keys / "bank.p12").write_text("not a key")
        with pytest.raises(SigningKeyMissing):
            bank_signer()

    @pytest.mark.parametrize(
        "key", [rsa.generate_private_key(public_exponent=65537, key_size=2048), ed25519.Ed25519PrivateKey.generate()]
    )
    def test_is_unfit_if_readers_would_not_trust_the_key(self, keys: Path, authority: Authority, key: Any) -> None:
        authority.issue(key=key).write(keys)
        with pytest.raises(SigningKeyUnfit):
            bank_signer()

    def test_does_not_sign_after_it_expired(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        expired = authority.issue(days=30, since=60).signer()
        with pytest.raises(SigningKeyExpired):
            seal(rendered("en").pdf, expired, now=NOW)

    def test_does_not_sign_before_it_begins(
        self, signer: BankSigner, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        with pytest.raises(SigningKeyExpired):
            seal(rendered("en").pdf, signer, now=NOW - timedelta(days=30))


class TestToken:
    """PKCS#11, with SoftHSM as the token."""

    @pytest.fixture
    def token(self, keys: Path, settings: Any, issued: Issued, monkeypatch: pytest.MonkeyPatch) -> Issued:
        (keys / "tokens").mkdir()
        (keys / "softhsm2.conf").write_text(f"directories.tokendir = {keys / 'tokens'}\nobjectstore.backend = file\n")
        monkeypatch.setenv("SOFTHSM2_CONF", str(keys / "softhsm2.conf"))
        issued.write(keys)
        key = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (keys / "key.pem").write_bytes(key)
        done = run("softhsm2-util", "--init-token", "--free", "--label", "bank", "--pin", "1234", "--so-pin", "1234")
        assert done.returncode == 0, done.stderr
        run(
            "softhsm2-util",
            "--import",
            keys / "key.pem",
            "--token",
            "bank",
            "--label",
            "signing",
            "--id",
            "01",
            "--pin",
            "1234",
        )
        _put_certificate(keys, issued)
        (keys / "pin").write_text("1234\n")
        settings.SIGN_PKCS11_MODULE, settings.SIGN_PKCS11_TOKEN, settings.SIGN_PKCS11_KEY = SOFTHSM, "bank", "signing"
        settings.SIGN_PKCS11_PIN_FILE = keys / "pin"
        signing_keys._from_token.cache_clear()
        return issued

    def test_signs_a_document(
        self, token: Issued, rendered: Callable[[str], RenderedDocument], authority: Authority
    ) -> None:
        sealed = seal(rendered("en").pdf, bank_signer(), now=NOW)
        assert verify(sealed.pdf, trust=authority.trust(), now=NOW).valid

    def test_is_opened_anew_after_it_stopped_answering(
        self,
        token: Issued,
        rendered: Callable[[str], RenderedDocument],
        authority: Authority,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        before = bank_signer()

        async def pulled_out(*args: Any, **kwargs: Any) -> bytes:
            raise DeviceRemoved

        monkeypatch.setattr(before.signer, "async_sign_raw", pulled_out)
        with pytest.raises(SigningKeyMissing, match="stopped answering"):
            seal(rendered("en").pdf, before, now=NOW)
        sealed = seal(rendered("en").pdf, bank_signer(), now=NOW)
        assert verify(sealed.pdf, trust=authority.trust(), now=NOW).valid

    def test_is_missing_under_another_label(self, token: Issued, settings: Any) -> None:
        settings.SIGN_PKCS11_TOKEN = "elsewhere"
        with pytest.raises(SigningKeyMissing):
            bank_signer()


def _put_certificate(keys: Path, issued: Issued) -> None:
    """Store the certificate in the token, in a process of its own (a PKCS#11 library is opened once in a process)."""
    (keys / "leaf.der").write_bytes(issued.certificate.public_bytes(Encoding.DER))
    script = (
        "import sys, pkcs11\nfrom pkcs11.util.x509 import decode_x509_certificate\n"
        f"token = pkcs11.lib('{SOFTHSM}').get_token(token_label='bank')\n"
        "session = token.open(rw=True, user_pin='1234')\n"
        "attributes = decode_x509_certificate(open(sys.argv[1], 'rb').read())\n"
        "attributes[pkcs11.Attribute.LABEL] = 'signing'\nattributes[pkcs11.Attribute.TOKEN] = True\n"
        "attributes[pkcs11.Attribute.ID] = b'\\x01'\nsession.create_object(attributes)\n"
    )

    subprocess.run([sys.executable, "-c", script, str(keys / "leaf.der")], check=True, timeout=30)


class _Timestamps(BaseHTTPRequestHandler):
    """RFC 3161 over HTTP: what ``answer`` says, or 503."""

    answer: Callable[[tsp.TimeStampReq], tsp.TimeStampResp] | None = None

    def do_POST(self) -> None:
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        if self.answer is None:
            self.send_error(503)
            return
        body = type(self).answer(request).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def served(answer: Callable[[tsp.TimeStampReq], tsp.TimeStampResp] | None) -> Iterator[str]:
    """The address of a timestamp authority."""
    handler = type("Handler", (_Timestamps,), {"answer": staticmethod(answer) if answer else None})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TestTimestamp:
    def test_proves_the_moment_even_after_the_certificate_expired(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument], settings: Any
    ) -> None:
        stamped_at = NOW + timedelta(seconds=3)
        with served(authority.timestamper(stamped_at).request_tsa_response) as url:
            settings.SIGN_TSA_URL = url
            sealed = seal(rendered("en").pdf, authority.issue(days=30).signer(), now=NOW, means=Means(timestamper()))
        answer = verify(sealed.pdf, trust=authority.trust(), now=NOW + timedelta(days=700))
        assert (sealed.profile, answer.valid, answer.has_timestamp) == ("B-T", True, True)
        assert answer.signed_at == stamped_at

    def test_counts_only_from_an_authority_that_is_trusted(
        self, authority: Authority, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        stranger = Authority("Another root")
        with (
            served(stranger.timestamper().request_tsa_response) as url,
            pytest.raises(SealNotVerified),
        ):
            seal(rendered("en").pdf, authority.issue().signer(), now=NOW, means=Means(HTTPTimeStamper(url)))

    def test_makes_the_seal_wait_when_the_authority_fails(
        self, signer: BankSigner, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        with served(None) as url, pytest.raises(TimestampUnavailable):
            seal(rendered("en").pdf, signer, now=NOW, means=Means(HTTPTimeStamper(url)))

    def test_makes_the_seal_wait_when_nobody_answers(
        self, signer: BankSigner, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        with pytest.raises(TimestampUnavailable):
            seal(rendered("en").pdf, signer, now=NOW, means=Means(HTTPTimeStamper("http://127.0.0.1:8139/", timeout=1)))

    def test_makes_the_seal_wait_when_the_authority_is_slow(
        self, signer: BankSigner, rendered: Callable[[str], RenderedDocument]
    ) -> None:
        answered = threading.Event()

        def slow(request: tsp.TimeStampReq) -> tsp.TimeStampResp:
            answered.wait(5)
            raise ConnectionAbortedError

        with served(slow) as url, pytest.raises(TimestampUnavailable):
            try:
                seal(rendered("en").pdf, signer, now=NOW, means=Means(HTTPTimeStamper(url, timeout=0.2)))
            finally:
                answered.set()
