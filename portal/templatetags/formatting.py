"""The only place where money, rates, dates, counts and telephone numbers become text, in the reader's language.

Takes exact values (Decimal, date, aware datetime) and never computes with them; knows nothing of what they mean.
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

register = template.Library()

FEN = Decimal("0.01")
HUNDRED = Decimal(100)
MINUS = "\N{MINUS SIGN}"


class NotExact(TypeError):
    """A float was given where money or a rate has to be exact."""


@register.filter
def amount(value: Decimal | int) -> str:
    """``12,345.67``: yuan with two places and grouped thousands, without a currency sign; a true minus when negative.

    :raises NotExact: if the value is no Decimal or int.
    :raises ValueError: if it has a fraction of a fen, which nobody may round here.
    """
    exact = _exact(value)
    if exact != exact.quantize(FEN):
        raise ValueError(f"{value} is no whole number of fen")
    return _signed(exact, f"{abs(exact):,.2f}")


@register.filter
def money(value: Decimal | int) -> SafeString:
    """``¥12,345.67`` for a page: the figure tabular, the sign quiet. Limits as for ``amount``."""
    figure = amount(value)
    minus, digits = (MINUS, figure[1:]) if figure.startswith(MINUS) else ("", figure)
    return mark_safe(f'<span class="money">{minus}<span class="money-sign">¥</span>{digits}</span>')  # noqa: S308 — digits


@register.filter
def plain_money(value: Decimal | int) -> str:
    """``¥12,345.67`` as bare text, for sentences, attributes, mail. Limits as for ``amount``."""
    figure = amount(value)
    return f"{MINUS}¥{figure[1:]}" if figure.startswith(MINUS) else f"¥{figure}"


@register.filter
def rate(fraction: Decimal | int) -> str:
    """``18.25%`` from the fraction 0.1825: per cent with two places, HALF_UP.

    :raises NotExact: if the fraction is no Decimal or int.
    """
    percent = (_exact(fraction) * HUNDRED).quantize(FEN, ROUND_HALF_UP)
    return _signed(percent, f"{abs(percent):,.2f}%")


@register.filter
def exact_rate(fraction: Decimal | int) -> str:
    """``0.035%`` from the fraction 0.00035: every digit there is, at least two places; for rates that were agreed.

    :raises NotExact: if the fraction is no Decimal or int.
    """
    percent = (_exact(fraction) * HUNDRED).normalize()
    places = max(2, -int(percent.as_tuple().exponent))
    return _signed(percent, f"{abs(percent):,.{places}f}%")


@register.filter
def share(fraction: Decimal | int) -> str:
    """``12.5%`` from 0.125: one place, HALF_UP; for parts of a whole in pictures."""
    percent = (_exact(fraction) * HUNDRED).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{percent:,.1f}%"


@register.filter
def short_share(fraction: Decimal | int) -> str:
    """``90%`` from 0.9, ``12.5%`` from 0.125: no needless places; for sentences.

    :raises NotExact: if the fraction is no Decimal or int.
    """
    return f"{(_exact(fraction) * HUNDRED).normalize():f}%"


@register.filter
def telephone(number: str) -> SafeString:
    """A telephone number that can be pressed to call it, in one piece."""
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', re.sub(r"[^0-9+]", "", number), number)


@register.filter
def plain_day(value: date) -> str:
    """``2026年12月25日 周五`` or ``Fri 25 December 2026``; a moment counts as its day in the bank's time zone."""
    parts = {
        "weekday": _weekdays()[_local(value).weekday()],
        "date": format_date(_local(value), pgettext("date, in Django's letters", "j F Y")),
    }
    return pgettext("a date and its weekday", "%(weekday)s %(date)s") % parts


@register.filter
def day(value: date) -> SafeString:
    """``plain_day`` inside a ``<time>`` element."""
    local = _local(value)
    return format_html('<time class="day" datetime="{}">{}</time>', format_date(local, "Y-m-d"), plain_day(local))


@register.filter
def short_day(value: date) -> SafeString:
    """``2026年12月25日`` or ``25 Dec 2026`` inside a ``<time>`` element, for tables."""
    return _short_day(_day(value), get_language())


@lru_cache(maxsize=4096)
def _short_day(value: date, language: str | None) -> SafeString:
    """Kept for each language: a page of an account writes some hundred days, and the same ones again and again."""
    text = format_date(value, pgettext("date in a table, in Django's letters", "j M Y"))
    return format_html('<time class="day" datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def short_month(value: date) -> str:
    """``26年12月`` or ``Dec 26``: for the axis of a picture, where there is little room."""
    return format_date(_local(value), pgettext("month under a picture, in Django's letters", "M y"))


@register.filter
def plain_moment(value: datetime) -> str:
    """``2026年12月25日 周五 09:30``: day and 24-hour time in the bank's time zone."""
    return f"{plain_day(value)} {format_date(_local(value), 'H:i')}"


@register.filter
def moment(value: datetime) -> SafeString:
    """``plain_moment`` inside a ``<time>`` element."""
    return format_html('<time class="day" datetime="{}">{}</time>', _local(value).isoformat(), plain_moment(value))


@register.filter
def days_left(value: date, today: date) -> str:
    """``5 days left``, ``today`` or ``5 days ago``, counted in whole days from ``today``."""
    difference = (_day(value) - _day(today)).days
    if difference == 0:
        return _("today")
    if difference < 0:
        return ngettext("%(count)s day ago", "%(count)s days ago", -difference) % {"count": count(-difference)}
    return ngettext("%(count)s day left", "%(count)s days left", difference) % {"count": count(difference)}


@register.filter
def count(number: int) -> str:
    """``1,234``: a whole number with grouped thousands."""
    return _signed(Decimal(number), f"{abs(number):,d}")


@register.filter
def days(number: int) -> str:
    """``1 day``, ``36 days``."""
    return ngettext("%(count)s day", "%(count)s days", number) % {"count": count(number)}


@register.filter
def months(number: int) -> str:
    """``1 month``, ``36 months``."""
    return ngettext("%(count)s month", "%(count)s months", number) % {"count": count(number)}


@register.filter
def instalments(number: int) -> str:
    """``1 instalment``, ``36 instalments``."""
    return ngettext("%(count)s instalment", "%(count)s instalments", number) % {"count": count(number)}


def _weekdays() -> tuple[str, ...]:
    return _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")


def _exact(value: Decimal | int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise NotExact(f"{value!r} is {type(value).__name__}; money and rates are Decimal")
    return Decimal(value)


def _signed(value: Decimal, text: str) -> str:
    return MINUS + text if value < 0 else text


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _day(value: date) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local
