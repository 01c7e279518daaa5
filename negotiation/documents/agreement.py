"""How an agreement becomes a file: content and clauses set in type, with the schedule inside as data.

Knows nothing of signatures; ``signing`` seals what this module renders.
"""

import csv
import io
import json
from decimal import Decimal
from typing import Any

from negotiation.documents.content import AgreementContent, Language
from negotiation.documents.rendering import HTML_LANGUAGES, RenderedDocument, code_of, finished, render_html
from negotiation.documents.sheet import EmbeddedFile, Sheet
from negotiation.documents.text_values import agreement_values
from negotiation.documents.texts import clauses_of, labels, texts_of
from negotiation.domain.terms import ZERO, Schedule

SCHEDULE_FORMAT = "repayment-schedule/1"
COLUMNS = ("seq", "due_date", "principal", "interest", "fee", "payment", "balance_after")


def render_agreement(content: AgreementContent, language: Language | str) -> RenderedDocument:
    """The agreement as PDF/A-3a and PDF/UA-1 with ``schedule.json`` and ``schedule.csv`` inside; the same content gives the same bytes.

    :raises TextRefused: if a text names a value that the agreement has not.
    :raises RendererNotReady, GlyphMissing: as ``rendering.render_pdf``.
    """
    language = Language(language)
    html = render_html("agreement/document.html", agreement_context(content, language))
    sheet = Sheet(html, language, content.made_at, code_of(content.verify_url), schedule_files(content))
    return finished(sheet, texts_of(content.texts))


def agreement_context(content: AgreementContent, language: Language) -> dict[str, Any]:
    """What the agreement's template needs."""
    words, values = labels(language.value), agreement_values(content, language)
    clauses = clauses_of(content.texts, language.value, values, content.sample_of)
    terms = content.schedule.terms
    return {
        "content": content,
        "language": language,
        "html_language": HTML_LANGUAGES[language],
        "words": words,
        "clauses": clauses,
        "undertakings": [clauses[f"undertaking_{name}"] for name in content.undertakings],
        "balance": [(line, words["components"][line.component]) for line in content.balance],
        "charges": [(charge, words["charges"][charge.kind]) for charge in content.charges],
        "currency": words["currencies"].get(content.currency, content.currency),
        "method": words["methods"][terms.method],
        "cycle": words["frequencies"][terms.frequency],
        "dated": content.agreement_date,
        "terms": terms,
        "schedule": content.schedule,
        "totals": totals(content.schedule),
        "level": len({row.payment for row in content.schedule.rows[:-1]}) <= 1,
        "highest": max(row.payment for row in content.schedule.rows),
        "text_versions": texts_of(content.texts),
    }


def totals(schedule: Schedule) -> dict[str, Decimal]:
    """Yuan by column, over all rows."""
    columns = ("principal", "interest", "fee", "payment")
    return {column: sum((getattr(row, column) for row in schedule.rows), ZERO) for column in columns}


def schedule_files(content: AgreementContent) -> tuple[EmbeddedFile, ...]:
    """The schedule as data, in the numbers of the page."""
    return (
        EmbeddedFile("schedule.csv", _schedule_csv(content.schedule), "Alternative", "Repayment schedule, CSV"),
        EmbeddedFile("schedule.json", _schedule_json(content), "Data", "Repayment schedule and terms, JSON"),
    )


def _schedule_json(content: AgreementContent) -> bytes:
    data = {
        "format": SCHEDULE_FORMAT,
        "reference": content.reference,
        "agreement_date": content.agreement_date.isoformat(),
        "currency": content.currency,
        "engine_version": content.provenance.engine_version,
        "quote_hash": content.provenance.quote_hash,
        "terms": content.schedule.terms.to_data(),
        "rows": [row.to_data() for row in content.schedule.rows],
        "totals": {name: format(value, "f") for name, value in totals(content.schedule).items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _schedule_csv(schedule: Schedule) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.to_data()[column] for column in COLUMNS] for row in schedule.rows)
    return out.getvalue().encode()
