import pytest

from negotiation.domain.policy import LimitPolicy
from tests.factories import publish_policy


@pytest.fixture
def policy(db) -> LimitPolicy:
    """The demonstration's limits, in force."""
    return publish_policy()
