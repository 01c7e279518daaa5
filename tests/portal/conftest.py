"""What tests of the site share: a real post office, the limits of the bank at a fixed moment, and the people of a negotiation."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from negotiation.models import Negotiation, User
from tests.factories import NOW, make_negotiation, make_reviewer, publish_policy, publish_texts
from tests.portal.cast import Person, alice
from tests.portal.post import PostBox, post_office


@pytest.fixture
def post(settings: Any) -> Iterator[PostBox]:
    """Mail goes over SMTP to a server of this test."""
    with post_office(settings) as box:
        yield box


@pytest.fixture
def policy(db: None) -> Iterator[time_machine.Traveller]:
    """The bank's limits and texts are in force, and the clock stands still."""
    publish_policy()
    publish_texts()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def owner(policy: Any) -> Person:
    """Alice, whose card is overdue."""
    return alice()


@pytest.fixture
def bob(db: None) -> User:
    """A senior reviewer."""
    return make_reviewer(senior=True)


@pytest.fixture
def proposed(owner: Person) -> Negotiation:
    """Alice asked for 40 months; the bank has to answer."""
    return make_negotiation(account=owner.account)
