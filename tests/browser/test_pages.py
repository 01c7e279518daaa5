"""The pages beside the journey, looked at in both languages."""

from collections.abc import Callable

import pytest

from tests.browser.agreements import proposed
from tests.browser.people import let_in
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
PUBLIC = ("/", "/sign-in/", "/verify/", "/demo/mailbox/", "/demo/people/")
DEAD = ("/l/", "/claim/", "/not/here/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
class TestPagesBesideTheJourney:
    def test_are_sound_for_everybody(self, visit: Visit, language: str) -> None:
        anybody = visit(language, name="public")
        see(anybody, *PUBLIC)
        see(anybody, *DEAD, status=400)

    def test_are_sound_for_a_cardholder(self, visit: Visit, language: str) -> None:
        negotiation = proposed()
        talk = f"/negotiations/{negotiation.reference}"
        cardholder = let_in(visit(language, name="cardholder"), negotiation.cardholder)
        see(
            cardholder,
            "/accounts/",
            "/security/",
            "/sign-out/",
            f"{talk}/message/",
            f"{talk}/documents/",
            f"{talk}/withdraw/",
        )


def see(visitor: Visitor, *paths: str, status: int = 200) -> None:
    """Look at pages whose status is in the same hundred."""
    for path in paths:
        response = visitor.page.goto(path)
        assert response and response.status // 100 == status // 100, path
        visitor.look(path.strip("/").replace("/", "-") or "home")
