"""Pages about a version of the limits that change nothing: the version, one band, a comparison, a replay."""

from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from negotiation.admin.authority_words import matrix_lines
from negotiation.admin.comparison import Comparison
from negotiation.admin.four_eyes import Page
from negotiation.admin.policy_forms import DraftForm, standing_fault
from negotiation.admin.policy_words import ShownBand, band_name, limit_lines, setting_lines, state_tag, told
from negotiation.admin.replays import AMOUNTS, shown_replay
from negotiation.models import PolicyVersion, VersionState
from negotiation.queries.policies import NoPolicyInForce, policy_in_force
from negotiation.services import policies

TEMPLATES = "admin/negotiation/policyversion/"


def readable(view: Page) -> Page:
    """For everybody who may see policies; the view is handed the version."""

    @wraps(view)
    def checked(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("negotiation.view_policyversion"):
            raise PermissionDenied
        found = PolicyVersion.objects.select_related("drafted_by", "published_by")
        return view(request, get_object_or_404(found, pk=pk), **kwargs)

    return checked


def page(request: HttpRequest, template: str, version: PolicyVersion, **context: Any) -> HttpResponse:
    """A page about the version, inside the admin."""
    status = context.pop("status", 200)
    shared = {
        **admin.site.each_context(request),
        "opts": PolicyVersion._meta,
        "version": version,
        "title": f"{version.number} · {version.name}",
        "may": policies.VERSIONS.steps(request.user, version),
        "is_nav_sidebar_enabled": False,
    }
    return render(request, TEMPLATES + template, shared | context, status=status)


@require_safe
@readable
def version(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """Settings, bands and authority, and the steps that the person may take."""
    current = in_force()
    fault = standing_fault(version) if version.state == VersionState.DRAFT else None
    return page(
        request,
        "version.html",
        version,
        settings=setting_lines(version),
        bands=[(row.pk, ShownBand(row.limits)) for row in version.bands.all()],
        authority=matrix_lines(row.line for row in version.authority.all()),
        fault=told(fault) if fault else "",
        draft_form=DraftForm(initial={"effective_from": timezone.localdate()}),
        others=PolicyVersion.objects.exclude(pk=version.pk),
        in_force=current,
        state_tag=state_tag(version, current),
    )


@require_safe
@readable
def band(request: HttpRequest, version: PolicyVersion, band: int) -> HttpResponse:
    """Every limit of one band."""
    row = get_object_or_404(version.bands, pk=band)
    return page(request, "band.html", version, band=row, name=band_name(row.limits), lines=limit_lines(row.limits))


@require_safe
@readable
def compare(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """What is different from another version; from the one in force if none is named."""
    other = request.GET.get("with", "")
    number = int(other) if other.isdecimal() and len(other) < 10 else in_force()
    old = get_object_or_404(PolicyVersion, number=number)
    others = PolicyVersion.objects.exclude(pk=version.pk)
    return page(request, "compare.html", version, old=old, others=others, comparison=Comparison(old, version))


@require_safe
@readable
def replay(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """What the version would have said to the newest proposals, beside the version in force."""
    fault = standing_fault(version)
    if fault:
        return page(request, "replay.html", version, fault=told(fault))
    latest = request.GET.get("latest", "")
    number = int(latest) if latest in {str(amount) for amount in AMOUNTS} else AMOUNTS[0]
    try:
        current = policy_in_force(at=timezone.now())
    except NoPolicyInForce:
        current = version.limit_policy
    shown = shown_replay(current, version.limit_policy, latest=number)
    return page(request, "replay.html", version, shown=shown, amounts=AMOUNTS, latest=number)


def in_force() -> int | None:
    """The number of the version in force now; None if there is none."""
    try:
        return policy_in_force(at=timezone.now()).version
    except NoPolicyInForce:
        return None
