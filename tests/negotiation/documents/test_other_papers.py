"""The settlement certificate, the statement of account, and an agreement that takes the place of another."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest

from negotiation.documents.agreement import render_agreement
from negotiation.documents.capitals import chinese_capitals
from negotiation.documents.content import SettlementContent
from negotiation.documents.rendering import RenderedDocument
from negotiation.documents.settlement import render_settlement_certificate
from negotiation.documents.signing import seal
from negotiation.documents.signing_keys import BankSigner
from negotiation.documents.statement import RowStanding, StatementContent, StatementRow, render_statement
from negotiation.documents.texts import SETTLEMENT, STATEMENT, supplied_wordings
from negotiation.documents.verification import verify
from tests.negotiation.documents.authority import NOW, Authority
from tests.negotiation.documents.contents import agreement_content, schedule
from tests.negotiation.documents.tools import page_text

LANGUAGES = ("zh-hans", "en")


def shared() -> dict[str, Any]:
    content = agreement_content()
    names = ("reference", "made_at", "bank", "cardholder", "agreement_date", "verify_url")
    return {name: getattr(content, name) for name in names}


def settlement() -> SettlementContent:
    words = supplied_wordings(SETTLEMENT)
    return SettlementContent(**shared(), texts=words, settled_date=date(2029, 12, 24), total_paid=Decimal("31622.55"))


def statement() -> StatementContent:
    """Two instalments paid, the third in part and late."""
    rows = []
    for row in schedule().rows:
        paid = row.payment if row.seq < 3 else Decimal("100.00") if row.seq == 3 else Decimal("0.00")
        standing = RowStanding.PAID if row.seq < 3 else RowStanding.OVERDUE if row.seq == 3 else RowStanding.DUE_LATER
        rows.append(StatementRow(row.seq, row.due_date, row.payment, paid, row.due_date if paid else None, standing))
    words = supplied_wordings(STATEMENT)
    return StatementContent(**shared(), texts=words, as_of=date(2027, 3, 30), rows=tuple(rows))


PAPERS: dict[str, Callable[[str], RenderedDocument]] = {
    "settlement": lambda language: render_settlement_certificate(settlement(), language),
    "statement": lambda language: render_statement(statement(), language),
    "superseding": lambda language: render_agreement(agreement_content(previous_reference="3F8ZP0C5RQ1N"), language),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
class TestEveryPaper:
    def test_conforms_and_can_be_sealed(
        self, paper: str, language: str, signer: BankSigner, authority: Authority
    ) -> None:
        rendered = PAPERS[paper](language)
        sealed = seal(rendered.pdf, signer, now=NOW)
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
            report = page.validate_pdf_bytes(sealed.pdf, profile=profile)
            assert report.is_compliant, [failure.message for failure in report.failures]
        answer = verify(sealed.pdf, trust=authority.trust(), now=NOW)
        assert (answer.valid, answer.reference) == (True, "7K3QXW9M2TVB")

    def test_is_the_same_bytes_every_time(self, paper: str, language: str) -> None:
        assert PAPERS[paper](language) == PAPERS[paper](language)


def text_of(rendered: RenderedDocument, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(rendered.pdf)
    return page_text(path)


class TestSettlementCertificate:
    @pytest.mark.parametrize(
        ("language", "words"), [("zh-hans", "2029年12月24日还清"), ("en", "paid in full on 24 December 2029")]
    )
    def test_says_what_was_settled_when(self, language: str, words: str, tmp_path: Path) -> None:
        text = " ".join(text_of(PAPERS["settlement"](language), tmp_path).split())
        assert words in text
        assert "7K3QXW9M2TVB" in text
        assert f"人民币{chinese_capitals(Decimal('31622.55'))}" in text

    def test_fits_on_one_page(self) -> None:
        with pikepdf.open(io.BytesIO(PAPERS["settlement"]("zh-hans").pdf)) as pdf:
            assert len(pdf.pages) == 1


class TestStatement:
    def test_adds_up(self) -> None:
        content = statement()
        assert content.asked == content.paid + content.remaining == Decimal("31622.55")
        assert content.paid == schedule().rows[0].payment + schedule().rows[1].payment + 100
        assert content.overdue == schedule().rows[2].payment - 100

    def test_says_the_same_on_the_page_and_in_its_data(self, tmp_path: Path) -> None:
        rendered = PAPERS["statement"]("zh-hans")
        with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
            files = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
        data, listed = (
            json.loads(files["statement.json"]),
            list(csv.DictReader(io.StringIO(files["statement.csv"].decode()))),
        )
        text = text_of(rendered, tmp_path).replace(",", "")
        assert data["rows"] == [row.to_data() for row in statement().rows]
        for row in listed:
            assert f"{row['payment']}" in text
            assert row["due_date"] in text
        assert data["totals"]["overdue"] in text


class TestSupersedingAgreement:
    @pytest.mark.parametrize(
        ("language", "words"), [("zh-hans", "取代编号 3F8ZP0C5RQ1N"), ("en", "takes the place of")]
    )
    def test_names_the_agreement_it_replaces(self, language: str, words: str, tmp_path: Path) -> None:
        text = " ".join(text_of(PAPERS["superseding"](language), tmp_path).split())
        assert words in text
        assert "3F8ZP0C5RQ1N" in text

    def test_leaves_no_trace_in_a_first_agreement(self, tmp_path: Path) -> None:
        assert "takes the place" not in text_of(render_agreement(agreement_content(), "en"), tmp_path)
