"""How amounts, rates and dates are written in a document. The page of the site has its own filters; these never change with its locale."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone

from negotiation.documents.capitals import chinese_capitals
from negotiation.documents.content import Bilingual, Language
from negotiation.documents.glyphs import as_name

register = template.Library()

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@register.filter
def amount(value: Decimal) -> str:
    """Yuan with thousands separated and two places: 12,345.60."""
    return f"{value:,.2f}"


@register.filter
def percent(value: Decimal, places: int = 2) -> str:
    """A fraction as per cent, rounded half up, zeros beyond two places left out: 0.182357 → 18.24%; with four places 0.0005 → 0.05%."""
    rounded = (value * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, decimals = f"{rounded:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}%"


@register.filter
def day(value: date, language: Language) -> str:
    """A day in words: 2027年1月25日, 25 January 2027."""
    if language == Language.CHINESE:
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


@register.filter
def moment(value: datetime, language: Language) -> str:
    """An aware moment in the bank's time zone, to the minute."""
    local = timezone.localtime(value)
    return f"{day(local, language)} {local:%H:%M}"


@register.filter
def iso(value: date) -> str:
    return value.isoformat()


@register.filter
def stamp(value: datetime) -> str:
    """An aware moment as PDF metadata wants it (W3C date, whole seconds)."""
    return timezone.localtime(value).isoformat(timespec="seconds")


@register.filter(name="in")
def in_language(value: Bilingual, language: Language) -> str:
    return value.in_language(language)


@register.filter
def name(value: str) -> str:
    return as_name(value)


@register.filter
def capitals(value: Decimal) -> str:
    return chinese_capitals(value)
