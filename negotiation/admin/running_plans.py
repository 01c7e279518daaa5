"""Plans that run or have run: which are behind, which wait for a decision, and the page of one with where it really stands."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from negotiation.admin.events import event_words
from negotiation.admin.figures import state_tag, tag
from negotiation.admin.plan_forms import DeliveryForm, EndForm, ReopenForm
from negotiation.admin.read_only import ReadOnlyAdmin
from negotiation.admin.refusals import told
from negotiation.domain.standing import RowState
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE, TALKING_STATES, PlanState, TransitionNotAllowed
from negotiation.models import Plan
from negotiation.queries.agreements import plan_by_key, plan_to_decide
from negotiation.queries.events import events_of_plan
from negotiation.queries.standings import standing_of_plan
from negotiation.services import plan_ending
from negotiation.services.plan_keeping import OLDEST_FIGURES
from negotiation.services.refusals import Refusal

DECIDE = "negotiation.decide_negotiation"
ROWS = {
    RowState.PAID: ("good", gettext_lazy("Paid")),
    RowState.NOT_NEEDED: ("good", gettext_lazy("Settled early")),
    RowState.DUE_LATER: ("plain", gettext_lazy("Not yet due")),
    RowState.IN_GRACE: ("due", gettext_lazy("In grace")),
    RowState.MISSED: ("overdue", gettext_lazy("Missed")),
}
Action = Callable[[HttpRequest, Plan], "HttpResponse | None"]


class NeedFilter(admin.SimpleListFilter):
    """What somebody at the bank should look at."""

    title = gettext_lazy("needs a look")
    parameter_name = "need"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("behind", gettext_lazy("Behind")),
            ("undelivered", gettext_lazy("Notice not delivered")),
            ("decision", gettext_lazy("Days for making up are over")),
            ("announced", gettext_lazy("Will miss the next one")),
            ("stale", gettext_lazy("No figures for three days")),
            ("unpaid_again", gettext_lazy("Paid off, then unpaid again")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Plan]) -> QuerySet[Plan]:
        if self.value() == "unpaid_again":
            return queryset.filter(state=PlanState.COMPLETED, unpaid_again_on__isnull=False)
        newest = timezone.localdate() - OLDEST_FIGURES - timedelta(days=1)
        found = {
            "behind": Q(behind__gt=0),
            "undelivered": Q(state=PlanState.BREACHED, cure_until=None),
            "decision": Q(state=PlanState.BREACHED, cure_until__lte=F("figures_date")),
            "announced": Q(miss_announced__gt=F("paid_count")),
            "stale": Q(figures_date__lt=newest) | Q(figures_date=None),
        }.get(self.value() or "")
        return queryset.filter(found, state__in=PLAN_STATES_IN_FORCE) if found else queryset


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = (
        "agreement",
        "account",
        "state_shown",
        "paid_count",
        "behind",
        "cure_until",
        "figures_date",
        "started_at",
    )
    list_filter = (NeedFilter, "state")
    list_select_related = ("agreement", "account")
    search_fields = ("agreement__reference", "account__reference")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Plan) -> SafeString:
        return state_tag(row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one plan."""
        return _plan_view(request, self, object_id)

    def get_urls(self) -> list[URLPattern]:
        actions = {"end": posted(end), "delivered": posted(delivered), "reopen": posted(reopen)}
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"negotiation_plan_{name}")
            for name, view in actions.items()
        ]
        return [*own, *super().get_urls()]


@require_safe
def _plan_view(request: HttpRequest, model_admin: PlanAdmin, object_id: str) -> HttpResponse:
    try:
        plan = plan_by_key(uuid.UUID(object_id))
    except (ValueError, Plan.DoesNotExist):
        raise Http404 from None
    if not model_admin.has_view_permission(request, plan):
        raise PermissionDenied
    return plan_page(request, plan)


def plan_page(request: HttpRequest, plan: Plan, **begun: Any) -> HttpResponse:
    """Where the plan stands, what may be decided on it, what happened; ``begun`` is a form that was sent and not taken."""
    standing, decides = standing_of_plan(plan), request.user.has_perm(DECIDE)
    waits = plan.state == PlanState.BREACHED and plan.cure_until is None
    context = {
        **admin.site.each_context(request),
        "title": plan.agreement.reference,
        "opts": Plan._meta,
        "plan": plan,
        "state_tag": state_tag(plan),
        "standing": standing,
        "rows": [(row, tag(*ROWS[row.state])) for row in (standing.down_payment, *standing.rows) if row.amount],
        "end_form": EndForm() if decides and plan_ending.can_end(plan, standing) else None,
        "reopen_form": ReopenForm() if decides and plan_ending.can_reopen(plan, standing) else None,
        "delivery_form": DeliveryForm() if decides and waits else None,
        "events": [(event, event_words(event.kind)) for event in events_of_plan(plan)],
        "opening": plan.renegotiations.filter(state__in=TALKING_STATES).first(),
    }
    return render(request, "admin/negotiation/plan/plan.html", context | begun)


def posted(action: Action) -> Callable[..., HttpResponse]:
    """A view that does one thing to a locked plan and returns to its page; a refusal is told there, nothing half done."""

    @require_POST
    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        answer = None
        try:
            with plan_to_decide(pk) as plan:
                answer = action(request, plan)
        except Plan.DoesNotExist:
            raise Http404 from None
        except (Refusal, TransitionNotAllowed) as refusal:
            messages.warning(request, told(refusal))
        return answer or HttpResponseRedirect(reverse("admin:negotiation_plan_change", args=[pk]))

    return view


def end(request: HttpRequest, plan: Plan) -> HttpResponse | None:
    form = EndForm(request.POST)
    if not form.is_valid():
        return plan_page(request, plan, end_form=form)
    plan_ending.end_plan(plan=plan, reviewer=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
    messages.info(request, _("The plan is ended. The cardholder is told what this means and what they can do."))
    return None


def reopen(request: HttpRequest, plan: Plan) -> HttpResponse | None:
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return plan_page(request, plan, reopen_form=form)
    plan_ending.reopen_plan(plan=plan, reviewer=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
    messages.info(request, _("The plan is reopened and its settlement certificate withdrawn. The cardholder is told."))
    return None


def delivered(request: HttpRequest, plan: Plan) -> HttpResponse | None:
    form = DeliveryForm(request.POST)
    if not form.is_valid():
        return plan_page(request, plan, delivery_form=form)
    day = form.cleaned_data["delivered_on"]
    plan_ending.record_delivery(plan=plan, reviewer=request.user, day=day, now=timezone.now())
    messages.info(request, _("The days for making up count from that day."))
    return None
