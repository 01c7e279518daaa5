"""Pages about the texts that change nothing: the list, one version, a comparison, and a sample as it would be printed."""

from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from negotiation.admin.four_eyes import Page
from negotiation.admin.text_comparison import Line, compared
from negotiation.admin.text_words import GROUPS, TITLES, state_tag, title_of, told
from negotiation.documents.content import Language
from negotiation.documents.text_language import TextRefused
from negotiation.documents.texts import PROOF_CONSENT, TEXTS, Wording, check_wording
from negotiation.models import TextVersion, VersionState
from negotiation.queries.texts import drafts, rows_in_force, unusable_texts, versions_of
from negotiation.services import texts
from negotiation.services.text_samples import sample_pdf, sample_values

TEMPLATES = "admin/negotiation/textversion/"


def readable(view: Page) -> Page:
    """For everybody who may see texts; the view is handed the version."""

    @wraps(view)
    def checked(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        require_reader(request)
        found = TextVersion.objects.select_related("drafted_by", "published_by").filter(name__in=TEXTS)
        return view(request, get_object_or_404(found, pk=pk), **kwargs)

    return checked


def require_reader(request: HttpRequest) -> None:
    """:raises PermissionDenied: if the person may not see texts."""
    if not request.user.has_perm("negotiation.view_textversion"):
        raise PermissionDenied


def page(request: HttpRequest, template: str, version: TextVersion, **context: Any) -> HttpResponse:
    """A page about the version, inside the admin."""
    status = context.pop("status", 200)
    shared = {
        **admin.site.each_context(request),
        "opts": TextVersion._meta,
        "version": version,
        "title": title_of(version),
        "is_printed": version.name != PROOF_CONSENT,
        "as_read": as_read(version) if version.name == PROOF_CONSENT else [],
        "may": texts.VERSIONS.steps(request.user, version),
    }
    return render(request, TEMPLATES + template, shared | context, status=status)


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text in the list: its title, the version in force, and the drafts that wait."""

    title: Any
    row: TextVersion | None
    drafts: list[TextVersion]


def overview(request: HttpRequest) -> HttpResponse:
    """Every text with its version in force, by document."""
    now = timezone.now()
    held, waiting = rows_in_force(at=now), list(drafts())
    groups = [
        (
            title,
            [ShownText(TITLES[name], held.get(name), [row for row in waiting if row.name == name]) for name in names],
        )
        for title, names in GROUPS
    ]
    context = {
        **admin.site.each_context(request),
        "opts": TextVersion._meta,
        "groups": groups,
        "unusable": [TITLES[name] for name in unusable_texts(at=now)],
        "may_draft": request.user.has_perm("negotiation.draft_text"),
    }
    return render(request, TEMPLATES + "list.html", context)


@require_safe
@readable
def version(request: HttpRequest, version: TextVersion) -> HttpResponse:
    """Both wordings, the steps that the person may take, and every version there was."""
    current = in_force(version)
    versions = list(versions_of(version.name))
    return page(
        request,
        "version.html",
        version,
        current=current,
        state_tag=state_tag(version, current),
        history=[(row, state_tag(row, current)) for row in versions],
        fault=standing_fault(version),
    )


@require_safe
@readable
def compare(request: HttpRequest, version: TextVersion) -> HttpResponse:
    """What is different from another version of the text; from the one in force if none is named."""
    other = request.GET.get("with", "")
    others = versions_of(version.name).exclude(pk=version.pk)
    old = get_object_or_404(others, pk=int(other)) if other.isdecimal() and len(other) < 10 else in_force(version)
    lines = comparison(old, version) if old else []
    return page(request, "compare.html", version, old=old, others=others, comparison=lines)


@require_safe
@readable
def preview(request: HttpRequest, version: TextVersion, language: str) -> HttpResponse:
    """The document of the text as the worker would print it, with invented figures."""
    if version.name == PROOF_CONSENT or language not in set(Language):
        raise Http404
    try:
        pdf = sample_pdf(version=version, language=Language(language), now=timezone.now())
    except TextRefused as refusal:
        raise Http404(told(refusal)) from refusal
    name = f"sample-{version.name}-{version.version}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def comparison(old: TextVersion, new: TextVersion) -> list[tuple[str, list[Line]]]:
    """The lines of both languages, the Chinese first."""
    return [("zh-Hans", compared(old.body_zh, new.body_zh)), ("en", compared(old.body_en, new.body_en))]


def in_force(version: TextVersion) -> TextVersion | None:
    """The version of the same text that is in force now."""
    return rows_in_force((version.name,), at=timezone.now()).get(version.name)


def standing_fault(version: TextVersion) -> str:
    """Why a draft could not be published yet, in words; empty if it could."""
    if version.state != VersionState.DRAFT:
        return ""
    try:
        check_wording(version.name, version.body_zh, version.body_en)
    except TextRefused as refusal:
        return told(refusal)
    return ""


def values_shown(name: str) -> list[tuple[str, str, str]]:
    """The values that the text may name, with what they stand for in the sample in both languages."""
    now = timezone.now()
    zh, en = (sample_values(name, language=language, now=now) for language in Language)
    return [(value, zh[value], en[value]) for value in TEXTS[name].values]


def as_read(version: TextVersion) -> list[tuple[str, str]]:
    """The words of a consent as people read them, in both languages; nothing while they cannot be used."""
    if standing_fault(version):
        return []
    wording, now = Wording(version.name, version.version, version.body_zh, version.body_en), timezone.now()
    return [
        (language.value, wording.words(language.value, sample_values(version.name, language=language, now=now)))
        for language in Language
    ]
