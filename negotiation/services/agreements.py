"""From an accepted quote to an agreement that waits to be signed."""

from datetime import datetime, timedelta

from negotiation.jobs.outbox import enqueue
from negotiation.models import Agreement, Negotiation, Quote
from negotiation.queries.policies import policy_version


def begin_agreement(*, negotiation: Negotiation, quote: Quote, now: datetime) -> Agreement:
    """Make the agreement of an accepted quote and ask for its documents. Runs in the transaction of the acceptance."""
    policy = policy_version(quote.policy_version)
    Negotiation.objects.filter(pk=negotiation.pk).update(
        expires_at=now + timedelta(days=policy.offer_validity_days), answer_due_at=None
    )
    agreement = Agreement.objects.create(negotiation=negotiation, quote=quote, agreed_at=now)
    enqueue(kind="render_agreement", key=f"render:{agreement.pk}", payload={"agreement": str(agreement.pk)}, run_at=now)
    return agreement
