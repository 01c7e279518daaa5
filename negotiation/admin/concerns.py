"""What cardholders raised: the queue by the day of the answer, and the page on which one is read and answered."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from negotiation.admin.concern_forms import OUTCOMES, AnswerForm, LengthenForm
from negotiation.admin.events import event_words
from negotiation.admin.figures import due_words, state_tag, tag
from negotiation.admin.read_only import ReadOnlyAdmin
from negotiation.admin.refusals import told
from negotiation.domain.concerns import (
    OPEN_CONCERN_STATES,
    ConcernAction,
    ConcernKind,
    ConcernState,
    allowed_concern_actions,
    answer_day,
    next_concern_state,
)
from negotiation.domain.terms import Component
from negotiation.domain.workflow import ActorKind, TransitionNotAllowed
from negotiation.models import Concern, LedgerEntry
from negotiation.queries.concerns import concern_for_staff, disputed_entries, events_of_concern, others_of
from negotiation.queries.conflicts import is_debt_of
from negotiation.services import concerns
from negotiation.services.refusals import Refusal
from negotiation.services.wording import COMPONENTS

ANSWER = "negotiation.answer_concern"
SEES_PEOPLE = "negotiation.view_cardholder"
SOON = timedelta(days=3)
MOST_OTHERS = 10
WAITING, LATE, CLOSED, ALL = "waiting", "late", "closed", "all"
DESKS = {
    WAITING: gettext_lazy("To be answered"),
    LATE: gettext_lazy("Late"),
    CLOSED: gettext_lazy("Closed"),
    ALL: gettext_lazy("All"),
}
Action = Callable[[HttpRequest, Concern], "HttpResponse | None"]


class WaitingFilter(admin.SimpleListFilter):
    """Shows what waits for an answer unless something else is chosen."""

    title = gettext_lazy("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(DESKS.items())

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for desk, words in DESKS.items():
            address = changelist.get_query_string({self.parameter_name: desk})
            yield {"selected": desk == self.desk, "query_string": address, "display": words}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Concern]) -> QuerySet[Concern]:
        waiting = queryset.filter(state__in=OPEN_CONCERN_STATES)
        return {
            WAITING: waiting,
            LATE: waiting.filter(answer_by__lt=timezone.localdate()),
            CLOSED: queryset.exclude(state__in=OPEN_CONCERN_STATES),
            ALL: queryset,
        }[self.desk]

    @property
    def desk(self) -> str:
        value = self.value()
        return value if value in DESKS else WAITING


@admin.register(Concern)
class ConcernAdmin(ReadOnlyAdmin):
    """The most urgent first, so what is late stands on top."""

    list_display = ("reference", "kind", "due", "state_shown", "account", "raised_at")
    list_filter = (WaitingFilter, "kind", "state")
    list_select_related = ("account", "cardholder")
    search_fields = ("reference__istartswith", "account__reference__istartswith", "cardholder__source_id__istartswith")
    search_help_text = gettext_lazy("Reference, account or customer number")
    ordering = ("answer_by", "raised_at")

    class Media:
        css = {"all": ["css/concerns.css"]}

    @admin.display(description=gettext_lazy("answer by"), ordering="answer_by")
    def due(self, row: Concern) -> SafeString | str:
        return due_tag(row, timezone.now()) or "–"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Concern) -> SafeString:
        return state_tag(row)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        words = {"title": _("Disputes, complaints and requests"), "is_nav_sidebar_enabled": False}
        return super().changelist_view(request, words | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one concern."""
        return _concern_view(request, self, object_id)

    def get_urls(self) -> list[URLPattern]:
        actions = {"answer": posted(answer), "lengthen": posted(lengthen)}
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"negotiation_concern_{name}")
            for name, view in actions.items()
        ]
        return [*own, *super().get_urls()]


def due_tag(concern: Concern, now: datetime) -> SafeString | None:
    """How long the bank has, to the end of the last day; None if it has answered."""
    if not concern.is_open:
        return None
    due = timezone.make_aware(datetime.combine(concern.answer_by + timedelta(days=1), time()))
    kind = "overdue" if due <= now else "due" if due < now + SOON else "plain"
    return tag(kind, due_words(due, now))


@require_safe
def _concern_view(request: HttpRequest, model_admin: ConcernAdmin, object_id: str) -> HttpResponse:
    concern = _found(object_id)
    if not model_admin.has_view_permission(request, concern):
        raise PermissionDenied
    return concern_page(request, concern)


