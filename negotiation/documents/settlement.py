"""The settlement certificate (结清证明): the bank's word that everything under an agreement has been paid."""

from django.utils.timezone import localdate

from negotiation.documents.content import Language, SettlementContent
from negotiation.documents.rendering import HTML_LANGUAGES, RenderedDocument, code_of, finished, render_html
from negotiation.documents.sheet import Sheet
from negotiation.documents.text_values import settlement_values
from negotiation.documents.texts import clauses_of, labels, texts_of


def render_settlement_certificate(content: SettlementContent, language: Language | str) -> RenderedDocument:
    """The certificate as PDF/A-3a and PDF/UA-1; the same content gives the same bytes.

    :raises TextRefused: if a text names a value that the certificate has not.
    :raises RendererNotReady, GlyphMissing: as ``rendering.render_pdf``.
    """
    language = Language(language)
    words, values = labels(language.value), settlement_values(content, language)
    context = {
        "content": content,
        "language": language,
        "html_language": HTML_LANGUAGES[language],
        "words": words | words["settlement"],
        "clauses": clauses_of(content.texts, language.value, values, content.sample_of),
        "currency": words["currencies"].get(content.currency, content.currency),
        "dated": content.settled_date,
        "issued_date": localdate(content.made_at),
    }
    html = render_html("settlement/document.html", context)
    return finished(Sheet(html, language, content.made_at, code_of(content.verify_url)), texts_of(content.texts))
