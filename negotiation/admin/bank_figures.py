"""The page of the bank's figures: the queue, how proposals fare and how long people wait, for a period that is asked for.

Counts and times. It compares no reviewers by money: people who collect may not be paid or assessed by what they bring in
(credit-card business rules of the Chinese regulator, article 66).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.bars import Bar, bars
from negotiation.admin.figure_words import duration, reviewer_rows, segment_rows
from negotiation.admin.read_only import ReadOnlyAdmin
from negotiation.admin.segment_words import DIMENSIONS, dimension_name, segment_name
from negotiation.admin.spreadsheets import csv_response
from negotiation.domain.figures import Period, PeriodRefused, Segment, Tally, grouped, total
from negotiation.models import Course
from negotiation.queries import figures

USUAL_DAYS = 30


class PeriodForm(forms.Form):
    """From which day to which, both included."""

    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("To (included)"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    period: Period

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                self.period = Period(typed["first"], typed["last"])
            except PeriodRefused:
                raise forms.ValidationError(
                    _("The period has to end after it begins, and within five years.")
                ) from None
        return typed


@dataclass(frozen=True, slots=True)
class Line:
    """One segment with what became of its proposals."""

    name: str
    tally: Tally

    @property
    def answer_time(self) -> str:
        return duration(self.tally.mean_answer_time)


@dataclass(frozen=True, slots=True)
class ReviewerLine:
    """One person's answers, with the mean wait in words."""

    tally: figures.ReviewerTally

    @property
    def wait(self) -> str:
        return duration(self.tally.mean_wait)


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows of one period; each part is counted when it is first shown."""

    period: Period
    now: datetime

    @cached_property
    def by_segment(self) -> list[tuple[Segment, Tally]]:
        return figures.tallies(period=self.period)

    @cached_property
    def all(self) -> Tally:
        return total(tally for _segment, tally in self.by_segment)

    @cached_property
    def reviewers(self) -> list[figures.ReviewerTally]:
        return figures.reviewers(period=self.period)

    @property
    def reviewer_lines(self) -> list[ReviewerLine]:
        return [ReviewerLine(tally) for tally in self.reviewers]

    @cached_property
    def queue(self) -> figures.QueueNow:
        return figures.queue_now(now=self.now)

    @property
    def queue_ages(self) -> list[Bar]:
        names = (_("up to 1 day"), _("1 to 2 days"), _("2 to 5 days"), _("more than 5 days"))
        queue = self.queue
        return bars(zip(names, (queue.age_1, queue.age_2, queue.age_3, queue.age_4), strict=True))

    @property
    def answer_times(self) -> list[Bar]:
        names = (_("up to 4 hours"), _("4 hours to 1 day"), _("1 to 2 days"), _("2 to 5 days"), _("more than 5 days"))
        return bars((name, getattr(self.all, f"answered_{number}")) for number, name in enumerate(names))

    @property
    def rounds(self) -> list[Bar]:
        names = (_("1 round"), _("2 rounds"), _("3 rounds"), _("4 rounds or more"))
        return bars((name, getattr(self.all, f"rounds_{number}")) for number, name in enumerate(names, 1))

    @property
    def outcomes(self) -> list[Bar]:
        counted = self.all
        return bars(
            (
                (_("Agreed at once, automatically"), counted.automatic),
                (_("Agreed: the bank accepted"), counted.bank_accepted),
                (_("Agreed: the cardholder accepted"), counted.cardholder_accepted),
                (_("Declined by the bank"), counted.declined),
                (_("Withdrawn by the cardholder"), counted.withdrawn),
                (_("Run out of time"), counted.expired),
                (_("Still open"), counted.open),
            )
        )

    def dimensions(self) -> Iterator[tuple[str, list[Line]]]:
        """The segments three times: by product, by total owed, by days past due."""
        for dimension in DIMENSIONS:
            groups = grouped(self.by_segment, attrgetter(dimension.value))
            yield dimension_name(dimension), [Line(segment_name(dimension, key), groups[key]) for key in groups]

    @property
    def mean_answer_time(self) -> str:
        return duration(self.all.mean_answer_time)


@admin.register(Course)
class BankFiguresAdmin(ReadOnlyAdmin):
    """One page and its downloads; there are no rows to open."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = _form(request)
        is_chosen = form.is_valid()
        context = {
            **self.admin_site.each_context(request),
            "is_nav_sidebar_enabled": False,
            "title": _("The bank's figures"),
            "opts": Course._meta,
            "form": form,
            "shown": _dashboard(form) if is_chosen else None,
            "query": request.GET.urlencode(),
        }
        return render(request, "admin/figures/dashboard.html", context, status=200 if is_chosen else 400)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"{name}.csv", self.admin_site.admin_view(view), name=f"negotiation_course_{name}")
            for name, view in (("segments", self.segments), ("reviewers", self.reviewers))
        ]
        listed = [route for route in super().get_urls() if route.name == "negotiation_course_changelist"]
        return own + listed

    def segments(self, request: HttpRequest) -> HttpResponse:
        """One row for each product, band of totals and range of days."""
        return self._download(request, "segments", lambda shown: segment_rows(shown.by_segment))

    def reviewers(self, request: HttpRequest) -> HttpResponse:
        """One row for each person who answered."""
        return self._download(request, "reviewers", lambda shown: reviewer_rows(shown.reviewers))

    def _download(self, request: HttpRequest, name: str, rows: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = _form(request)
        if not form.is_valid():
            return self.changelist_view(request)
        period = form.period
        return csv_response(f"{name}-{period.first}-{period.last}.csv", rows(_dashboard(form)))


def _form(request: HttpRequest) -> PeriodForm:
    """The period that was asked for; the last thirty days if none was."""
    today = timezone.localdate()
    usual = {"first": today - timedelta(days=USUAL_DAYS - 1), "last": today}
    return PeriodForm({name: request.GET.get(name) or day for name, day in usual.items()})


def _dashboard(form: PeriodForm) -> Dashboard:
    return Dashboard(form.period, timezone.now())
