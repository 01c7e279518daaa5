"""The bank's side: what reviewers, policy managers and auditors see. Pages show; buttons call services."""

from negotiation.admin import accounts, bank_figures, concerns, negotiations, policies, records, running_plans, texts

__all__ = ["accounts", "bank_figures", "concerns", "negotiations", "policies", "records", "running_plans", "texts"]
