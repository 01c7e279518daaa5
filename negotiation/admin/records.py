"""What is on record: events, statements of the parties, quotes, agreements, documents."""

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from negotiation.admin.events import EVENTS, event_words
from negotiation.admin.read_only import ReadOnlyAdmin, ReadOnlyInline
from negotiation.models import Agreement, Document, Event, EventStream, Offer, Quote


class DocumentInline(ReadOnlyInline):
    """Documents without their bytes; the signed file is one click away for whoever may see documents."""

    model = Document
    fields = ("reference", "language", "is_governing", "sha256", "signature_profile", "sealed_at", "file")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).defer("content", "draft_content")

    @admin.display(description=_("file"))
    def file(self, row: Document) -> SafeString | str:
        if not row.sealed_at:
            return _("not signed yet")
        address = reverse("admin:negotiation_agreement_document", args=[row.agreement_id, row.pk])
        return format_html('<a href="{}">{} <span class="code">{}</span></a>', address, _("Signed PDF"), row.reference)


class EventKindFilter(admin.SimpleListFilter):
    title = _("what happened")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(EVENTS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("stream", "seq", "kind_shown", "actor_kind", "actor_user", "at")
    list_filter = (EventKindFilter, "actor_kind", "at")
    list_select_related = ("stream", "actor_user")
    search_fields = ("stream__name",)
    ordering = ("-at",)

    @admin.display(description=_("what happened"), ordering="kind")
    def kind_shown(self, row: Event) -> str:
        return event_words(row.kind)


@admin.register(EventStream)
class EventStreamAdmin(ReadOnlyAdmin):
    list_display = ("name", "length", "head")
    search_fields = ("name",)


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("negotiation", "seq", "kind", "party", "author", "made_at", "expires_at")
    list_filter = ("kind", "party")
    list_select_related = ("negotiation", "author")
    search_fields = ("negotiation__reference",)


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "account",
        "total_payment",
        "policy_version",
        "is_within_limits",
        "is_automatic",
        "created_at",
    )
    list_filter = ("is_within_limits", "is_automatic", "policy_version")
    list_select_related = ("account",)
    search_fields = ("reference", "account__reference")


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin):
    list_display = ("reference", "negotiation", "agreed_at", "signed_at", "sealed_at")
    list_select_related = ("negotiation",)
    search_fields = ("reference", "negotiation__reference")
    inlines = (DocumentInline,)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.document))
        address = path("<uuid:pk>/documents/<uuid:document>/", view, name="negotiation_agreement_document")
        return [address, *super().get_urls()]

    def document(self, request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
        """The signed file, byte for byte as it was issued, for staff who may see documents."""
        if not request.user.has_perms(["negotiation.view_agreement", "negotiation.view_document"]):
            raise PermissionDenied
        found = get_object_or_404(Document, pk=document, agreement=pk, sealed_at__isnull=False)
        response = HttpResponse(bytes(found.content), content_type="application/pdf")
        name = f"{found.kind.lower()}-{found.reference}-{found.language}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response
