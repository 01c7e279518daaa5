"""The bank's side: what reviewers, policy managers and auditors see. Pages show; buttons call services."""

from negotiation.admin import accounts, records

__all__ = ["accounts", "records"]
