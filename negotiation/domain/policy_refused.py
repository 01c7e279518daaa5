"""The one name under which everything refuses that cannot be part of a policy: limits, bands, settings, authority."""


class PolicyRefused(ValueError):
    """The policy, or a part of it, cannot be used."""
