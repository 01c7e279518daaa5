"""What a policy manager types: both wordings of a text, and the first day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from negotiation.admin.text_words import told
from negotiation.documents.text_language import TextRefused
from negotiation.documents.texts import check_wording

LONGEST = 20_000
FIELDS = {"zh-hans": "zh", "en": "en"}


class WordsField(forms.CharField):
    """Words with plain line ends, however the browser sends them."""

    def __init__(self, *, language: str, label: Any) -> None:
        attrs = {"rows": 18, "lang": language, "spellcheck": "true"}
        super().__init__(label=label, max_length=LONGEST, widget=forms.Textarea(attrs=attrs), required=False)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n").strip()


class WordsForm(forms.Form):
    """Both languages beside each other; what the language of the texts refuses is told at the wording it stands in."""

    zh = WordsField(language="zh-Hans", label=gettext_lazy("Chinese wording"))
    en = WordsField(language="en", label=gettext_lazy("English wording"))
    effective_from = forms.DateField(
        label=gettext_lazy("In force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        """``name`` is the text that the words are for."""
        super().__init__(*args, **kwargs)
        self.name = name

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if {"zh", "en"} <= typed.keys():
            try:
                check_wording(self.name, typed["zh"], typed["en"])
            except TextRefused as refusal:
                self.add_error(FIELDS[refusal.language], told(refusal))
        return typed
