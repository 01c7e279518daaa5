"""What the pages of policies and of texts share: the steps of a draft, each one service call, and what is refused in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.documents.text_language import TextRefused
from negotiation.domain.policy_refused import PolicyRefused
from negotiation.domain.workflow import ActorKind
from negotiation.models import VersionState
from negotiation.models.four_eyes import FourEyes
from negotiation.services import four_eyes
from negotiation.services.events import Actor

Page = Callable[..., HttpResponse]
REFUSED = (four_eyes.ChangeRefused, PolicyRefused, TextRefused)
WORDS: dict[type[Exception], Promise] = {
    four_eyes.MayNotChange: _("Your role does not cover this step. A policy manager can take it."),
    four_eyes.NotADraft: _(
        "This version is no draft any more, so nothing was changed. Draft a new version from it instead."
    ),
    four_eyes.NotTheDrafter: _(
        "Only the person who drafted this version changes it, so that everybody else may publish it. Draft a version of your own."
    ),
    four_eyes.PublisherIsDrafter: _("You drafted this version, so somebody else has to publish it."),
    four_eyes.EffectiveDateInThePast: _(
        "This version would begin in the past. Its drafter has to choose today or a later day first."
    ),
}
TAGS = {VersionState.DRAFT.value: "due", VersionState.PUBLISHED.value: "good", VersionState.DISCARDED.value: "plain"}


def actor_of(request: HttpRequest) -> Actor:
    return Actor(ActorKind.POLICY_MANAGER, request.user)  # type: ignore[arg-type]


def require(request: HttpRequest, versions: four_eyes.Versions[Any], version: FourEyes, step: str) -> None:
    """Whoever has no button for the step is not shown its form.

    :raises PermissionDenied:
    """
    if not versions.steps(request.user, version)[step]:
        raise PermissionDenied


def back_to(version: FourEyes) -> HttpResponse:
    """The version's page."""
    return redirect(f"admin:negotiation_{version._meta.model_name}_change", version.pk)


def take_step(
    request: HttpRequest, version: FourEyes, change: Callable[[], Any], *, done: str, told: Callable[[Exception], str]
) -> HttpResponse:
    """One service call; back to the version with what was done or, by ``told``, why not."""
    try:
        change()
    except REFUSED as refusal:
        messages.warning(request, told(refusal))
    else:
        messages.info(request, done)
    return back_to(version)


def addresses(site: admin.AdminSite, model: type[FourEyes], routes: Mapping[str, Page]) -> list[URLPattern]:
    """The pages and steps below the list of a model, named after their views."""
    prefix = f"negotiation_{model._meta.model_name}"
    return [path(route, site.admin_view(view), name=f"{prefix}_{view.__name__}") for route, view in routes.items()]
