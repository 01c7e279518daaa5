"""The signed agreement in both languages: what the page says, what is embedded, and what the database has are the same numbers."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from negotiation.models import Agreement, Document, Instalment
from tests.negotiation.documents.agreements import sealed_agreement
from tests.negotiation.documents.tools import page_text

pytestmark = pytest.mark.usefixtures("policy", "bank_key")
LANGUAGES = ("zh-hans", "en")
COLUMNS = ("seq", "due_date", "principal", "interest", "fee", "payment", "balance_after")


@pytest.fixture
def agreement() -> Agreement:
    return sealed_agreement()


def rows_of(agreement: Agreement) -> list[list[str]]:
    """Every instalment in the database, as text."""
    found = Instalment.objects.filter(plan__agreement=agreement).order_by("seq")
    return [[str(getattr(row, column)) for column in COLUMNS] for row in found]


def embedded(path: Path) -> dict[str, bytes]:
    with pikepdf.open(path) as pdf:
        return {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}


@pytest.fixture
def files(agreement: Agreement, tmp_path: Path) -> dict[str, Path]:
    paths = {language: tmp_path / f"{language}.pdf" for language in LANGUAGES}
    for language, path in paths.items():
        path.write_bytes(Document.objects.get(agreement=agreement, language=language).content)
    return paths


class TestTheSignedAgreement:
    def test_says_every_row_of_the_database_on_its_pages_and_in_its_data(
        self, agreement: Agreement, files: dict[str, Path]
    ) -> None:
        rows = rows_of(agreement)
        assert len(rows) == 36
        for path in files.values():
            printed = [line.split() for line in page_text(path).replace(",", "").splitlines()]
            data = embedded(path)
            said: Any = json.loads(data["schedule.json"])["rows"]
            listed = csv.DictReader(io.StringIO(data["schedule.csv"].decode()))
            assert [[str(row[column]) for column in COLUMNS] for row in said] == rows
            assert [[row[column] for column in COLUMNS] for row in listed] == rows
            table = [line for line in printed if line and line[0].isdigit() and len(line) == len(COLUMNS)]
            assert table == rows

    def test_embeds_the_same_data_in_both_languages(self, files: dict[str, Path]) -> None:
        chinese, english = (embedded(files[language]) for language in LANGUAGES)
        for name in ("schedule.json", "schedule.csv", "acceptance.json"):
            assert chinese[name] == english[name], name

    def test_embeds_who_accepted_how_and_when_without_a_name(
        self, agreement: Agreement, files: dict[str, Path]
    ) -> None:
        record = embedded(files["zh-hans"])["acceptance.json"].decode()
        said = json.loads(record)
        governing = Document.objects.get(agreement=agreement, is_governing=True)
        assert said["document_sha256"] == governing.draft_sha256
        moments = ("identity_confirmed_at", "cost_sheet_shown_at", "cost_sheet_confirmed_at", "accepted_at")
        assert [said[name] for name in moments] == sorted(said[name] for name in moments)
        assert {item["version"] for item in said["undertakings"]} == {"2026-11"}
        cardholder = agreement.negotiation.cardholder
        assert cardholder.name not in record
        assert agreement.negotiation.account.card_last4 not in record.replace(said["events"]["head"], "").split('"')
