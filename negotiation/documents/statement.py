"""The statement of account (还款对账单): what an agreement asked for, what was paid, what remains, on one day."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from negotiation.documents.content import Bank, Cardholder, Language
from negotiation.documents.rendering import HTML_LANGUAGES, RenderedDocument, code_of, finished, render_html
from negotiation.documents.sheet import EmbeddedFile, Sheet
from negotiation.documents.texts import Wording, clauses_of, labels, texts_of
from negotiation.domain.terms import ZERO

STATEMENT_FORMAT = "plan-statement/1"
TOTALS = ("asked", "paid", "remaining", "overdue", "late_interest", "unapplied")
COLUMNS = ("seq", "due_date", "payment", "paid", "paid_date", "standing")


class RowStanding(StrEnum):
    """Where one instalment stands on the day of the statement; in grace a payment still counts as on time."""

    PAID = "paid"
    DUE_LATER = "due_later"
    IN_GRACE = "in_grace"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One instalment: what it asks for and what has been paid on it (yuan); ``paid_date`` is the last payment's."""

    seq: int
    due_date: date
    payment: Decimal
    paid: Decimal
    paid_date: date | None
    standing: RowStanding

    def to_data(self) -> dict[str, str | int | None]:
        return {
            "seq": self.seq,
            "due_date": self.due_date.isoformat(),
            "payment": format(self.payment, "f"),
            "paid": format(self.paid, "f"),
            "paid_date": self.paid_date.isoformat() if self.paid_date else None,
            "standing": self.standing.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementContent:
    """What a statement of account says. ``reference`` is the agreement's; amounts in yuan.

    ``late_interest`` is charged beyond what the instalments ask; ``unapplied`` was paid beyond them.
    """

    reference: str
    made_at: datetime
    as_of: date
    bank: Bank
    cardholder: Cardholder
    agreement_date: date
    rows: tuple[StatementRow, ...]
    verify_url: str
    texts: Mapping[str, Wording]
    down_payment: Decimal = ZERO
    down_payment_paid: Decimal = ZERO
    late_interest: Decimal = ZERO
    unapplied: Decimal = ZERO
    currency: str = "CNY"
    demonstration: bool = False

    @property
    def asked(self) -> Decimal:
        return self.down_payment + sum((row.payment for row in self.rows), ZERO)

    @property
    def paid(self) -> Decimal:
        return self.down_payment_paid + sum((row.paid for row in self.rows), ZERO)

    @property
    def remaining(self) -> Decimal:
        return self.asked - self.paid

    @property
    def overdue(self) -> Decimal:
        """Yuan of instalments whose days of grace were over by ``as_of``."""
        late = (row for row in self.rows if row.standing == RowStanding.OVERDUE)
        return sum((row.payment - row.paid for row in late), ZERO)


def render_statement(content: StatementContent, language: Language | str) -> RenderedDocument:
    """The statement as PDF/A-3a and PDF/UA-1 with ``statement.json`` and ``statement.csv`` inside; same content, same bytes.

    :raises TextRefused: if a text names a value.
    :raises RendererNotReady, GlyphMissing: as ``rendering.render_pdf``.
    """
    language = Language(language)
    words = labels(language.value)
    words = words | words["statement"]
    context = {
        "content": content,
        "language": language,
        "html_language": HTML_LANGUAGES[language],
        "words": words,
        "clauses": clauses_of(content.texts, language.value, {}),
        "rows": [(row, words["standings"][row.standing]) for row in content.rows],
        "rows_asked": content.asked - content.down_payment,
        "rows_paid": content.paid - content.down_payment_paid,
        "currency": words["currencies"].get(content.currency, content.currency),
        "dated": content.as_of,
    }
    html = render_html("statement/document.html", context)
    sheet = Sheet(html, language, content.made_at, code_of(content.verify_url), _files(content))
    return finished(sheet, texts_of(content.texts))


def _files(content: StatementContent) -> tuple[EmbeddedFile, ...]:
    return (
        EmbeddedFile("statement.csv", _csv(content), "Alternative", "Statement of account, CSV"),
        EmbeddedFile("statement.json", _json(content), "Data", "Statement of account, JSON"),
    )


def _json(content: StatementContent) -> bytes:
    data = {
        "format": STATEMENT_FORMAT,
        "reference": content.reference,
        "as_of": content.as_of.isoformat(),
        "currency": content.currency,
        "rows": [row.to_data() for row in content.rows],
        "totals": {name: format(getattr(content, name), "f") for name in TOTALS},
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _csv(content: StatementContent) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.to_data()[column] for column in COLUMNS] for row in content.rows)
    return out.getvalue().encode()
