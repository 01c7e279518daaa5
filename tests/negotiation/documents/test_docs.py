"""``docs/documents.md`` prints the table of tamperings; here it is held against the tests."""

from pathlib import Path

from negotiation.documents.signing import SealedDocument
from negotiation.documents.verification import Reason
from tests.negotiation.documents.authority import Authority
from tests.negotiation.documents.forged_timestamps import Forgery, forgeries
from tests.negotiation.documents.tampering import Tampering, tamperings
from tests.negotiation.documents.test_verification import WITHOUT_OTHERS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "documents.md"


def row(case: Tampering | Forgery, *, with_others: bool = True) -> str:
    others = ["refused" if not accepts else "**accepted**" for accepts in (case.pdfsig, case.openssl, case.qpdf)]
    return (
        f"| {case.name} | {case.reason.value.replace('_', ' ')} | {' | '.join(others if with_others else ['–'] * 3)} |"
    )


class TestTableOfForgeries:
    def test_is_what_the_tests_show(self, sealed: SealedDocument, authority: Authority) -> None:
        page = PAGE.read_text("utf-8")
        for case in forgeries(sealed.pdf, authority, authority.timestamper()):
            assert row(case) in page


class TestTableOfTamperings:
    def test_is_what_the_tests_show(self, rendered: object, authority: Authority) -> None:
        cases = tamperings(rendered("zh-hans").pdf, authority)
        page = PAGE.read_text("utf-8")
        for number, case in enumerate(cases):
            assert row(case, with_others=number != WITHOUT_OTHERS) in page

    def test_explains_every_answer(self) -> None:
        page = PAGE.read_text("utf-8")
        assert all(f"`{reason.value}`" in page for reason in Reason)
