"""What is on record: events, statements of the parties, quotes, agreements, documents, plans."""

from django.contrib import admin

from negotiation.admin.read_only import ReadOnlyAdmin, ReadOnlyInline
from negotiation.models import Agreement, Document, Event, EventStream, Instalment, Offer, Plan, Quote


class DocumentInline(ReadOnlyInline):
    model = Document
    fields = ("reference", "language", "is_governing", "sha256", "signature_profile", "sealed_at")
    show_change_link = False


class InstalmentInline(ReadOnlyInline):
    model = Instalment
    fields = ("seq", "due_date", "principal", "interest", "fee", "payment", "balance_after")
    show_change_link = False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("stream", "seq", "kind", "actor_kind", "actor_user", "at")
    list_filter = ("kind", "actor_kind", "at")
    list_select_related = ("stream", "actor_user")
    search_fields = ("stream__name",)
    ordering = ("-at",)


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


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("agreement", "account", "state", "down_payment", "started_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("agreement", "account")
    search_fields = ("agreement__reference", "account__reference")
    inlines = (InstalmentInline,)
