"""The long way to a plan in force, in a few calls: proposed, agreed, signed by both sides."""

import hashlib
from datetime import timedelta
from typing import Any

from django.db import transaction

from negotiation.documents.signing import SealedDocument
from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, CardAccount, Negotiation, Plan
from negotiation.queries.agreements import governing_document
from negotiation.services import drafts, proposals, reviews, signing
from negotiation.services.sealing import keep_sealed
from negotiation.services.signing import READING_TIME, StepUp
from tests.factories import make_document, make_quote, make_reviewer, publish_texts


def propose(account: CardAccount, *, now: Any, **terms: Any) -> Negotiation:
    draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=now)
    first_date = (now + timedelta(days=30)).date()
    quote = make_quote(account, now=now, **{"first_date": first_date, "value_date": now.date()} | terms)
    return proposals.propose(
        cardholder=account.cardholder,
        negotiation_reference=draft.reference,
        quote_reference=quote.reference,
        now=now,
    )


def agree(account: CardAccount, *, now: Any, **terms: Any) -> Agreement:
    """Proposed, and accepted by a person where it is not accepted at once."""
    negotiation = propose(account, now=now, **terms)
    if negotiation.state == NegotiationState.WITH_BANK:
        quote = negotiation.offers.get().quote
        senior = make_reviewer(senior=True)
        reviews.accept(negotiation=negotiation, reviewer=senior, quote_reference=quote.reference, now=now)
    return Agreement.objects.get(negotiation=negotiation)


def sign(agreement: Agreement, *, now: Any) -> Plan:
    """Both sides sign; the plan begins."""
    publish_texts()
    make_document(agreement)
    document = governing_document(agreement)
    who = {"cardholder": agreement.negotiation.cardholder, "reference": agreement.reference}
    names = {item.name for item in signing.required_undertakings(agreement, "en")}
    signing.show_cost_sheet(**who, now=now)
    read = now + READING_TIME
    signing.confirm_cost_sheet(**who, now=read)
    signing.give_undertakings(**who, names=names, language="en", now=read)
    signing.sign(**who, step_up=StepUp("code", document.draft_sha256), now=read)
    content = bytes(document.draft_content) + agreement.reference.encode()
    sealed = SealedDocument(content, hashlib.sha256(content).hexdigest(), "B-B", "1", read)
    fresh = Agreement.objects.select_related("quote", "negotiation__account", "negotiation__renegotiates").get(
        pk=agreement.pk
    )
    with transaction.atomic():
        keep_sealed(fresh, [(document, sealed)], read)
    return Plan.objects.get(agreement=agreement)
