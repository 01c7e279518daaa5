"""A new wording on its way: drafted by one policy manager, refused while it cannot be used, looked through and published by another."""

from collections.abc import Callable

from django.utils import timezone

from negotiation.documents.texts import PROOF_CONSENT
from negotiation.models import TextVersion, VersionState
from tests.browser import reviewing
from tests.browser.people import DRAFTER, PUBLISHER
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LIST = "/bank/negotiation/textversion/"
UNKNOWN = '<p>{{ settings.SECRET_KEY }}</p>\n<p onclick="x()">'


class TestANewWording:
    def test_is_drafted_by_one_and_published_by_another(self, visit: Visit) -> None:
        language, name = "zh-hans", "complaints"
        current = TextVersion.objects.get(name=name, state=VersionState.PUBLISHED)
        drafter = reviewing.at_the_desk(visit, DRAFTER, language)
        see(drafter, LIST, f"{LIST}{current.pk}/change/")
        press(drafter, "draft")
        draft = TextVersion.objects.get(name=name, state=VersionState.DRAFT)
        type_words(drafter, draft.body_zh, UNKNOWN)
        drafter.look("words-refused")
        type_words(drafter, draft.body_zh.replace("15", "10"), draft.body_en.replace("The bank", "Your bank"))
        drafter.look_in_both("text-draft")
        see(drafter, f"{LIST}{draft.pk}/words/", f"{LIST}{draft.pk}/compare/")
        publisher = reviewing.at_the_desk(visit, PUBLISHER, language)
        see(publisher, f"{LIST}{draft.pk}/publish/")
        publisher.page.locator("#content form[method=post] button").press("Enter")
        publisher.page.wait_for_url(f"**{LIST}{draft.pk}/change/")
        publisher.look_in_both("text-published")
        draft.refresh_from_db()
        assert (draft.state, draft.published_by and draft.published_by.email) == (
            VersionState.PUBLISHED,
            PUBLISHER.email,
        )

    def test_of_a_consent_is_shown_as_it_is_read(self, visit: Visit) -> None:
        consent = TextVersion.objects.get(name=PROOF_CONSENT)
        see(reviewing.at_the_desk(visit, PUBLISHER), f"{LIST}{consent.pk}/change/")


def see(visitor: Visitor, path: str, *more: str) -> None:
    for address in (path, *more):
        response = visitor.page.goto(address)
        assert response and response.status == 200, address
        visitor.look_in_both(address.strip("/").replace("/", "-"))


def press(visitor: Visitor, step: str) -> None:
    """The button of a step, by the keyboard."""
    visitor.page.locator(f"#content form[action$='/{step}/'] button").press("Enter")
    visitor.page.wait_for_url("**/words/")


def type_words(visitor: Visitor, chinese: str, english: str) -> None:
    visitor.page.locator("#id_zh").fill(chinese)
    visitor.page.locator("#id_en").fill(english)
    visitor.page.locator("#id_effective_from").fill(timezone.localdate().isoformat())
    with visitor.page.expect_navigation():
        visitor.page.locator("#content form .default").press("Enter")
