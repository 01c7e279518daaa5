"""What tests of the site share: a real post office, and limits that begin anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.portal.post import PostBox, post_office


@pytest.fixture
def post(settings: Any) -> Iterator[PostBox]:
    """Mail goes over SMTP to a server of this test."""
    with post_office(settings) as box:
        yield box


@pytest.fixture(autouse=True)
def fresh_limits(request: pytest.FixtureRequest) -> Iterator[None]:
    """Limits on attempts are kept in the database's cache, which no flush empties."""
    yield
    if "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        cache.clear()
