"""The settlement certificate (结清证明): the bank's word that everything under an agreement has been paid."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from negotiation.documents.content import Bank, Cardholder, Language
from negotiation.documents.rendering import HTML_LANGUAGES, RenderedDocument, code_of, finished, render_html
from negotiation.documents.sheet import Sheet
from negotiation.documents.texts import current_versions, labels, text_path

TEXTS = ("labels", "settled", "settlement_effect")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementContent:
    """What a settlement certificate says. ``reference`` is the agreement's; ``total_paid`` in yuan, down payment included."""

    reference: str
    made_at: datetime
    bank: Bank
    cardholder: Cardholder
    agreement_date: date
    settled_date: date
    total_paid: Decimal
    verify_url: str
    currency: str = "CNY"
    demonstration: bool = False
    texts: dict[str, str] = field(default_factory=lambda: current_versions(TEXTS))


def render_settlement_certificate(content: SettlementContent, language: Language | str) -> RenderedDocument:
    """The certificate as PDF/A-3a and PDF/UA-1; the same content gives the same bytes.

    :raises TextNotPublished: if a clause is not an approved wording.
    :raises RendererNotReady, GlyphMissing: as ``rendering.render_pdf``.
    """
    language = Language(language)
    words = labels(content.texts["labels"], language.value)
    context = {
        "content": content,
        "language": language,
        "html_language": HTML_LANGUAGES[language],
        "words": words | words["settlement"],
        "clauses": {name: text_path(name, content.texts[name], language.value) for name in TEXTS[1:]},
        "currency": words["currencies"].get(content.currency, content.currency),
        "dated": content.settled_date,
    }
    html = render_html("settlement/document.html", context)
    return finished(Sheet(html, language, content.made_at, code_of(content.verify_url)), content.texts)
