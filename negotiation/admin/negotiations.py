"""The queue of negotiations and the page of one case. State and history are read-only; buttons call services."""

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from negotiation.admin import decisions, papers
from negotiation.admin.case import TARGET_TAGS, Case
from negotiation.admin.figures import due_words, news_tags, state_tag, tag, yuan
from negotiation.admin.filters import DeskFilter, ProductFilter, TargetFilter, empty_words
from negotiation.admin.page import SEES_PEOPLE, case_page
from negotiation.admin.read_only import ReadOnlyAdmin
from negotiation.models import Negotiation
from negotiation.queries.case import case
from negotiation.queries.claims import holder_of
from negotiation.queries.queue import cases, target_of

_STATUS_ONLY = ("case", "due", "state_shown", "rounds_shown", "taken_by")


@admin.register(Negotiation)
class NegotiationAdmin(ReadOnlyAdmin):
    """What waits for the bank, the most urgent first; staff who may not see people see only where each case stands."""

    list_display = (
        "case",
        "due",
        "state_shown",
        "news",
        "owed",
        "days_past_due",
        "hardship_reason",
        "rounds_shown",
        "taken_by",
    )
    list_display_links = ("case",)
    list_filter = (
        DeskFilter,
        TargetFilter,
        "hardship_reason",
        ProductFilter,
    )
    search_fields = (
        "reference__istartswith",
        "account__reference__istartswith",
        "account__source_id__istartswith",
        "cardholder__source_id__istartswith",
    )
    search_help_text = _("Reference, account number or customer number")
    ordering = ("answer_due_at", "submitted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Negotiation]:
        return cases()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return list(self.list_display if request.user.has_perm(SEES_PEOPLE) else _STATUS_ONLY)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return list(self.list_filter if request.user.has_perm(SEES_PEOPLE) else self.list_filter[:2])

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return list(self.search_fields if request.user.has_perm(SEES_PEOPLE) else self.search_fields[:1])

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        words = {"title": _("Queue"), "empty": empty_words(request.GET), "is_nav_sidebar_enabled": False}
        return super().changelist_view(request, words | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one case."""
        return _case_view(request, self, object_id)

    def get_urls(self) -> list[URLPattern]:
        actions = {
            "claim": decisions.posted(decisions.claim),
            "release": decisions.posted(decisions.release),
            "accept": decisions.posted(decisions.accept),
            "counter": decisions.posted(decisions.counter),
            "decline": decisions.posted(decisions.decline),
            "confirm": decisions.posted(decisions.confirm),
            "send-back": decisions.posted(decisions.send_back),
            "note": decisions.posted(decisions.add_note),
            "message": decisions.posted(decisions.write),
            "read": decisions.posted(decisions.read),
            "figures": decisions.figures,
        }
        own = [
            path(
                f"<uuid:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"negotiation_negotiation_{name.replace('-', '_')}",
            )
            for name, view in actions.items()
        ]
        opening = self.admin_site.admin_view(papers.open_paper)
        paper = path("<uuid:pk>/papers/<slug:paper>/", opening, name="negotiation_negotiation_paper")
        return [*own, paper, *super().get_urls()]

    @admin.display(description=_("reference"), ordering="reference")
    def case(self, row: Negotiation) -> SafeString:
        return format_html('<span class="code">{}</span>', row.reference)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, row: Negotiation) -> SafeString:
        return state_tag(row)

    @admin.display(description=_("new"), ordering=F("unread_since").asc(nulls_last=True))
    def news(self, row: Negotiation) -> SafeString | str:
        """What the cardholder sent that nobody at the bank has looked at."""
        return news_tags(row)

    @admin.display(description=_("answer due"), ordering="answer_due_at")
    def due(self, row: Negotiation) -> SafeString | str:
        now = timezone.now()
        target = target_of(row, now=now)
        return tag(TARGET_TAGS[target], due_words(row.answer_due_at, now)) if target else "–"

    @admin.display(description=_("owed"), ordering="account__total")
    def owed(self, row: Negotiation) -> SafeString:
        return format_html('<span class="money">{}</span>', yuan(row.account.total))

    @admin.display(description=_("days past due"), ordering="-account__oldest_unpaid_due_date")
    def days_past_due(self, row: Negotiation) -> int:
        return row.account.days_past_due(localdate(timezone.now()))

    @admin.display(description=_("reviewer"), ordering="assigned_to")
    def taken_by(self, row: Negotiation) -> str:
        """Whoever has the case now; a claim that has ended keeps nobody from taking it."""
        return str(row.assigned_to) if holder_of(row, now=timezone.now()) else "–"

    @admin.display(description=_("rounds"), ordering="rounds")
    def rounds_shown(self, row: Negotiation) -> int:
        return row.rounds


@require_safe
def _case_view(request: HttpRequest, model_admin: NegotiationAdmin, object_id: str) -> HttpResponse:
    try:
        found = case(uuid.UUID(object_id))
    except (ValueError, ValidationError, Negotiation.DoesNotExist):
        raise Http404 from None
    if not model_admin.has_view_permission(request, found):
        raise PermissionDenied
    return case_page(request, Case(found, request.user, timezone.now()))
