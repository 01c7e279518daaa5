"""What a member of staff types to answer what a cardholder raised, or to take longer. Whether they may is the service's."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.admin.typed import WordsField
from negotiation.domain.concerns import ConcernKind, Outcome
from negotiation.models import LengtheningReason
from negotiation.services.words import MOST_CHARACTERS

FOUND: dict[str, Promise] = {
    Outcome.UPHELD: _("Upheld"),
    Outcome.PARTLY: _("Upheld in part"),
    Outcome.NOT_UPHELD: _("Not upheld"),
}
DONE: dict[str, Promise] = {
    Outcome.UPHELD: _("Done"),
    Outcome.PARTLY: _("Done in part"),
    Outcome.NOT_UPHELD: _("Refused"),
}
OUTCOMES = {
    ConcernKind.DISPUTE: FOUND,
    ConcernKind.COMPLAINT: FOUND,
    ConcernKind.CORRECTION: DONE,
    ConcernKind.ERASURE: DONE,
}


class AnswerForm(forms.Form):
    prefix = "answer"
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, error_messages={"required": _("Choose an outcome.")}
    )
    words = WordsField(
        label=_("Answer to the cardholder"),
        help_text=_(
            "The cardholder reads exactly this: what was checked, what was found, what the bank does and by when. "
            "The page adds whom else they can ask."
        ),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 7, "maxlength": MOST_CHARACTERS}),
        error_messages={"required": _("Write the answer.")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(code.value, words) for code, words in OUTCOMES[ConcernKind(kind)].items()]


class LengthenForm(forms.Form):
    prefix = "lengthen"
    reason = forms.ChoiceField(
        label=_("Why it takes longer"),
        help_text=_("The cardholder is told."),
        choices=LengtheningReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
