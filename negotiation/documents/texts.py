"""Which texts a document is made of, what each may name, and the wordings that come with the project.

A wording in use is a published row (``models.texts``); here a row becomes a value, after its fingerprint was compared. The layout's
own words (headings, column heads, names of methods) belong to the layout and are versioned with it: ``templates/documents/labels``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from negotiation.documents.text_language import BLOCK, INLINE, TextRefused, filled, values_named
from negotiation.models import TextVersion, VersionState

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
SUPPLIED = TEMPLATES / "texts"
LANGUAGES = ("zh-hans", "en")

UNDERTAKINGS = ("no_new_cards", "true_information", "costs_read", "agree_to_sign")
AGREEMENT = (
    "preamble",
    "down_payment",
    "cost_statement",
    *(f"undertaking_{name}" for name in UNDERTAKINGS),
    "rights",
    "breach",
    "early_settlement",
    "other_matters",
    "complaints",
    "data_notice",
    "electronic_signature",
    "governing_language",
    "cardholder_signature",
    "bank_signature",
)
SETTLEMENT = ("settled", "settlement_effect", "bank_signature_alone")
STATEMENT = ("bank_signature_alone",)
PROOF_CONSENT = "proof_consent"
AGREEMENT_VALUES = (
    "allocation",
    "bank_complaints",
    "bank_telephone",
    "chinese_governs",
    "cure_days",
    "grace_days",
    "late_days",
    "missed_in_a_row",
    "penalty_daily_rate",
    "previous_reference",
    "reference",
    "waivers_reinstated",
)
SETTLEMENT_VALUES = ("agreement_date", "card_last_four", "cardholder_name", "reference", "settled_date")


class TextNotPublished(Exception):
    """There is no published wording, or the row is not the one that was published."""


class ValuesDiffer(TextRefused):
    """A value stands in one language and not in the other."""


@dataclass(frozen=True, slots=True)
class TextKind:
    """What a text may be: paragraphs and lists or one run of words, and which values it may name."""

    form: str = BLOCK
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a text in both languages."""

    name: str
    version: str
    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh-hans" else self.en

    def words(self, language: str, values: Mapping[str, str]) -> SafeString:
        """The text as it is printed or shown, with those of ``values`` that it may name.

        :raises TextRefused: if it names another.
        """
        return filled(self.in_language(language).strip(), {name: values[name] for name in TEXTS[self.name].values})


def _kinds() -> dict[str, TextKind]:
    one_run = {f"undertaking_{name}" for name in UNDERTAKINGS}
    one_run |= {"down_payment", "cardholder_signature", "bank_signature", "bank_signature_alone"}
    kinds = {name: TextKind(INLINE) if name in one_run else TextKind(BLOCK, AGREEMENT_VALUES) for name in AGREEMENT}
    kinds |= {name: TextKind(INLINE) if name in one_run else TextKind(BLOCK, SETTLEMENT_VALUES) for name in SETTLEMENT}
    return kinds | {PROOF_CONSENT: TextKind(INLINE, ("kept_days",))}


TEXTS = _kinds()
"""Every text there is, in the order of the documents. What is shown outside a document too names none of its values."""


def check_wording(name: str, zh: str, en: str) -> None:
    """Whether both languages can be used as this text.

    :raises TextRefused: the first fault, as a subclass; its ``language`` says in which wording.
    """
    kind, named = TEXTS[name], {}
    for language, body in zip(LANGUAGES, (zh, en), strict=True):
        try:
            named[language] = values_named(body, known=kind.values, form=kind.form)
        except TextRefused as refusal:
            refusal.language = language
            raise
    odd = named["zh-hans"] ^ named["en"]
    if odd:
        raise ValuesDiffer(min(odd), language="en" if min(odd) in named["zh-hans"] else "zh-hans")


def published_wording(row: TextVersion) -> Wording:
    """The wording of a published row.

    :raises TextNotPublished: if it is not published, or not as it was when it was.
    """
    if row.state != VersionState.PUBLISHED or row.sha256 != row.fingerprint:
        raise TextNotPublished(f"{row.name} {row.version} is not the published wording")
    return Wording(row.name, row.version, row.body_zh, row.body_en)


def supplied_wordings(names: Iterable[str] = tuple(TEXTS)) -> dict[str, Wording]:
    """The newest wording of each text that comes with the project; a bank publishes them, or its own."""
    return {name: _supplied(name) for name in names}


def clauses_of(
    wordings: Mapping[str, Wording], language: str, values: Mapping[str, str], sample_of: str = ""
) -> dict[str, SafeString]:
    """Name → words, as the templates print them. The text that a sample is made for has a line beside it.

    :raises TextRefused: as ``Wording.words``.
    """
    clauses = {name: wording.words(language, values) for name, wording in wordings.items()}
    if sample_of:
        mark = "span" if TEXTS[sample_of].form == INLINE else "div"
        clauses[sample_of] = format_html('<{} class="sampled">{}</{}>', mark, clauses[sample_of], mark)
    return clauses


def texts_of(wordings: Mapping[str, Wording]) -> dict[str, str]:
    """Name → version, in the order of the names."""
    return {name: wordings[name].version for name in sorted(wordings)}


def _supplied(name: str) -> Wording:
    version = max(path.name.partition(".")[0] for path in (SUPPLIED / name).glob("*.en.html"))
    bodies = ((SUPPLIED / name / f"{version}.{language}.html").read_text("utf-8").strip() for language in LANGUAGES)
    return Wording(name, version, *bodies)


@lru_cache(maxsize=4)
def labels(language: str) -> dict[str, Any]:
    """The fixed words of the layout: headings, column heads, names of components and methods."""
    return tomllib.loads((TEMPLATES / "labels" / f"{language}.toml").read_text("utf-8"))
