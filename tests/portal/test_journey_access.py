"""Who may open the cardholder's pages, and that looking changes nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from negotiation.domain.concerns import ConcernKind
from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, Concern, Negotiation, SupportingDocument
from negotiation.services import attachments
from negotiation.services.concerns import raise_concern
from portal.journey.urls import urlpatterns
from tests.factories import NOW, make_document, make_negotiation, make_reviewer
from tests.negotiation.files import PDF
from tests.portal.cast import Person, alice, browser, charlie
from tests.portal.people import english

PUBLIC = {"home", "verify", "verify_document", "complaints"}
OWN = {
    "arrears_list",
    "concerns",
    "complain",
    "my_data",
    "export_data",
    "correct_data",
    "erase_data",
    "contact_preferences",
}
"""Pages that name nobody in their address: everybody finds their own there."""


pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def owner(policy: Any) -> Person:
    """Alice, who has an agreement to sign for one card and a draft for the other."""
    person = alice()
    negotiation = make_negotiation(account=person.account, instalment_count=36)
    agreement = Agreement.objects.get(negotiation=negotiation)
    Agreement.objects.update(cost_sheet_shown_at=NOW, cost_sheet_confirmed_at=NOW, undertakings_given_at=NOW)
    make_document(agreement)
    attach(negotiation)
    raise_concern(cardholder=person.cardholder, kind=ConcernKind.COMPLAINT, words="Nobody answers.", now=NOW)
    return person


def attach(negotiation: Negotiation) -> None:
    """A document that alice attached while the bank was deciding."""
    rows = Negotiation.objects.filter(pk=negotiation.pk)
    rows.update(state=NegotiationState.WITH_BANK)
    attachments.attach(
        cardholder=negotiation.cardholder,
        negotiation_reference=negotiation.reference,
        content=PDF,
        shows="INCOME",
        has_consented=True,
        now=NOW,
    )
    rows.update(state=negotiation.state)


def addresses(person: Person) -> dict[str, str]:
    """Every address of the journey, made of what alice owns."""
    negotiation = Negotiation.objects.get(cardholder=person.cardholder)
    agreement = Agreement.objects.get(negotiation=negotiation)
    quote = agreement.quote.reference
    reference = {"accounts": person.reference, "negotiations": negotiation.reference, "agreements": agreement.reference}
    reference["concerns"] = Concern.objects.get(cardholder=person.cardholder).reference
    found = {}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        kind = route.partition("/")[0]
        values = {
            "reference": reference.get(kind),
            "quote": quote,
            "supporting": SupportingDocument.objects.get().reference,
            "document_reference": agreement.documents.get().reference,
        }
        found[pattern.name] = reverse(pattern.name, kwargs={name: values[name] for name in pattern.pattern.converters})
    return found


def without_values(page: bytes) -> bytes:
    """The page without its tokens and without its own address."""
    return re.sub(rb'value="[^"]*"', b"", page)


class TestAStranger:
    def test_is_sent_to_sign_in_and_back_from_every_page(self, owner: Person) -> None:
        for name, address in addresses(owner).items():
            if name not in PUBLIC:
                assert browser().get(address).headers["Location"] == f"/sign-in/?next={address}", name

    def test_sees_the_front_page(self) -> None:
        response = browser().get("/")
        assert b"Do not pay anybody" in response.content

    def test_whose_session_ended_makes_a_live_part_reload_its_page(self, owner: Person) -> None:
        response = browser().post(addresses(owner)["figures"], headers={"HX-Request": "true"})
        assert response.headers["HX-Refresh"] == "true"


class TestCharlie:
    def test_finds_nothing_of_alices_by_looking_or_by_sending(self, owner: Person) -> None:
        intruder = charlie()
        for name, address in addresses(owner).items():
            if name in PUBLIC | OWN:
                continue
            assert intruder.client.post(address, {"quote": "X"}).status_code in (404, 405), name
            response = intruder.client.get(address, follow=True)
            assert response.status_code == 404, name

    def test_gets_the_same_answer_for_what_does_not_exist(self, owner: Person) -> None:
        client = charlie().client
        missing, foreign = (client.get(f"/accounts/{reference}/") for reference in ("000000000000", owner.reference))
        assert missing.status_code == foreign.status_code == 404
        assert without_values(missing.content) == without_values(foreign.content)

    def test_does_not_see_alices_card_in_the_list(self, owner: Person) -> None:
        assert owner.reference.encode() not in charlie().client.get("/accounts/").content


class TestStaff:
    def test_without_a_card_find_nothing_here(self, owner: Person) -> None:
        client = english(browser())
        client.force_login(make_reviewer())
        assert client.get(addresses(owner)["arrears_detail"]).status_code == 404

    def test_are_led_from_the_front_page_to_the_workbench(self) -> None:
        client = browser()
        client.force_login(make_reviewer())
        assert client.get("/").headers["Location"] == reverse("admin:index")


class TestLooking:
    def test_changes_nothing_on_any_page(self, owner: Person) -> None:
        person_with_draft = alice_with_a_draft()
        pages = [(owner, address) for address in addresses(owner).values()]
        pages += [
            (person_with_draft, f"/accounts/{person_with_draft.reference}/{page}/")
            for page in ("circumstances", "propose")
        ]
        for person, address in pages:
            with CaptureQueriesContext(connection) as queries:
                person.client.get(address)
            writes = [query["sql"] for query in queries if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
            assert writes == [], address

    def test_is_never_kept_by_a_shared_cache(self, owner: Person) -> None:
        for name, address in addresses(owner).items():
            if name not in PUBLIC:
                assert "private" in owner.client.get(address).headers["Cache-Control"], name


class TestAnAddressThatOnlyActs:
    @pytest.mark.parametrize(
        "name", ["begin", "ask_for_help", "figures", "budget", "accept", "begin_signing", "send_code"]
    )
    def test_leads_to_its_page_when_it_is_opened(self, owner: Person, name: str) -> None:
        places = addresses(owner)
        page = places["arrears_detail" if places[name].startswith("/accounts/") else "negotiation"]
        assert owner.client.get(places[name]).headers["Location"] == page


class TestASession:
    def test_ends_after_an_hour(self, owner: Person) -> None:
        with time_machine.travel(NOW + timedelta(hours=2), tick=False):
            response = owner.client.get("/accounts/")
        assert response.headers["Location"].startswith("/sign-in/")


def alice_with_a_draft() -> Person:
    person = charlie()
    person.draft()
    return person
