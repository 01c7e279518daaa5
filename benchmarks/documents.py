"""What a signed agreement costs: render, sign, verify, size, documents a second; beside bare WeasyPrint and pyHanko on the same HTML.

    python -m benchmarks.documents [ROUNDS]

The contenders take turns within one run. Times are processor time; documents a second are wall time on two processes.
"""

import gc
import io
import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

# isort: off
import tests.environment  # noqa: F401 — throw-away settings
import django

# isort: on

django.setup()

import weasyprint
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from weasyprint.text.fonts import FontConfiguration

from negotiation.documents.agreement import agreement_context, render_agreement, schedule_files
from negotiation.documents.content import AgreementContent, Language
from negotiation.documents.press import _OwnPictures
from negotiation.documents.rendering import check_renderer, code_of, render_html
from negotiation.documents.signing import seal
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.texts import TEMPLATES
from negotiation.documents.verification import verify
from tests.negotiation.documents.authority import NOW, Authority, Issued, strong_key
from tests.negotiation.documents.contents import agreement_content

ACCEPTANCE = b'{"format": "agreement-acceptance/1"}'
STYLES = [TEMPLATES / "styles" / name for name in ("document.css", "document.zh-hans.css")]
WORKERS, EACH = 2, 12


def content(number: int) -> AgreementContent:
    """Another person and reference each time, as in life."""
    base = agreement_content(reference=f"7K3QXW9M{number:04d}")
    return replace(base, cardholder=replace(base.cardholder, name=f"王小{'明红刚丽强'[number % 5]}{number}"))


class Bare:
    """The two libraries as their manuals show them, for the same HTML, styles, attachments and signature profile."""

    def __init__(self, issued: Issued, *, reuse: bool) -> None:
        bundle = pkcs12.serialize_key_and_certificates(
            b"k", issued.key, issued.certificate, [issued.issuer], BestAvailableEncryption(b"x")
        )
        self.signer = SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=b"x")
        self.reuse, self.fonts = reuse, FontConfiguration()
        self.styles = [weasyprint.CSS(path, font_config=self.fonts) for path in STYLES]

    def render(self, html: str, said: AgreementContent) -> bytes:
        fonts = self.fonts if self.reuse else FontConfiguration()
        styles = self.styles if self.reuse else [weasyprint.CSS(path, font_config=fonts) for path in STYLES]
        page = weasyprint.HTML(string=html, url_fetcher=_OwnPictures(code_of(said.verify_url)))
        document = page.render(font_config=fonts, stylesheets=styles, pdf_variant="pdf/a-3a")
        files = schedule_files(said)
        document.metadata.attachments = [weasyprint.Attachment(string=file.content, name=file.name) for file in files]
        return document.write_pdf(pdf_variant="pdf/a-3a")

    def sign(self, pdf: bytes) -> bytes:
        form = PdfSignatureMetadata(
            field_name="Signature",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        return sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), form, self.signer).getvalue()


def measured(work: Callable[[], Any], into: list[float]) -> Any:
    gc.collect()
    started = time.process_time()
    result = work()
    into.append((time.process_time() - started) * 1000)
    return result


def compare(rounds: int, issued: Issued, authority: Authority) -> None:
    signer, bare, tuned = issued.signer(), Bare(issued, reuse=False), Bare(issued, reuse=True)
    names = ("html", "render", "sign", "verify", "bare render", "bare sign", "tuned render", "tuned sign")
    times: dict[str, list[float]] = {name: [] for name in names}
    sealed = b""
    for number in range(rounds + 1):
        said = content(number)
        html = measured(
            lambda: render_html("agreement/document.html", agreement_context(said, Language.CHINESE)), times["html"]
        )
        pdf = measured(lambda: render_agreement(said, Language.CHINESE).pdf, times["render"])
        sealed = measured(lambda: seal(pdf, signer, now=NOW, acceptance=ACCEPTANCE).pdf, times["sign"])
        measured(lambda: verify(sealed, trust=authority.trust(), now=NOW), times["verify"])
        for name, other in (("bare", bare), ("tuned", tuned)):
            plain = measured(lambda: other.render(html, said), times[f"{name} render"])
            measured(lambda: other.sign(plain), times[f"{name} sign"])
    report({name: statistics.median(taken[1:]) for name, taken in times.items()}, len(sealed))


def report(median: dict[str, float], size: int) -> None:
    ours = median["render"] + median["sign"]
    print("| work | ms (median) |\n|---|---|")
    print(
        f"| our render: template, QR code, glyph check, PDF/A-3a and PDF/UA-1, schedule inside | {median['render']:.0f} |"
    )
    print(f"| – of it the template | {median['html']:.0f} |")
    print(
        f"| our signature: record of acceptance, PAdES B-B with RSA-3072, verified before it is issued | {median['sign']:.0f} |"
    )
    print(f"| verify | {median['verify']:.0f} |")
    for name, words in (
        ("bare", "bare WeasyPrint + pyHanko, as their manuals show"),
        ("tuned", "the same, fonts and styles reused"),
    ):
        total = median[f"{name} render"] + median[f"{name} sign"]
        parts = f"{median[f'{name} render']:.0f} + {median[f'{name} sign']:.0f}"
        print(f"| {words} | {parts} = {total:.0f}; ours {ours:.0f}, {(ours / total - 1) * 100:+.0f} % |")
    print(f"| size of the signed Chinese agreement, 36 rows | {size / 1000:.0f} KB |")


def work(done: Any, start: Any, ready: Any) -> None:
    """One worker process: ready, then ``EACH`` documents rendered and signed."""
    signer = Authority().issue(key=strong_key()).signer()
    check_renderer()
    produce(0, signer)
    gc.freeze()
    ready.release()
    start.wait()
    for number in range(EACH):
        produce(number, signer)
    done.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def produce(number: int, signer: BankSigner) -> None:
    seal(render_agreement(content(number), Language.CHINESE).pdf, signer, now=NOW, acceptance=ACCEPTANCE)


def throughput() -> None:
    method = multiprocessing.get_context("spawn")
    done, start, ready = method.Queue(), method.Event(), method.Semaphore(0)
    workers = [method.Process(target=work, args=(done, start, ready)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    started = time.perf_counter()
    start.set()
    memory = [done.get() for _ in workers]
    elapsed = time.perf_counter() - started
    for worker in workers:
        worker.join()
    print(f"| documents a second, {WORKERS} processes | {WORKERS * EACH / elapsed:.1f} |")
    print(f"| memory of a worker, highest | {max(memory) / 1024:.0f} MB |")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    authority = Authority(key=strong_key())
    check_renderer()
    compare(rounds, authority.issue(key=strong_key()), authority)
    throughput()
    print(f"\n{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}; WeasyPrint {weasyprint.__version__}")


if __name__ == "__main__":
    main()
