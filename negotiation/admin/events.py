"""What the recorded events are called on the pages of the bank's staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, Promise] = {
    "negotiation_opened": _("Draft begun"),
    "proposed": _("Plan proposed"),
    "countered": _("Counter-offer made"),
    "accepted": _("Offer accepted"),
    "declined": _("Declined by the bank"),
    "withdrawn": _("Withdrawn by the cardholder"),
    "expired": _("Expired"),
    "claimed": _("Case taken"),
    "released": _("Case released"),
    "noted": _("Internal note written"),
    "second_approval_requested": _("Second approval asked for"),
    "sent_back": _("Sent back to the first reviewer"),
    "draft_expired": _("Draft expired"),
    "document_attached": _("Supporting document attached"),
    "document_opened": _("Supporting document opened"),
    "document_deleted": _("Supporting document deleted"),
    "archive_timestamp_renewed": _("Archive timestamp renewed"),
    "document_issued": _("Document issued"),
    "statement_requested": _("Statement of account asked for"),
    "plan_active": _("Plan on track"),
    "plan_at_risk": _("A payment is missing"),
    "plan_breached": _("Plan not kept"),
    "plan_terminated": _("Plan ended by the bank"),
    "plan_completed": _("Plan paid off"),
    "plan_superseded": _("Plan replaced by a newer one"),
    "instalment_unpaid": _("Instalment not arrived, still in grace"),
    "miss_announced": _("Cardholder will miss the next instalment"),
    "breach_notice_delivered": _("Notice of the breach delivered"),
    "running_out": _("Reminded that the time runs out"),
    "messages_read": _("Messages read at the bank"),
    "message_written": _("Message written"),
    "agreement_rendered": _("Agreement prepared for signing"),
    "signed": _("Signed by the cardholder"),
    "sealed": _("Signature of the bank added"),
    "evidence_exported": _("Evidence exported"),
    "cardholder_claimed": _("Access claimed"),
    "contact_preference_chosen": _("Contact preferences chosen"),
    "own_data_exported": _("Own data downloaded"),
    "policy_drafted": _("Policy drafted"),
    "policy_settings_changed": _("Settings of a draft changed"),
    "policy_band_added": _("Band added to a draft"),
    "policy_authority_changed": _("Authority of a draft changed"),
    "policy_band_changed": _("Band of a draft changed"),
    "policy_band_removed": _("Band removed from a draft"),
    "policy_published": _("Policy published"),
    "policy_discarded": _("Draft put aside"),
    "text_drafted": _("Text drafted"),
    "text_changed": _("Words of a draft changed"),
    "text_published": _("Text published"),
    "text_discarded": _("Draft of a text put aside"),
}


def event_words(kind: str) -> str:
    """The event's name; its code where it has no name here."""
    return str(EVENTS.get(kind, kind))
