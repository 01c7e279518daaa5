"""What the bank's feed brought: cardholders, accounts, statements, ledger, batches; and the jobs of the worker."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from negotiation.admin.figures import tag
from negotiation.admin.read_only import ReadOnlyAdmin, ReadOnlyInline
from negotiation.models import (
    CardAccount,
    Cardholder,
    Concern,
    ContactPreference,
    FeedBatch,
    Job,
    LedgerEntry,
    Statement,
)
from negotiation.queries.concerns import open_disputes_of


class AccountInline(ReadOnlyInline):
    model = CardAccount
    fields = ("reference", "product", "card_last4", "total", "oldest_unpaid_due_date")


class StatementInline(ReadOnlyInline):
    model = Statement
    fields = ("statement_date", "due_date", "opening_balance", "payments", "closing_balance", "minimum_payment")
    show_change_link = False


class LedgerInline(ReadOnlyInline):
    model = LedgerEntry
    fields = ("posting_date", "kind", "component", "amount", "rule", "base", "rate", "days")
    show_change_link = False


class ConcernInline(ReadOnlyInline):
    """What the cardholder queried or complained about; an open dispute marks the account."""

    model = Concern
    fields = ("reference", "kind", "state", "answer_by", "queried_amount", "raised_at")


class ContactPreferenceInline(ReadOnlyInline):
    """Who may see the cardholder may see how they ask to be reached."""

    model = ContactPreference
    fields = ("is_written_only", "channel", "hours", "language", "chosen_at")
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("negotiation.view_cardholder")


@admin.register(Cardholder)
class CardholderAdmin(ReadOnlyAdmin):
    """Contact data stay sealed here: staff see who a case belongs to, not how to reach them."""

    list_display = ("source_id", "language", "claimed_at")
    fields = ("source_id", "name", "language", "claimed_at")
    search_fields = ("source_id",)
    inlines = (ContactPreferenceInline, AccountInline)


@admin.register(CardAccount)
class CardAccountAdmin(ReadOnlyAdmin):
    list_display = ("reference", "product", "card_last4", "total", "oldest_unpaid_due_date", "as_of")
    list_filter = ("product",)
    search_fields = ("reference", "source_id")
    inlines = (ConcernInline, StatementInline, LedgerInline)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The mark of a dispute stands above everything else."""
        return ["disputed", *super().get_fields(request, obj)]

    @admin.display(description=_("in dispute"))
    def disputed(self, row: CardAccount) -> SafeString | str:
        until = [dispute.answer_by for dispute in open_disputes_of(row)]
        return tag("due", _("answer by %(day)s") % {"day": f"{min(until):%Y-%m-%d}"}) if until else "–"


@admin.register(FeedBatch)
class FeedBatchAdmin(ReadOnlyAdmin):
    list_display = ("batch_id", "sequence", "as_of", "row_count", "rejected_count", "imported_at")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "state", "attempts", "run_at", "finished_at", "last_error")
    list_filter = ("state", "kind")
