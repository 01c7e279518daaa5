"""How the queue is divided: whose work it is, and how it stands against the promised time."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.models import Negotiation
from negotiation.queries.queue import Desk, Target, by_target, on_desk, products

DESKS: dict[Desk, Promise] = {
    Desk.WAITING: _("Waits for the bank"),
    Desk.MINE: _("Taken by me"),
    Desk.SECOND: _("Waits for a second approval"),
    Desk.UNREAD: _("New from the cardholder"),
    Desk.CARDHOLDER: _("With the cardholder"),
    Desk.ALL: _("All"),
}
TARGETS: dict[Target, Promise] = {
    Target.LATE: _("Late"),
    Target.SOON: _("Due within 24 hours"),
    Target.IN_TIME: _("Due later"),
}
_NOTHING: dict[Desk, tuple[Promise, Promise]] = {
    Desk.WAITING: (
        _("Nothing waits for the bank"),
        _("Every proposal has been answered. New ones appear here by themselves when the page is opened again."),
    ),
    Desk.MINE: (
        _("You have taken no case that waits for an answer"),
        _("Open a case of the queue and take it, so that nobody else works on it."),
    ),
    Desk.SECOND: (
        _("Nothing waits for a second approval"),
        _("Decisions above a reviewer's authority come here, for somebody else to confirm or send back."),
    ),
    Desk.UNREAD: (
        _("Every message is read and every document opened"),
        _("Cases appear here when their cardholder writes or attaches something, whoever has to act."),
    ),
    Desk.CARDHOLDER: (
        _("No cardholder has an answer or a signature to give"),
        _("Counter-offers that were made and agreements that are not signed yet appear here."),
    ),
    Desk.ALL: (_("No negotiations yet"), _("They appear here when a cardholder sends the first proposal.")),
}


class DeskFilter(admin.SimpleListFilter):
    """Shows what waits for the bank unless something else is chosen."""

    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Promise]]:
        return [(desk.value, words) for desk, words in DESKS.items()]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for desk, words in DESKS.items():
            address = changelist.get_query_string({self.parameter_name: desk.value})
            yield {"selected": desk == self.desk, "query_string": address, "display": words}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Negotiation]) -> QuerySet[Negotiation]:
        return on_desk(queryset, self.desk, reviewer=request.user)

    @property
    def desk(self) -> Desk:
        return desk_of(self.value())


class TargetFilter(admin.SimpleListFilter):
    title = _("promised time")
    parameter_name = "target"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Promise]]:
        return [(target.value, words) for target, words in TARGETS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Negotiation]) -> QuerySet[Negotiation]:
        value = self.value()
        if value not in set(Target):
            return queryset
        return by_target(queryset, Target(value), now=timezone.now())


class ProductFilter(admin.SimpleListFilter):
    title = _("product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(product, product) for product in products()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Negotiation]) -> QuerySet[Negotiation]:
        return queryset.filter(account__product=self.value()) if self.value() else queryset


def desk_of(value: str | None) -> Desk:
    """The desk of an address; an unknown one is what waits for the bank."""
    return Desk(value) if value in set(Desk) else Desk.WAITING


def empty_words(asked: Mapping[str, str]) -> tuple[Promise, Promise]:
    """What an empty queue means: nothing to do, or nothing that matches what was searched and filtered."""
    if set(asked) - {DeskFilter.parameter_name}:
        return _("Nothing matches"), _(
            "Change the search or the filters; the whole queue is one click away on the right."
        )
    return _NOTHING[desk_of(asked.get(DeskFilter.parameter_name))]
