"""Steps that change a version of the limits: draft, change, publish, discard. Each is one service call; a refusal is told in words."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from negotiation.admin.authority_form import AuthorityForm
from negotiation.admin.authority_words import matrix_lines
from negotiation.admin.comparison import Comparison
from negotiation.admin.four_eyes import REFUSED, actor_of, back_to, require, take_step
from negotiation.admin.policy_forms import BandForm, DraftForm, SettingsForm, standing_fault
from negotiation.admin.policy_pages import in_force, page, readable
from negotiation.admin.policy_words import band_name, settings_of, told
from negotiation.domain.authority import EVERYTHING
from negotiation.domain.policy import Limits
from negotiation.models import PolicyVersion
from negotiation.services import policies


def _step(request: HttpRequest, version: PolicyVersion, change: Callable[[], Any], done: str) -> HttpResponse:
    return take_step(request, version, change, done=done, told=told)


@require_POST
@readable
def draft(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """A new draft with the settings and bands of this version."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Give the new draft a name and its first day."))
        return back_to(version)
    try:
        made = policies.draft_policy(
            actor=actor_of(request), based_on=version.limit_policy, now=timezone.now(), **form.cleaned_data
        )
    except REFUSED as refusal:
        messages.warning(request, told(refusal))
        return back_to(version)
    messages.info(
        request,
        _("Version %(number)s is drafted. Change what should change, then compare and replay it.")
        % {"number": made.number},
    )
    return back_to(made)


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def settings(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """The form of the settings that hold for all bands."""
    require(request, policies.VERSIONS, version, "change")
    form = SettingsForm(request.POST or None, initial=settings_of(version))
    if request.method != "POST" or not form.is_valid():
        return page(request, "settings.html", version, form=form, status=400 if form.errors else 200)
    typed = {name: value for name, value in form.cleaned_data.items() if value != getattr(version, name)}
    return _step(
        request,
        version,
        lambda: policies.change_settings(
            actor=actor_of(request), number=version.number, settings=typed, now=timezone.now()
        ),
        _("The settings are changed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def authority(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """The form of who decides alone and who with a second person."""
    require(request, policies.VERSIONS, version, "change")
    form = AuthorityForm(request.POST or None, lines=[row.line for row in version.authority.all()])
    if request.method != "POST" or not form.is_valid():
        fixed = matrix_lines([EVERYTHING])
        return page(request, "authority_form.html", version, form=form, fixed=fixed, status=400 if form.errors else 200)
    given = {"actor": actor_of(request), "number": version.number, "authority": form.authority, "now": timezone.now()}
    return _step(request, version, lambda: policies.change_authority(**given), _("Who decides is changed."))


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def add_band(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """The form of a new band; begins from another band of the draft if one is named."""
    require(request, policies.VERSIONS, version, "change")
    like = request.GET.get("like", "")
    row = version.bands.filter(pk=int(like)).first() if like.isdecimal() and len(like) < 10 else None
    form = BandForm(request.POST or None, band=row.limits if row else None, others=_limits(version))
    if request.method != "POST" or not form.is_valid():
        return _band_form(request, version, form, name=_("New band"))
    given = {"actor": actor_of(request), "number": version.number, "limits": form.limits, "now": timezone.now()}
    return _step(request, version, lambda: policies.add_band(**given), _("The band is added."))


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def change_band(request: HttpRequest, version: PolicyVersion, band: int) -> HttpResponse:
    """The form of one band."""
    require(request, policies.VERSIONS, version, "change")
    row = get_object_or_404(version.bands, pk=band)
    form = BandForm(request.POST or None, band=row.limits, others=_limits(version, but=band))
    if request.method != "POST" or not form.is_valid():
        return _band_form(request, version, form, name=band_name(row.limits), band=row)
    given = {"actor": actor_of(request), "number": version.number, "limits": form.limits, "now": timezone.now()}
    return _step(request, version, lambda: policies.change_band(band=band, **given), _("The band is changed."))


def _limits(version: PolicyVersion, but: int = 0) -> list[Limits]:
    return [row.limits for row in version.bands.all() if row.pk != but]


def _band_form(request: HttpRequest, version: PolicyVersion, form: BandForm, **context: Any) -> HttpResponse:
    return page(request, "band_form.html", version, form=form, status=400 if form.errors else 200, **context)


@require_POST
@readable
def remove_band(request: HttpRequest, version: PolicyVersion, band: int) -> HttpResponse:
    get_object_or_404(version.bands, pk=band)
    given = {"actor": actor_of(request), "number": version.number, "band": band, "now": timezone.now()}
    return _step(request, version, lambda: policies.remove_band(**given), _("The band is removed."))


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def publish(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """What would change, and the button that publishes it."""
    if request.method == "POST":
        given = {"actor": actor_of(request), "number": version.number, "now": timezone.now()}
        done = _("Version %(number)s is published. It can no longer be changed.") % {"number": version.number}
        return _step(request, version, lambda: policies.publish_policy(**given), done)
    require(request, policies.VERSIONS, version, "publish")
    old = None
    with suppress(PolicyVersion.DoesNotExist):
        old = PolicyVersion.objects.get(number=in_force())
    fault = standing_fault(version)
    comparison = Comparison(old, version) if old else None
    return page(request, "publish.html", version, old=old, comparison=comparison, fault=told(fault) if fault else "")


@require_POST
@readable
def discard(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    given = {"actor": actor_of(request), "number": version.number, "now": timezone.now()}
    return _step(request, version, lambda: policies.discard_policy(**given), _("The draft is discarded."))
