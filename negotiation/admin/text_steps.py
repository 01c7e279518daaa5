"""Steps that change a text: draft, change, publish, discard. Each is one service call; a refusal is told in words."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from negotiation.admin.four_eyes import REFUSED, actor_of, back_to, require, take_step
from negotiation.admin.text_forms import WordsForm
from negotiation.admin.text_pages import (
    comparison,
    in_force,
    page,
    readable,
    require_reader,
    standing_fault,
    values_shown,
)
from negotiation.admin.text_words import WRITTEN, title_of, told
from negotiation.models import TextVersion
from negotiation.services import texts

_LIST = "admin:negotiation_textversion_changelist"


def _step(request: HttpRequest, version: TextVersion, change: Callable[[], Any], done: str) -> HttpResponse:
    return take_step(request, version, change, done=done, told=told)


@require_POST
def draft_supplied(request: HttpRequest) -> HttpResponse:
    """Drafts of the wordings that come with the project, for somebody else to publish."""
    require_reader(request)
    try:
        made = texts.draft_supplied_texts(actor=actor_of(request), now=timezone.now())
    except REFUSED as refusal:
        messages.warning(request, told(refusal))
        return redirect(_LIST)
    words = ngettext(
        "%(count)s draft is made. Somebody else has to publish it.",
        "%(count)s drafts are made. Somebody else has to publish them.",
        len(made),
    )
    messages.info(request, words % {"count": len(made)})
    return redirect(_LIST)


@require_POST
@readable
def draft(request: HttpRequest, version: TextVersion) -> HttpResponse:
    """A new draft with the words of this version; its drafter is shown the form of the words."""
    now = timezone.now()
    given = {"name": version.name, "zh": version.body_zh, "en": version.body_en}
    try:
        made = texts.draft_text(actor=actor_of(request), effective_from=timezone.localdate(now), now=now, **given)
    except REFUSED as refusal:
        messages.warning(request, told(refusal))
        return back_to(version)
    messages.info(
        request,
        _("%(text)s is drafted. Change its words, then compare and look at the sample.") % {"text": title_of(made)},
    )
    return redirect("admin:negotiation_textversion_words", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def words(request: HttpRequest, version: TextVersion) -> HttpResponse:
    """The form of both wordings."""
    require(request, texts.VERSIONS, version, "change")
    initial = {"zh": version.body_zh, "en": version.body_en, "effective_from": version.effective_from}
    form = WordsForm(request.POST or None, initial=initial, name=version.name)
    if request.method != "POST" or not form.is_valid():
        status = 400 if form.errors else 200
        shown = {"form": form, "values": values_shown(version.name), "written": WRITTEN}
        return page(request, "words.html", version, status=status, **shown)
    given = {"actor": actor_of(request), "pk": version.pk, "now": timezone.now()} | form.cleaned_data
    return _step(request, version, lambda: texts.change_text(**given), _("The words are saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@readable
def publish(request: HttpRequest, version: TextVersion) -> HttpResponse:
    """What would change, and the button that publishes it."""
    if request.method == "POST":
        given = {"actor": actor_of(request), "pk": version.pk, "now": timezone.now()}
        done = _("%(text)s is published. It can no longer be changed.") % {"text": title_of(version)}
        return _step(request, version, lambda: texts.publish_text(**given), done)
    require(request, texts.VERSIONS, version, "publish")
    old = in_force(version)
    lines = comparison(old, version) if old else []
    return page(request, "publish.html", version, old=old, comparison=lines, fault=standing_fault(version))


@require_POST
@readable
def discard(request: HttpRequest, version: TextVersion) -> HttpResponse:
    given = {"actor": actor_of(request), "pk": version.pk, "now": timezone.now()}
    return _step(request, version, lambda: texts.discard_text(**given), _("The draft is discarded."))
