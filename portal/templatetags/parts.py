"""What the parts of a page need to know beyond their text: a field's anchor, a state's words, what changed between two offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from negotiation.domain.concerns import ConcernState
from negotiation.domain.offers import regular_instalment, total_cost
from negotiation.domain.terms import Frequency, PlanTerms, Schedule
from negotiation.domain.workflow import NegotiationState, PlanState
from negotiation.services.wording import METHODS
from portal.templatetags.formatting import count, plain_day, plain_money

register = template.Library()

# How a state is called to its cardholder, and which tag it wears: plain, due, overdue or good.
STATES: dict[str, tuple[str, Any]] = {
    NegotiationState.DRAFT: ("plain", gettext_lazy("Draft")),
    NegotiationState.WITH_BANK: ("plain", gettext_lazy("With the bank")),
    NegotiationState.AWAITING_SECOND_APPROVAL: ("plain", gettext_lazy("Awaiting a second approval")),
    NegotiationState.WITH_CARDHOLDER: ("due", gettext_lazy("Waiting for your answer")),
    NegotiationState.AGREED: ("due", gettext_lazy("Agreed, ready to sign")),
    NegotiationState.BEING_SIGNED: ("plain", gettext_lazy("Being signed")),
    NegotiationState.SIGNED: ("good", gettext_lazy("Signed")),
    NegotiationState.DECLINED: ("overdue", gettext_lazy("Declined")),
    NegotiationState.WITHDRAWN: ("plain", gettext_lazy("Withdrawn")),
    NegotiationState.EXPIRED: ("plain", gettext_lazy("Expired")),
    ConcernState.RECEIVED: ("plain", gettext_lazy("With the bank")),
    ConcernState.LENGTHENED: ("plain", gettext_lazy("With the bank")),
    ConcernState.LENGTHENED_AGAIN: ("plain", gettext_lazy("With the bank")),
    ConcernState.ANSWERED: ("good", gettext_lazy("Answered")),
    PlanState.PENDING_DOWN_PAYMENT: ("due", gettext_lazy("Awaiting the down payment")),
    PlanState.ACTIVE: ("good", gettext_lazy("On track")),
    PlanState.AT_RISK: ("due", gettext_lazy("A payment is missing")),
    PlanState.BREACHED: ("overdue", gettext_lazy("Not kept")),
    PlanState.TERMINATED: ("overdue", gettext_lazy("Ended early")),
    PlanState.COMPLETED: ("good", gettext_lazy("Paid off")),
    PlanState.SUPERSEDED: ("plain", gettext_lazy("Replaced")),
}

PERIODS: dict[str, Any] = {
    Frequency.WEEKLY: gettext_lazy("a week"),
    Frequency.FORTNIGHTLY: gettext_lazy("every two weeks"),
    Frequency.MONTHLY: gettext_lazy("a month"),
}
_EACH_TIME: dict[str, tuple[Any, Any]] = {
    Frequency.WEEKLY: (gettext_lazy("%s more a week"), gettext_lazy("%s less a week")),
    Frequency.FORTNIGHTLY: (gettext_lazy("%s more every two weeks"), gettext_lazy("%s less every two weeks")),
    Frequency.MONTHLY: (gettext_lazy("%s more a month"), gettext_lazy("%s less a month")),
}
_ROUNDING = Decimal("1.00")
"""The last instalment takes what rounding left over: some fen."""


@dataclass(frozen=True, slots=True)
class TermChange:
    """One difference between two offers in words; ``tone`` says whom it eases: ``lighter``, ``heavier`` or ``neutral``."""

    text: str
    tone: str


@register.inclusion_tag("fragments/status_tag.html")
def state_tag(state: str) -> dict[str, Any]:
    """The tag of a negotiation's, plan's or concern's state.

    :raises KeyError: if the state is none of theirs.
    """
    kind, label = STATES[state]
    return {"kind": kind, "label": label}


@register.filter
def method_name(method: str) -> str:
    """What a way of repaying, or how often, is called."""
    return str(METHODS[method])


@register.inclusion_tag("fragments/term_diff.html")
def term_diff(before: Schedule, after: Schedule) -> dict[str, Any]:
    """What changed from one offer's schedule to the next, as a list in words and figures."""
    return {"changes": term_changes(before, after)}


def term_changes(before: Schedule, after: Schedule) -> list[TermChange]:
    """Every difference a cardholder feels: payment, length, interest, total, debt, down payment, dates, way of repaying."""
    amounts = [
        _instalment_change(before, after),
        _length_change(before, after),
        _amount_change(after.total_interest - before.total_interest, _("%s more interest"), _("%s less interest")),
        _amount_change(total_cost(after) - total_cost(before), _("%s more in total"), _("%s less in total")),
        _amount_change(
            after.terms.principal - before.terms.principal,
            _("%s more debt in the plan"),
            _("%s less debt in the plan"),
        ),
        _amount_change(
            after.terms.down_payment - before.terms.down_payment, _("%s more down payment"), _("%s less down payment")
        ),
        _date_change(before.rows[0].due_date, after.rows[0].due_date, _("first payment on %s")),
        _date_change(before.last_date, after.last_date, _("last payment on %s")),
        *_ways_changed(before.terms, after.terms),
    ]
    return [change for change in amounts if change]


