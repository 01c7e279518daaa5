"""What the values that a text may name stand for in a document: words, ready to be printed; empty where there is nothing to say."""

from negotiation.documents.content import AgreementContent, Language, SettlementContent
from negotiation.documents.formatting import day, name, percent
from negotiation.documents.texts import labels

YES = "yes"
_BETWEEN = {Language.CHINESE: "、", Language.ENGLISH: ", "}


def agreement_values(content: AgreementContent, language: Language) -> dict[str, str]:
    """The values of ``texts.AGREEMENT_VALUES``."""
    breach, components = content.breach, labels(language.value)["components"]
    return {
        "allocation": _BETWEEN[language].join(components[component] for component in content.allocation),
        "bank_complaints": content.bank.complaints,
        "bank_telephone": content.bank.telephone,
        "chinese_governs": YES if content.governing_language == Language.CHINESE else "",
        "cure_days": str(breach.cure_days),
        "grace_days": str(breach.grace_days),
        "late_days": str(breach.late_days),
        "missed_in_a_row": str(breach.missed_in_a_row),
        "penalty_daily_rate": percent(breach.penalty_daily_rate, 4) if breach.penalty_daily_rate else "",
        "previous_reference": content.previous_reference or "",
        "reference": content.reference,
        "waivers_reinstated": YES if breach.waivers_reinstated else "",
    }


def settlement_values(content: SettlementContent, language: Language) -> dict[str, str]:
    """The values of ``texts.SETTLEMENT_VALUES``."""
    return {
        "agreement_date": day(content.agreement_date, language),
        "card_last_four": content.cardholder.card_last_four,
        "cardholder_name": name(content.cardholder.name),
        "reference": content.reference,
        "settled_date": day(content.settled_date, language),
    }
