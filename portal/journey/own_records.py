"""What the site itself keeps of a person beside the negotiation: messages, links and codes that it sent, and how they sign in."""

from dataclasses import replace
from typing import Any

from allauth.mfa.models import Authenticator
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from negotiation.services.consent_words import GivenConsent, consents_given
from negotiation.services.own_data import Column, Part, part
from portal.accounts.models import StepUpCode
from portal.notices.models import EmailLink, Notice


def site_parts(*, cardholder: Any) -> tuple[Part, ...]:
    """The tables of the site, beside those of the negotiation."""
    user = cardholder.user
    return (
        _consents(cardholder),
        _messages_sent(cardholder),
        part(
            "links_sent",
            EmailLink,
            "purpose target_name target_reference created_at expires_at used_at revoked_at failures locked_until",
            EmailLink.objects.filter(cardholder=cardholder).order_by("created_at"),
        ),
        part(
            "codes_sent",
            StepUpCode,
            "purpose subject_hash sent_at expires_at tries used_at",
            StepUpCode.objects.filter(cardholder=cardholder).order_by("sent_at"),
        ),
        part("sign_in", type(user), "date_joined last_login", [user]),
        part("second_factor", Authenticator, "type created_at last_used_at", Authenticator.objects.filter(user=user)),
    )


def _messages_sent(cardholder: Any) -> Part:
    """The contact log. For reading, a message is told by its subject."""
    rows = Notice.objects.filter(cardholder=cardholder).select_related("instalment").order_by("created_at", "pk")
    made = part("messages_sent", Notice, "template channel state reason created_at due_at sent_at message_id", rows)
    template, *others = made.columns
    return replace(made, columns=(replace(template, words=_subject), *others))


def _subject(notice: Notice) -> str:
    due_date = notice.instalment.due_date if notice.instalment else None
    return " ".join(render_to_string(f"mail/{notice.template}.subject.txt", {"due_date": due_date}).split())


def _consents(cardholder: Any) -> Part:
    columns = (
        _said("about", _("reference"), "text"),
        _said("name", _("text"), "data"),
        _said("version", _("version"), "text"),
        _said("language", _("language"), "text"),
        _said("given_at", _("given at"), "moment"),
        _said("ended_at", _("ended at"), "moment"),
        _said("words", _("words"), "text"),
    )
    rows: list[GivenConsent] = consents_given(cardholder=cardholder, language=get_language() or "zh-hans")
    return Part("consents", _("Consents and undertakings"), columns, tuple(rows))


def _said(name: str, label: Any, kind: str) -> Column:
    def read(row: Any) -> Any:
        return getattr(row, name)

    return Column(name, label, kind, read, read)
