"""What the texts are called on the bank's pages, how their states are told, and what is refused in words."""

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.figures import tag
from negotiation.admin.four_eyes import TAGS, WORDS
from negotiation.documents import text_language
from negotiation.documents.texts import AGREEMENT, PROOF_CONSENT, SETTLEMENT, TEXTS, ValuesDiffer
from negotiation.models import TextVersion, VersionState

TITLES: dict[str, Promise] = {
    "preamble": gettext_lazy("Preamble"),
    "down_payment": gettext_lazy("When a plan with a down payment starts"),
    "cost_statement": gettext_lazy("Statement on all costs"),
    "undertaking_no_new_cards": gettext_lazy("Undertaking: no new credit cards"),
    "undertaking_true_information": gettext_lazy("Undertaking: true information"),
    "undertaking_costs_read": gettext_lazy("Undertaking: costs read and understood"),
    "undertaking_agree_to_sign": gettext_lazy("Undertaking: signing electronically"),
    "rights": gettext_lazy("Rights and duties"),
    "breach": gettext_lazy("Liability for breach"),
    "early_settlement": gettext_lazy("Early repayment"),
    "other_matters": gettext_lazy("Due dates, credit record and use of the card"),
    "complaints": gettext_lazy("Questions, disputes and complaints"),
    "data_notice": gettext_lazy("Notice on personal data"),
    "electronic_signature": gettext_lazy("Electronic signature"),
    "governing_language": gettext_lazy("Language and law"),
    "cardholder_signature": gettext_lazy("Note under the cardholder's signature"),
    "bank_signature": gettext_lazy("Note under the bank's signature on an agreement"),
    "settled": gettext_lazy("That everything is paid"),
    "settlement_effect": gettext_lazy("Effect of the settlement"),
    "bank_signature_alone": gettext_lazy("Note under the bank's signature on other documents"),
    PROOF_CONSENT: gettext_lazy("Consent to the use of a supporting document"),
}
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Agreement"), AGREEMENT),
    (gettext_lazy("Settlement certificate and statement of account"), SETTLEMENT),
    (gettext_lazy("Consents"), (PROOF_CONSENT,)),
)
REFUSALS: dict[type[Exception], Promise] = {
    **WORDS,
    text_language.TextEmpty: gettext_lazy("There are no words here."),
    text_language.TagNotAllowed: gettext_lazy(
        "Line %(line)s: “%(what)s” is no tag that a text may use. Only if, else and endif are."
    ),
    text_language.TooManyTags: gettext_lazy("There are more than %(what)s tags in this text."),
    text_language.ConditionNotAllowed: gettext_lazy(
        "Line %(line)s: “%(what)s” cannot be followed. An if asks about one value, has one else at most, and ends with endif."
    ),
    text_language.ValueNotKnown: gettext_lazy(
        "Line %(line)s: “%(what)s” is none of the values that this text may name."
    ),
    text_language.TagUnfinished: gettext_lazy("Line %(line)s: “%(what)s” begins or ends no tag."),
    text_language.ElementNotAllowed: gettext_lazy(
        "Line %(line)s: <%(what)s> may not be used. Marks that may: %(marks)s."
    ),
    text_language.AttributeNotAllowed: gettext_lazy(
        "Line %(line)s: “%(what)s” stands inside a mark. A mark has nothing beside its name."
    ),
    text_language.ElementMisplaced: gettext_lazy(
        "Line %(line)s: “%(what)s” may not stand there. Words stand in <p> or <li>, <li> in <ol> or <ul>; "
        "undertakings, notes and consents are one run of words without either."
    ),
    text_language.NotWellFormed: gettext_lazy(
        "Line %(line)s: a mark is not closed (%(what)s), or a sign is not written out: &amp; for &, &lt; for <."
    ),
    text_language.ConditionSplitsElement: gettext_lazy(
        "Line %(line)s: a mark opens inside this if and closes outside, or the other way round."
    ),
    text_language.CharacterWithoutGlyph: gettext_lazy("Line %(line)s: the documents' fonts cannot print %(what)s."),
    ValuesDiffer: gettext_lazy("“%(what)s” is named in the other language and not here."),
}
WRITTEN = {
    "value": "{{ … }}",
    "if": "{% if … %}",
    "else": "{% else %}",
    "endif": "{% endif %}",
    "marks": " ".join(f"<{name}>" for name in text_language.ELEMENTS),
}
"""How tags and marks are typed, for the page that explains them."""
assert set(TITLES) == set(TEXTS), "every text has a title"


def title_of(version: TextVersion) -> str:
    """``Liability for breach 2026-11``."""
    return f"{TITLES[version.name]} {version.version}"


def state_tag(version: TextVersion, in_force: TextVersion | None) -> SafeString:
    """The state in words; of the published versions the one in force is told apart from those before it."""
    if in_force and version.pk == in_force.pk:
        return tag("good", _("In force now"))
    began = (version.effective_from, version.published_at)
    if (
        in_force
        and version.state == VersionState.PUBLISHED
        and began <= (in_force.effective_from, in_force.published_at)
    ):
        return tag("plain", _("Replaced"))
    return tag(TAGS[version.state], version.get_state_display())


def told(refusal: Exception) -> str:
    """The words of what a service or the language of the texts refused, with the place where it is."""
    words = REFUSALS[type(refusal)]
    if not isinstance(refusal, text_language.TextRefused):
        return str(words)
    return words % {"line": refusal.line, "what": refusal.what, "marks": WRITTEN["marks"]}
