"""The record of how a cardholder accepted an agreement; it goes under the bank's signature, inside the file."""

from datetime import UTC, datetime

from negotiation.domain.chain import canonical_json
from negotiation.models import Agreement
from negotiation.queries.events import events_of

ACCEPTANCE_FORMAT = "agreement-acceptance/1"


def acceptance_record(agreement: Agreement) -> bytes:
    """UTF-8 JSON: hash of the file shown, steps and their moments, undertakings with text versions, code event, chain head.

    The identity was confirmed when the cardholder claimed the access, before the first sign-in; each sign-in since took a code.
    Holds references and hashes, no name, contact data or card number.
    """
    last = events_of(agreement.negotiation).last()
    assert last is not None, "a signed agreement has events"
    said = {
        "format": ACCEPTANCE_FORMAT,
        "agreement": agreement.reference,
        "negotiation": agreement.negotiation.reference,
        "document_sha256": agreement.signed_document_sha256,
        "quote_sha256": agreement.quote.sha256,
        "policy_version": agreement.quote.policy_version,
        "identity_confirmed_at": _moment(agreement.negotiation.cardholder.claimed_at),
        "cost_sheet_shown_at": _moment(agreement.cost_sheet_shown_at),
        "cost_sheet_confirmed_at": _moment(agreement.cost_sheet_confirmed_at),
        "undertakings": agreement.undertakings,
        "undertakings_given_at": _moment(agreement.undertakings_given_at),
        "one_time_code": agreement.step_up_reference,
        "accepted_at": _moment(agreement.signed_at),
        "events": {"count": last.seq, "head": last.hash},
    }
    return canonical_json(said).encode()


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else None
