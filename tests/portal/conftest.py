"""What tests of the site share: a real post office."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portal.post import PostBox, post_office


@pytest.fixture
def post(settings: Any) -> Iterator[PostBox]:
    """Mail goes over SMTP to a server of this test."""
    with post_office(settings) as box:
        yield box