@register.filter
def instalment(schedule: Schedule) -> Decimal:
    """What is paid each time, in yuan; the first and the last instalment may differ."""
    return regular_instalment(schedule)


@register.filter
def period(schedule: Schedule) -> str:
    """How often it is paid, to be read after the amount."""
    return str(PERIODS[schedule.terms.frequency])


@register.filter
def odd_instalments(schedule: Schedule) -> list[tuple[str, Decimal]]:
    """The first and the last instalment in yuan, each if it differs from the others by more than rounding does."""
    usual, rows = regular_instalment(schedule), schedule.rows
    ends = (
        (_("Amount of the first instalment"), rows[0].payment),
        (_("Amount of the last instalment"), rows[-1].payment),
    )
    return [(name, paid) for name, paid in ends if abs(paid - usual) > _ROUNDING]


@register.filter
def paid_in_all(schedule: Schedule) -> Decimal:
    """Down payment and all instalments, in yuan."""
    return total_cost(schedule)


@register.inclusion_tag("fragments/schedule_table.html")
def schedule_table(
    schedule: Schedule, *, caption: str = "", states: Mapping[int, tuple[str, str]] | None = None
) -> dict[str, Any]:
    """Every row of a schedule with its totals; ``states`` gives each row's number the kind and label of its tag."""
    rows = [(row, row.interest + row.fee, (states or {}).get(row.seq)) for row in schedule.rows]
    return {"schedule": schedule, "rows": rows, "caption": caption, "has_states": states is not None}


@register.filter
def first_input_id(field: BoundField) -> str:
    """The id that a link to this field has to name: of a group of choices, its first."""
    is_group = isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{field.auto_id}_0" if is_group else field.id_for_label or field.auto_id


@register.filter
def dressed(field: BoundField) -> SafeString:
    """The field's input, with the classes its kind and state call for."""
    return field.as_widget(attrs={"class": _classes(field)})


@register.filter
def dressed_option(option: BoundWidget, field: BoundField) -> SafeString:
    """One choice of a group, with the classes its state calls for."""
    option.data["attrs"]["class"] = _classes(field)
    return option.tag(wrap_label=False)


def _classes(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        kind = "form-check-input"
    else:
        kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return " ".join(filter(None, (kind, widget.attrs.get("class", ""), "is-invalid" if field.errors else "")))


def _amount_change(difference: Decimal, more: str, less: str) -> TermChange | None:
    if not difference:
        return None
    text = (more if difference > 0 else less) % plain_money(abs(difference))
    return TermChange(str(text), "heavier" if difference > 0 else "lighter")


def _instalment_change(before: Schedule, after: Schedule) -> TermChange | None:
    """By how much an instalment differs; both in full where they do not come equally often."""
    old, new = regular_instalment(before), regular_instalment(after)
    if before.terms.frequency == after.terms.frequency:
        return _amount_change(new - old, *_EACH_TIME[after.terms.frequency])
    told = {"old": _each_time(old, before), "new": _each_time(new, after)}
    return TermChange(_("now %(new)s; before %(old)s") % told, "neutral")


def _each_time(paid: Decimal, schedule: Schedule) -> str:
    return _("%(amount)s %(period)s") % {"amount": plain_money(paid), "period": period(schedule)}


def _length_change(before: Schedule, after: Schedule) -> TermChange | None:
    difference = len(after.rows) - len(before.rows)
    if not difference or before.terms.frequency != after.terms.frequency:
        return None
    number = {"count": count(abs(difference))}
    if after.terms.frequency != Frequency.MONTHLY:
        longer = ngettext("%(count)s instalment more", "%(count)s instalments more", abs(difference))
        shorter = ngettext("%(count)s instalment fewer", "%(count)s instalments fewer", abs(difference))
    else:
        longer = ngettext("%(count)s month longer", "%(count)s months longer", abs(difference))
        shorter = ngettext("%(count)s month shorter", "%(count)s months shorter", abs(difference))
    return TermChange((longer if difference > 0 else shorter) % number, "neutral")


def _ways_changed(before: PlanTerms, after: PlanTerms) -> list[TermChange]:
    pairs = ((before.frequency, after.frequency), (before.method, after.method))
    words = _("now: %(new)s; before: %(old)s")
    return [
        TermChange(words % {"new": METHODS[new], "old": METHODS[old]}, "neutral") for old, new in pairs if old != new
    ]


def _date_change(before: date, after: date, words: str) -> TermChange | None:
    return None if before == after else TermChange(words % plain_day(after), "neutral")