def concern_page(request: HttpRequest, concern: Concern, **begun: Any) -> HttpResponse:
    """What was raised, the account beside it, what may be done and what happened; ``begun`` is a form that was sent and not taken."""
    role, refusal = _role(request, concern)
    entries = disputed_entries(concern)
    is_own = is_debt_of(concern.cardholder, request.user)
    context = {
        **admin.site.each_context(request),
        "title": concern.reference,
        "opts": Concern._meta,
        "is_nav_sidebar_enabled": False,
        "concern": concern,
        "state_tag": state_tag(concern),
        "due_tag": due_tag(concern, timezone.now()),
        "is_shown": not is_own and (role is not None or request.user.has_perm(SEES_PEOPLE)),
        "why_not": refusal,
        "line": line_told(concern, entries),
        "entries": entries,
        "others": others_of(concern)[:MOST_OTHERS],
        "outcome": OUTCOMES[ConcernKind(concern.kind)].get(concern.outcome, ""),
        "components": _components(concern),
        "events": [(event, event_words(event.kind)) for event in events_of_concern(concern)],
        **_forms(concern, role),
    }
    return render(request, "admin/negotiation/concern/concern.html", context | begun)


def line_told(concern: Concern, entries: list[LedgerEntry]) -> str:
    """What a dispute is about, as staff name it; empty for every other kind."""
    if concern.kind != ConcernKind.DISPUTE:
        return ""
    if concern.component:
        return str(COMPONENTS[Component(concern.component)])
    if not concern.posting:
        return _("the account as a whole")
    if not entries:
        return concern.posting
    return f"{entries[0].get_kind_display()} · {entries[0].posting_date:%Y-%m-%d} · {concern.posting}"


def posted(action: Action) -> Callable[..., HttpResponse]:
    """A view that does one thing to a concern and returns to its page; a refusal is told there, nothing half done."""

    @require_POST
    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied
        answered = None
        try:
            answered = action(request, _found(str(pk)))
        except (Refusal, TransitionNotAllowed) as refusal:
            messages.warning(request, told(refusal))
        return answered or HttpResponseRedirect(reverse("admin:negotiation_concern_change", args=[pk]))

    return view


def answer(request: HttpRequest, concern: Concern) -> HttpResponse | None:
    form = AnswerForm(request.POST, kind=concern.kind)
    if not form.is_valid():
        return concern_page(request, concern, answer_form=form)
    concerns.answer_concern(concern=concern, staff=request.user, now=timezone.now(), **form.cleaned_data)
    messages.info(request, _("The answer is given. The cardholder is told that it is there."))
    return None


def lengthen(request: HttpRequest, concern: Concern) -> HttpResponse | None:
    form = LengthenForm(request.POST)
    if not form.is_valid():
        return concern_page(request, concern, lengthen_form=form)
    reason = form.cleaned_data["reason"]
    concerns.lengthen_concern(concern=concern, staff=request.user, reason=reason, now=timezone.now())
    messages.info(request, _("The answer may take longer. The cardholder is told why."))
    return None


def _found(object_id: str) -> Concern:
    try:
        return concern_for_staff(uuid.UUID(object_id))
    except (ValueError, Concern.DoesNotExist):
        raise Http404 from None


def _role(request: HttpRequest, concern: Concern) -> tuple[ActorKind | None, str]:
    """The role in which the person may answer; else why not, in words for somebody whose work it might have been."""
    if not request.user.has_perm(ANSWER):
        return None, ""
    try:
        return concerns.answering_actor(concern, request.user).kind, ""
    except Refusal as refusal:
        return None, told(refusal) if concern.is_open else ""


def _forms(concern: Concern, role: ActorKind | None) -> dict[str, Any]:
    if role is None:
        return {}
    allowed = allowed_concern_actions(ConcernState(concern.state), role)
    forms: dict[str, Any] = {}
    if ConcernAction.ANSWER in allowed:
        forms["answer_form"] = AnswerForm(kind=concern.kind)
    if ConcernAction.LENGTHEN in allowed and not concern.is_overdue(timezone.localdate()):
        forms |= {"lengthen_form": LengthenForm(), "longer": _longer(concern, role)}
    return forms


def _longer(concern: Concern, role: ActorKind) -> date:
    """The day of the answer if it takes longer."""
    state = next_concern_state(ConcernState(concern.state), ConcernAction.LENGTHEN, role)
    return answer_day(timezone.localdate(concern.raised_at), state)


def _components(concern: Concern) -> list[tuple[Any, Any]]:
    """What the account owes today, by component."""
    owed = concern.account.components.items() if concern.account else ()
    return [(COMPONENTS[component], amount) for component, amount in owed if amount]
