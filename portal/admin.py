"""The contact log for staff who may read what happened: every message, when, by which way, held back or sent. Read-only."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.http import HttpRequest

from portal.notices.models import Notice

# allauth's own list of addresses stays empty here: contact data come from the feed.
admin.site.unregister(EmailAddress)


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whoever may read events may read the contact log; nobody may write in it."""

    list_display = ("created_at", "cardholder", "template", "channel", "state", "reason", "sent_at")
    list_filter = ("state", "template", "channel")
    search_fields = ("cardholder__source_id",)
    list_select_related = ("cardholder",)
    list_per_page = 50
    show_full_result_count = False
    actions = None
    fields = (
        "created_at",
        "cardholder",
        "template",
        "channel",
        "state",
        "reason",
        "due_at",
        "sent_at",
        "message_id",
        "event",
        "instalment",
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("negotiation.view_event")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
