"""The texts of documents and consents: a list, a page each version, and the addresses of the steps. Pages show; services change."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from negotiation.admin import text_pages, text_steps
from negotiation.admin.four_eyes import addresses
from negotiation.admin.read_only import ReadOnlyAdmin
from negotiation.models import TextVersion


@admin.register(TextVersion)
class TextVersionAdmin(ReadOnlyAdmin):
    """Not a list of rows: every text there is, with the version in force."""

    @method_decorator(require_safe)
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        text_pages.require_reader(request)
        return text_pages.overview(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one version."""
        if not object_id.isdecimal():
            raise Http404
        return text_pages.version(request, int(object_id))

    def get_urls(self) -> list[URLPattern]:
        routes = {
            "supplied/": text_steps.draft_supplied,
            "<int:pk>/compare/": text_pages.compare,
            "<int:pk>/sample/<slug:language>/": text_pages.preview,
            "<int:pk>/draft/": text_steps.draft,
            "<int:pk>/words/": text_steps.words,
            "<int:pk>/publish/": text_steps.publish,
            "<int:pk>/discard/": text_steps.discard,
        }
        return addresses(self.admin_site, self.model, routes) + super().get_urls()
