"""The versions of the bank's limits: a list, a page each, and the addresses of the steps. Pages show; services change."""

from typing import Any

from django.contrib import admin
from django.db.models import IntegerField, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin import policy_pages, policy_steps
from negotiation.admin.four_eyes import addresses
from negotiation.admin.policy_pages import in_force
from negotiation.admin.policy_words import state_tag
from negotiation.admin.read_only import ReadOnlyAdmin
from negotiation.models import PolicyVersion


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """All versions, the newest first."""

    list_display = ("number", "name", "state_shown", "effective_from", "drafted_by", "published_by")
    list_display_links = ("number", "name")
    list_filter = ("state",)
    list_select_related = ("drafted_by", "published_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        """Every row knows which version is in force."""
        return super().get_queryset(request).annotate(in_force=Value(in_force(), output_field=IntegerField()))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Policies")} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one version."""
        if not object_id.isdecimal():
            raise Http404
        return policy_pages.version(request, int(object_id))

    def get_urls(self) -> list[URLPattern]:
        routes = {
            "<int:pk>/compare/": policy_pages.compare,
            "<int:pk>/replay/": policy_pages.replay,
            "<int:pk>/bands/<int:band>/": policy_pages.band,
            "<int:pk>/draft/": policy_steps.draft,
            "<int:pk>/settings/": policy_steps.settings,
            "<int:pk>/authority/": policy_steps.authority,
            "<int:pk>/bands/add/": policy_steps.add_band,
            "<int:pk>/bands/<int:band>/change/": policy_steps.change_band,
            "<int:pk>/bands/<int:band>/remove/": policy_steps.remove_band,
            "<int:pk>/publish/": policy_steps.publish,
            "<int:pk>/discard/": policy_steps.discard,
        }
        return addresses(self.admin_site, self.model, routes) + super().get_urls()

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: PolicyVersion) -> SafeString:
        return state_tag(row, row.in_force)
