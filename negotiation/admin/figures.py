"""Amounts, times and states as text for lists that Django draws; pages drawn by templates use the template filters."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from negotiation.domain.concerns import ConcernState
from negotiation.domain.workflow import NegotiationState, PlanState

_TAGS: dict[str, str] = {
    NegotiationState.WITH_BANK: "due",
    NegotiationState.AWAITING_SECOND_APPROVAL: "due",
    NegotiationState.SIGNED: "good",
    NegotiationState.AGREED: "good",
    NegotiationState.DECLINED: "overdue",
    ConcernState.RECEIVED: "due",
    ConcernState.LENGTHENED: "due",
    ConcernState.LENGTHENED_AGAIN: "due",
    ConcernState.ANSWERED: "good",
    PlanState.ACTIVE: "good",
    PlanState.COMPLETED: "good",
    PlanState.PENDING_DOWN_PAYMENT: "due",
    PlanState.AT_RISK: "due",
    PlanState.BREACHED: "overdue",
    PlanState.TERMINATED: "overdue",
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def yuan(value: Decimal | None) -> str:
    """``¥12,345.67``, a true minus when negative, empty for None."""
    if value is None:
        return ""
    return f"{'−' if value < 0 else ''}¥{abs(value):,.2f}"


def tag(kind: str, label: Any) -> SafeString:
    """A status tag: its shape and its words say what its colour says."""
    return format_html('<span class="status status-{}">{}</span>', kind, label)


def state_tag(row: Any) -> SafeString:
    """The state of a negotiation, plan or concern in the words of the bank's staff."""
    return tag(_TAGS.get(row.state, "plain"), row.get_state_display())


def news_tags(row: Any) -> SafeString | str:
    """What of the cardholder's nobody at the bank has looked at: a message, a document, or both."""
    shown = [
        words
        for since, words in (
            (row.unread_since, pgettext("new in the queue", "message")),
            (row.unopened_since, pgettext("new in the queue", "document")),
        )
        if since
    ]
    return format_html_join(" ", "{}", ((tag("due", words),) for words in shown)) or "–"


def due_words(due: datetime, now: datetime) -> str:
    """``Due in 5 hours`` or ``2 days late``, in whole hours below two days, rounded down."""
    distance = abs(due - now)
    if distance < 2 * _DAY:
        number = distance // _HOUR
        late = ngettext("%(count)s hour late", "%(count)s hours late", number)
        left = ngettext("Due in %(count)s hour", "Due in %(count)s hours", number)
    else:
        number = distance // _DAY
        late = ngettext("%(count)s day late", "%(count)s days late", number)
        left = ngettext("Due in %(count)s day", "Due in %(count)s days", number)
    if not number:
        return _("Less than an hour late") if due < now else _("Due within the hour")
    return (late if due < now else left) % {"count": number}


@cache
def amount_column(field: Any) -> Callable[[Any], SafeString]:
    """A column or a line of a read-only page that shows the amount of this model field; always the same one for a field."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def shown(row: Any) -> SafeString:
        return format_html('<span class="money">{}</span>', yuan(getattr(row, field.name)))

    shown.__name__ = field.name
    return shown
