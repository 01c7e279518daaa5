"""How the site keeps what it holds of a person: sealed like the negotiation's own rows, and found by the same index."""

from negotiation.models.sealed import SealBroken, blind_index, seal, unseal

__all__ = ["SealBroken", "blind_index", "seal", "unseal"]
