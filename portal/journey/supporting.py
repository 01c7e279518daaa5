"""Documents that support what the cardholder says: attaching, opening and deleting them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from negotiation.domain import attachments as file_kinds
from negotiation.domain.attachments import CONTENT_TYPES, LARGEST_ATTACHMENT, SUFFIXES, FileKind, kind_of
from negotiation.domain.workflow import UNDECIDED_STATES
from negotiation.queries.attachments import attachment_for
from negotiation.queries.negotiations import negotiation_for
from negotiation.services import attachments
from negotiation.services.consent_words import Consent, proof_consent
from portal.journey.access import for_cardholder, page_of
from portal.journey.uploads import receives_file
from portal.journey.words import PROOFS

PRIVATE = "private, no-store"
ACCEPT = ",".join([*CONTENT_TYPES.values(), ".pdf,.jpg,.jpeg,.png,.heic"])
TOO_LARGE = gettext_lazy("The file is larger than 8 MB. A photo taken with a lower resolution is fine.")
FAULTS = {
    file_kinds.EmptyFile: gettext_lazy("The file is empty. Choose it again."),
    file_kinds.FileTooLarge: TOO_LARGE,
    file_kinds.UnknownFileKind: gettext_lazy("This is no PDF, JPEG, PNG or HEIC file. A photo of the paper is fine."),
    file_kinds.UnreadablePicture: gettext_lazy(
        "No picture can be read from this file. A new photo of the paper is fine."
    ),
    file_kinds.TooManyPixels: gettext_lazy("The picture is too large. A photo taken with a lower resolution is fine."),
    file_kinds.FileCutShort: gettext_lazy("The file is cut short, as after a broken download. Choose it again."),
}


class AttachForm(forms.Form):
    """One file, what it shows, and the separate consent to its use."""

    shows = forms.ChoiceField(
        label=gettext_lazy("What does it show?"),
        choices=list(PROOFS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the document shows.")},
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "A PDF or a photo (JPEG, PNG, HEIC), at most 8 MB. Cover what the bank need not see. "
            "Where and with what a photo was taken is removed from it; a PDF is kept as it is."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": gettext_lazy("Choose a file."), "missing": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, consent: Consent, **kwargs: Any) -> None:
        """``consent`` is what is asked for; its field is named after its version, so that a tick given to other words is none."""
        super().__init__(*args, **kwargs)
        self.consent_name = f"consent_{consent.version}"
        self.fields[self.consent_name] = forms.BooleanField(
            label=mark_safe(consent.words),  # noqa: S308 - the bank's own published text
            error_messages={"required": _("The bank may use the document only if you agree to it.")},
        )

    @property
    def consent(self) -> forms.BoundField:
        """The tick."""
        return self[self.consent_name]

    def clean_file(self) -> bytes:
        content = self.cleaned_data["file"].read()
        try:
            kind_of(content)
        except file_kinds.NotAnAttachment as refusal:
            raise ValidationError(FAULTS[type(refusal)]) from None
        return content


@for_cardholder
def _too_large(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """The file cannot be taken, and its request was not read."""
    words = {"title": _("The file is too large"), "text": TOO_LARGE, "link_text": _("See where things stand")}
    return render(request, "journey/refused.html", {"words": words, "back": page_of(request)}, status=413)


@require_http_methods(["GET", "HEAD", "POST"])
@receives_file(most=LARGEST_ATTACHMENT, too_large=_too_large)
@for_cardholder
def attach_document(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask for one file, then keep it and go back to the negotiation."""
    found = negotiation_for(cardholder=cardholder, reference=reference)
    consent = proof_consent(language=get_language() or "zh-hans", now=timezone.now())
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AttachForm(*typed, consent=consent)
    if form.is_valid() and _attach(cardholder, reference, form):
        messages.info(request, _("The document is with the bank."))
        return redirect("negotiation", reference)
    if found.state not in UNDECIDED_STATES:
        return redirect("negotiation", reference)
    return render(request, "journey/attach_document.html", {"negotiation": found, "form": form})


def _attach(cardholder: Any, reference: str, form: AttachForm) -> bool:
    """False if no picture could be read from the file; the form then says so."""
    try:
        attachments.attach(
            cardholder=cardholder,
            negotiation_reference=reference,
            content=form.cleaned_data["file"],
            shows=form.cleaned_data["shows"],
            has_consented=form.cleaned_data[form.consent_name],
            now=timezone.now(),
        )
    except file_kinds.NotAnAttachment as refusal:
        form.add_error("file", FAULTS[type(refusal)])
        return False
    return True


@require_safe
@for_cardholder
def supporting_document(request: HttpRequest, cardholder: Any, reference: str, supporting: str) -> HttpResponse:
    """The file as it is kept, to take away, never to be shown inside the site."""
    return as_download(_document(cardholder, reference, supporting))


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def delete_document(request: HttpRequest, cardholder: Any, reference: str, supporting: str) -> HttpResponse:
    """Ask once more, then delete the file."""
    found = _document(cardholder, reference, supporting)
    if request.method == "POST":
        attachments.delete(cardholder=cardholder, reference=found.reference, now=timezone.now())
        messages.info(request, _("The document is deleted."))
        return redirect("negotiation", reference)
    if found.negotiation.state not in UNDECIDED_STATES:
        return redirect("negotiation", reference)
    context = {"negotiation": found.negotiation, "shows": PROOFS[found.shows]}
    return render(request, "journey/delete_document.html", context)


def _document(cardholder: Any, reference: str, supporting: str) -> Any:
    found = attachment_for(cardholder=cardholder, reference=supporting)
    if found.negotiation.reference != reference:
        raise type(found).DoesNotExist
    return found


def as_download(document: Any) -> HttpResponse:
    """The bytes under a name that tells nothing, of the type that they were seen to be."""
    kind = FileKind(document.file_kind)
    return HttpResponse(
        attachments.content_of(document),
        content_type=CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{document.reference}.{SUFFIXES[kind]}"',
            "Cache-Control": PRIVATE,
            "X-Content-Type-Options": "nosniff",
        },
    )
