"""How the site takes part in the work after a change: it asks for jobs and handles kinds of its own."""

from negotiation.jobs.outbox import enqueue
from negotiation.jobs.registry import handles

__all__ = ["enqueue", "handles"]
