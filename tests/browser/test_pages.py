"""The pages beside the journey, looked at in both languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from negotiation.models import Negotiation, PolicyVersion
from tests.browser import reviewing
from tests.browser.people import PUBLISHER, let_in, overdue_account
from tests.browser.visitor import Visitor
from tests.factories import make_negotiation

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
        negotiation = with_bank()
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

    def test_are_sound_for_a_policy_manager(self, visit: Visit, language: str) -> None:
        manager = reviewing.at_the_desk(visit, PUBLISHER, language)
        policies = "/bank/negotiation/policyversion/"
        first = PolicyVersion.objects.order_by("number")[0]
        see(manager, "/bank/", policies, f"{policies}{first.pk}/change/", "/bank/negotiation/course/")


def see(visitor: Visitor, *paths: str, status: int = 200) -> None:
    """Look at pages whose status is in the same hundred."""
    for path in paths:
        response = visitor.page.goto(path)
        assert response and response.status // 100 == status // 100, path
        visitor.look(path.strip("/").replace("/", "-") or "home")


def with_bank() -> Negotiation:
    today = timezone.localdate()
    plan = {"instalment_count": 40, "first_date": today + timedelta(days=40), "value_date": today}
    return make_negotiation(account=overdue_account(), now=timezone.now(), **plan)
