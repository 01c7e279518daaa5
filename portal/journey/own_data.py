"""What the bank holds about a person here: to see in plain words, to take with them, to have corrected or deleted.

Personal information law (个人信息保护法), articles 44 to 50.
"""

import hashlib
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from negotiation.domain.complaints import ANSWER_DAYS, Difficulty
from negotiation.domain.concerns import ConcernKind
from negotiation.domain.workflow import UNDECIDED_STATES
from negotiation.queries.concerns import concerns_of
from negotiation.queries.own_data import agreements_of, attachments_of, cards_of, deleted_on, negotiations_of
from negotiation.services.concerns import raise_concern
from negotiation.services.consent_words import consents_given
from negotiation.services.own_files import record_export
from negotiation.services.words import MOST_CHARACTERS
from portal.accounts import step_up
from portal.accounts.contacts import masked_email, masked_phone
from portal.journey.access import for_cardholder
from portal.journey.codes import CodeForm, say_spent, send_code_for, used_code
from portal.journey.contact_preferences import contact_words
from portal.journey.fields import WordsField, typed
from portal.journey.own_data_file import own_data_file
from portal.journey.words import CONCERNS, PROOFS
from portal.notices.models import Notice, NoticeState

PRIVATE = "private, no-store"
ABOUT_DATA = (ConcernKind.CORRECTION, ConcernKind.ERASURE)


class RequestForm(forms.Form):
    """A few sentences about what is wrong, or what should go."""

    words = WordsField(
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Write a few words, so that the bank knows what to check."),
            "max_length": gettext_lazy("At most %(limit_value)d characters, please; these are %(show_value)d."),
        },
    )

    def __init__(self, *args: Any, label: str, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = label, hint


@require_safe
@for_cardholder
def my_data(request: HttpRequest, cardholder: Any) -> HttpResponseBase:
    """One page: who you are here, what there is of you, what you agreed to, who sees it and how long it stays."""
    sent = Notice.objects.filter(cardholder=cardholder, state=NoticeState.SENT).order_by("-sent_at")
    about_data = [concern for concern in concerns_of(cardholder) if concern.kind in ABOUT_DATA]
    context = {
        "cardholder": cardholder,
        "email": masked_email(cardholder.email) if cardholder.email else "",
        "phone": masked_phone(cardholder.phone) if cardholder.phone else "",
        "last_sign_in": request.user.last_login,  # type: ignore[union-attr]
        "contact": contact_words(cardholder),
        "cards": list(cards_of(cardholder=cardholder)),
        "negotiations": list(negotiations_of(cardholder=cardholder)),
        "agreements": list(agreements_of(cardholder=cardholder)),
        "papers": _papers(cardholder),
        "consents": _consents(cardholder),
        "sent_count": sent.count(),
        "last_sent": sent.first(),
        "requests": [(concern, CONCERNS[concern.kind]) for concern in about_data],
        "kept_days": settings.PROOF_KEPT_DAYS,
    }
    return render(request, "journey/my_data.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def export_data(request: HttpRequest, cardholder: Any) -> HttpResponseBase:
    """Send a code for it, then hand everything out as one file."""
    if request.method == "POST" and request.POST.get("action") == "send":
        send_code_for(request, step_up.CodePurpose.EXPORT, _subject(cardholder))
        return redirect("export_data")
    form = CodeForm(typed(request))
    code = _used(request, cardholder, form) if form.is_valid() else None
    return _handed_out(cardholder, code) if code else render(request, "journey/export_data.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def correct_data(request: HttpRequest, cardholder: Any) -> HttpResponseBase:
    """Ask the bank to correct what is wrong."""
    form = RequestForm(
        typed(request),
        label=_("What is wrong, and what is right?"),
        hint=_("For example a name, an address for messages, or an amount. No card numbers or passwords."),
    )
    if form.is_valid():
        return _requested(request, cardholder, ConcernKind.CORRECTION, form)
    return render(request, "journey/correct_data.html", {"form": form, "days": ANSWER_DAYS[Difficulty.SIMPLE]})


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def erase_data(request: HttpRequest, cardholder: Any) -> HttpResponseBase:
    """Say what goes by itself, what must stay and why; ask the bank to delete the rest."""
    form = RequestForm(
        typed(request),
        label=_("What should be deleted?"),
        hint=_("The bank deletes what no law makes it keep, and tells you of the rest why it stays."),
    )
    if form.is_valid():
        return _requested(request, cardholder, ConcernKind.ERASURE, form)
    context = {
        "form": form,
        "papers": _papers(cardholder),
        "kept_days": settings.PROOF_KEPT_DAYS,
        "days": ANSWER_DAYS[Difficulty.SIMPLE],
    }
    return render(request, "journey/erase_data.html", context)


def _papers(cardholder: Any) -> list[dict[str, Any]]:
    """What the person attached: what it shows, when it goes by itself, and whether they may delete it now."""
    return [
        {
            "paper": paper,
            "shows": PROOFS[paper.shows],
            "deleted_on": deleted_on(paper),
            "can_delete": paper.negotiation.state in UNDECIDED_STATES,
        }
        for paper in attachments_of(cardholder=cardholder)
    ]


def _consents(cardholder: Any) -> list[dict[str, Any]]:
    """What was ticked together, together."""
    given = consents_given(cardholder=cardholder, language=get_language() or "zh-hans")
    ticked = groupby(given, key=lambda one: (one.about, one.given_at))
    return [{"about": about, "at": at, "given": list(together)} for (about, at), together in ticked]


def _subject(cardholder: Any) -> str:
    """What the code confirms: that this person takes their data."""
    return hashlib.sha256(f"own data of {cardholder.pk}".encode()).hexdigest()


def _used(request: HttpRequest, cardholder: Any, form: CodeForm) -> str | None:
    try:
        return used_code(request, step_up.CodePurpose.EXPORT, _subject(cardholder), form)
    except step_up.CodeSpent:
        say_spent(form)
        return None


def _handed_out(cardholder: Any, code: str) -> HttpResponseBase:
    """The file under a name that tells nothing, kept by nobody on the way."""
    now = timezone.now()
    file = own_data_file(cardholder=cardholder, now=now)
    record_export(cardholder=cardholder, step_up=code, sha256=file.sha256, left_out=len(file.left_out), now=now)
    name = f"my-data-{timezone.localdate(now).isoformat()}.zip"
    headers = {"Cache-Control": PRIVATE, "X-Content-Type-Options": "nosniff"}
    return FileResponse(
        file.content, as_attachment=True, filename=name, content_type="application/zip", headers=headers
    )


def _requested(request: HttpRequest, cardholder: Any, kind: ConcernKind, form: RequestForm) -> HttpResponseBase:
    words, now = form.cleaned_data["words"], timezone.now()
    concern = raise_concern(cardholder=cardholder, kind=kind, words=words, now=now)
    messages.info(request, _("The bank has your request. A receipt is on its way to you."))
    return redirect("concern", concern.reference)
