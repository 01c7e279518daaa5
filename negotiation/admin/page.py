"""The page of one case, with whichever form a reviewer has begun. Changes nothing."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from negotiation.admin.case import Case
from negotiation.admin.forms import (
    AcceptForm,
    CounterForm,
    DecisionForm,
    DeclineForm,
    MessageForm,
    NoteForm,
    SendBackForm,
)
from negotiation.admin.plans import Drafted
from negotiation.admin.refusals import ways_told
from negotiation.domain.bad_input import BadInput
from negotiation.models import Negotiation
from negotiation.queries.concerns import open_disputes_of

TEMPLATES = "admin/negotiation/negotiation/"
SEES_PEOPLE = "negotiation.view_cardholder"


def case_page(request: HttpRequest, shown: Case, *, unsent: str = "", **begun: Any) -> HttpResponse:
    """The page with everything about the case; on one's own, and for staff who may not see people, only where it stands."""
    context = {
        **admin.site.each_context(request),
        "title": shown.negotiation.reference,
        "opts": Negotiation._meta,
        "case": shown,
        "negotiation": shown.negotiation,
        "unsent": unsent,
        "disputes": list(open_disputes_of(shown.negotiation.account)),
        "is_nav_sidebar_enabled": False,
    }
    if shown.is_own or not request.user.has_perm(SEES_PEOPLE):
        return render(request, TEMPLATES + "status.html", context)
    return render(request, TEMPLATES + "case.html", context | _forms(shown, begun))


def drafted(shown: Case, form: CounterForm) -> Drafted | None:
    """The plan that the form describes; None if what was typed makes no sense."""
    if not form.is_valid():
        return None
    try:
        return shown.table.drafted(form.wish(), form.charged())
    except BadInput:
        form.add_error(None, _("No plan follows from these terms. Check the day, the number and the amounts."))
        return None


def figures_of(shown: Case, form: CounterForm) -> dict[str, Any]:
    """What the part with the figures of a counter-offer shows."""
    plan = drafted(shown, form)
    worse = shown.worse_ways(plan.plan) if plan and plan.plan else ()
    return {
        "case": shown,
        "typed": form,
        "drafted": plan,
        "worse": ways_told(worse),
        "standing": shown.standing_of(plan.plan) if plan and plan.plan else None,
    }


def _forms(shown: Case, begun: dict[str, Any]) -> dict[str, Any]:
    """Every form the person may use, begun or fresh; the counter-offer's with its figures."""
    seen = {"seen": shown.seen}
    fresh = {
        "accept_form": AcceptForm(initial=seen),
        "decline_form": DeclineForm(initial=seen),
        "confirm_form": DecisionForm(initial=seen),
        "send_back_form": SendBackForm(initial=seen),
        "message_form": MessageForm(),
        "note_form": NoteForm(),
    }
    forms = fresh | begun | {"begun": next(iter(begun), "")}
    if not shown.can_counter:
        return forms
    counter = begun.get("counter_form") or _fresh_counter(shown)
    return forms | {"counter_form": counter} | figures_of(shown, counter if counter.is_bound else _as_typed(shown))


def _fresh_counter(shown: Case) -> CounterForm:
    return CounterForm(initial=_start(shown), table=shown.table)


def _as_typed(shown: Case) -> CounterForm:
    """The fresh form as if it had been sent, to show what it describes."""
    return CounterForm({name: str(value) for name, value in _start(shown).items()}, table=shown.table)


def _start(shown: Case) -> dict[str, Any]:
    terms = shown.sent_back.terms if shown.sent_back else shown.table.start(shown.plan.terms)
    return shown.table.form_values(terms) | {"seen": shown.seen}
