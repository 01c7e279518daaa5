"""The public page that says whether a document is genuine and still in force, to anybody who holds it.

The file is looked at in memory and forgotten; no personal data is shown.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from negotiation.queries.verification import (
    LARGEST_FILE,
    CheckedDocument,
    Reason,
    Standing,
    check_document,
    issued_agreement,
)
from portal.journey.uploads import receives_file

STANDINGS = {
    Standing.CURRENT: (_("In force"), "good", _("The agreement is in force.")),
    Standing.SUPERSEDED: (
        _("Superseded"),
        "due",
        _("A newer agreement has taken its place; this one no longer applies."),
    ),
    Standing.COMPLETED: (_("Completed"), "good", _("Everything under this agreement has been paid.")),
    Standing.WITHDRAWN: (
        _("Withdrawn"),
        "overdue",
        _("The bank has withdrawn this certificate, because a payment was returned. Do not rely on it."),
    ),
    Standing.CANCELLED: (_("Ended"), "overdue", _("The agreement has ended and is no longer carried out.")),
}

REFUSALS = {
    Reason.TOO_LARGE: (
        _("The file is too large"),
        _("The bank's documents are smaller than 10 MB. Choose the PDF as you downloaded it."),
    ),
    Reason.NOT_A_PDF: (
        _("The file is not a PDF"),
        _("Choose the PDF itself, not a photograph, a scan or a print of it."),
    ),
    Reason.ENCRYPTED: (
        _("The file is encrypted"),
        _("The bank never encrypts its documents. Choose the PDF as you downloaded it."),
    ),
    Reason.NOT_SIGNED: (
        _("The file carries no signature"),
        _(
            "A signed agreement carries the bank's digital signature. A print, a scan, or a draft has none and proves nothing."
        ),
    ),
    Reason.ALTERED: (
        _("The file was altered"),
        _("What it says is no longer what the bank signed. Do not rely on it."),
    ),
    Reason.CHANGED_AFTER_SIGNING: (
        _("Something was added after the bank signed"),
        _("The signed part is inside the file, but what you see may differ from it. Do not rely on it."),
    ),
    Reason.UNKNOWN_SIGNER: (
        _("It is not the bank's signature"),
        _("The file is signed by somebody else, whatever name the signature bears. Do not rely on it."),
    ),
    Reason.CERTIFICATE_EXPIRED: (
        _("The signature cannot be dated"),
        _("The bank's certificate has expired since, and this copy is not in the bank's records."),
    ),
    Reason.CERTIFICATE_REVOKED: (
        _("The certificate was revoked"),
        _("The bank has withdrawn the certificate with which this file was signed. Do not rely on it."),
    ),
    Reason.TIMESTAMP_REVOKED: (
        _("The signature cannot be dated"),
        _(
            "The authority that stamped it with the time has been withdrawn, and this copy is not in the bank's records."
        ),
    ),
    Reason.UNREADABLE: (
        _("The signature cannot be read"),
        _("The file is damaged. Choose the PDF as you downloaded it."),
    ),
}
EMPTY = (
    _("The file is empty"),
    _("It may not have been downloaded to its end. Download it again, then choose it here."),
)
NOT_RECORDED = (
    _("This copy is not in the bank's records"),
    _(
        "The bank's signature on it is sound, but the file differs from every one that the bank has issued. Do not rely on it."
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What the page says about a file; ``standing`` is of the agreement that it records."""

    is_genuine: bool
    title: Any
    text: Any
    checked: CheckedDocument | None = None
    standing: tuple[Any, str, Any] | None = None
    is_another: bool = False

    @property
    def notice(self) -> str:
        """The kind of notice: done only for a genuine document that nothing has replaced or ended."""
        if not self.is_genuine or self.is_another:
            return "warning"
        return "done" if self.standing and self.standing[1] == "good" else "info"


class VerifyForm(forms.Form):
    """One file."""

    document = forms.FileField(
        label=_("The PDF"),
        help_text=_("Drop it here, or choose it."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a PDF file.")},
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf", "class": "drop-here"}),
    )

    def clean(self) -> dict[str, Any]:
        """One answer is about one file: of several that were sent none is looked at."""
        if len(self.files.getlist("document")) > 1:
            self.add_error("document", _("Choose one file at a time."))
        return self.cleaned_data


def _too_large(request: HttpRequest, reference: str | None = None) -> HttpResponse:
    return _page(request, reference, VerifyForm(), Result(False, *REFUSALS[Reason.TOO_LARGE]), status=413)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@receives_file(most=LARGEST_FILE, too_large=_too_large)
def verify(request: HttpRequest, reference: str | None = None) -> HttpResponse:
    """Ask for a file, or say what was found out about one. Nothing of it reaches a disk."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    if not form.is_valid():
        return _page(request, reference, form, None)
    content = form.cleaned_data["document"].read()
    if not content:
        return _page(request, reference, VerifyForm(), Result(False, *EMPTY))
    checked = check_document(content, now=timezone.now())
    return _page(request, reference, VerifyForm(), result_of(checked, reference))


def result_of(checked: CheckedDocument, reference: str | None) -> Result:
    """The words for an answer; ``reference`` is that of the QR code, if the reader came by one."""
    verification = checked.verification
    if not verification.valid:
        return Result(False, *REFUSALS[verification.reason])
    standing = STANDINGS[checked.standing] if checked.standing else None
    if not checked.is_recorded:
        return Result(False, *NOT_RECORDED, checked=checked, standing=standing)
    return Result(
        True,
        _("The document is genuine"),
        _("The bank signed it, and nothing in it has been changed since."),
        checked=checked,
        standing=standing,
        is_another=reference is not None and reference != verification.reference,
    )


def _page(
    request: HttpRequest, reference: str | None, form: VerifyForm, result: Result | None, status: int = 200
) -> HttpResponse:
    issued = issued_agreement(reference) if reference else None
    context = {
        "form": form,
        "result": result,
        "reference": reference,
        "issued": issued,
        "issued_standing": STANDINGS[issued.standing] if issued else None,
    }
    return render(request, "journey/verify.html", context, status=status)
