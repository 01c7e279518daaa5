"""The pages on which a person sees, takes, corrects and deletes what is kept of them, and chooses how they are reached."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import translation

from negotiation.domain.contact import CHINA_WINDOW
from negotiation.domain.contact_wishes import ContactChannel, ContactHours, ContactWish
from negotiation.models import Cardholder, Concern, ContactPreference, Event, SupportingDocument
from negotiation.queries.cardholders import contact_wish_of
from negotiation.services import attachments
from portal.accounts.models import StepUpCode
from portal.journey import own_data_file
from portal.journey.own_data_file import own_data_file as file_of
from portal.models import EmailLink, Notice
from tests.factories import NOW
from tests.negotiation.files import PDF
from tests.negotiation.test_own_rows import lived
from tests.portal.cast import Person, browser, charlie
from tests.portal.post import PostBox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]


@pytest.fixture(autouse=True)
def ground(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.CONTACT_WINDOW = CHINA_WINDOW


@pytest.fixture
def alice(policy: time_machine.Traveller) -> Person:
    """Alice, who has everything."""
    cardholder = lived()
    cardholder.set_contact(email=cardholder.email, phone="+8613800004821")
    cardholder.save()
    client = browser()
    client.force_login(cardholder.user)
    return Person(cardholder, cardholder.accounts.first(), client)


def page(person: Person, path: str = "/me/") -> str:
    return str(person.client.get(path).content.decode())


def taken(person: Person, post: PostBox) -> zipfile.ZipFile:
    """What comes down with the code from the mail."""
    person.client.post("/me/copy/", {"action": "send"})
    response = person.client.post("/me/copy/", {"code": post.newest_code})
    assert response.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(response.getvalue()))


class TestMyData:
    def test_says_what_there_is_without_telling_it_all(self, alice: Person) -> None:
        text = page(alice)
        assert alice.cardholder.name in text
        assert f"{alice.cardholder.email[0]}***@" in text and alice.cardholder.email not in text
        assert "***4821" in text and "13800004821" not in text
        assert alice.cardholder.birth_date not in text
        for words in ("34,723.06", "Income", "90 days after the negotiation is over", "Correction of your data"):
            assert words in text

    def test_tells_the_words_of_every_consent_with_its_day(self, alice: Person) -> None:
        text = page(alice)
        assert text.count("What you promised for an agreement") == text.count("Use of a paper that you attached") == 1
        assert "Version 2026-11" in text
        assert "Mon 23 November 2026" in text

    def test_names_nobody_at_the_bank(self, alice: Person) -> None:
        assert "Bob" not in page(alice) and "bank.example" not in page(alice).split("<main")[1]

    def test_is_everybodys_own(self, alice: Person) -> None:
        other = charlie()
        text = page(other)
        assert other.cardholder.source_id in text
        assert alice.cardholder.source_id not in text and "Income" not in text

    def test_is_led_to_from_every_page_and_not_for_staff(self, alice: Person, bob: Any) -> None:
        assert 'href="/me/"' in page(alice, "/accounts/") and 'href="/me/contact/"' in page(alice, "/accounts/")
        desk = browser()
        desk.force_login(bob)
        assert 'href="/me/"' not in desk.get("/verify/").content.decode()
        assert desk.get("/me/").status_code == 404


class TestACopy:
    def test_has_every_row_of_the_site_and_every_file(self, alice: Person, post: PostBox) -> None:
        with taken(alice, post) as copy:
            said, names = json.loads(copy.read("data.json")), set(copy.namelist())
            paper = SupportingDocument.objects.get()
            assert copy.read(f"attachments/{paper.reference}.pdf") == PDF
            document = next(name for name in names if name.startswith("documents/"))
            assert copy.read(document).startswith(b"%PDF")
        assert len(said["supporting_documents"]) == 1 and len(said["ledger"]) == 5
        kept = {"messages_sent": Notice, "links_sent": EmailLink, "codes_sent": StepUpCode}
        for name, model in kept.items():
            assert len(said[name]) == model.objects.filter(cardholder=alice.cardholder).count(), name
        assert len(said["consents"]) == 5
        assert said["files_left_out"] == []
        assert names >= {"data.html", "data.css", "README.txt", "data.json"}

    def test_is_handed_out_privately_and_recorded(self, alice: Person, post: PostBox) -> None:
        alice.client.post("/me/copy/", {"action": "send"})
        assert post.newest["Subject"] in ("您的资料下载验证码", "Your code for downloading your data")
        response = alice.client.post("/me/copy/", {"code": post.newest_code})
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-11-23.zip"'
        event = Event.objects.get(kind="own_data_exported")
        assert event.actor_user == alice.cardholder.user
        assert event.data["step_up"] == str(StepUpCode.objects.get(purpose="EXPORT").pk)
        assert set(event.data) == {"cardholder", "step_up", "sha256", "left_out"}

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"code": "000000"}, "That is not the code we sent"),
            ({"code": ""}, "Write the six-digit code"),
            ({}, "Write the six-digit code"),
        ],
    )
    def test_is_not_handed_out_without_the_code(
        self, alice: Person, post: PostBox, typed: dict[str, str], words: str
    ) -> None:
        alice.client.post("/me/copy/", {"action": "send"})
        assert words in alice.client.post("/me/copy/", typed).content.decode()
        assert not Event.objects.filter(kind="own_data_exported").exists()

    def test_takes_a_code_of_its_own_once(self, alice: Person, post: PostBox) -> None:
        taken(alice, post)
        again = alice.client.post("/me/copy/", {"code": post.newest_code})
        assert "can no longer be used" in again.content.decode()
        other = charlie()
        assert "can no longer be used" in other.client.post("/me/copy/", {"code": post.newest_code}).content.decode()

    def test_has_nothing_of_anybody_else_and_no_note(self, alice: Person, post: PostBox) -> None:
        other = lived()
        with taken(alice, post) as copy:
            said = "".join(copy.read(name).decode() for name in ("data.json", "data.html", "README.txt"))
        hidden = [other.email, other.source_id, *other.accounts.values_list("reference", flat=True)]
        for secret in (*hidden, "Bob", "Seems honest", "REVIEWER"):
            assert str(secret) not in said, secret

    def test_names_what_it_cannot_hold(self, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(own_data_file, "MOST_BYTES", len(PDF))
        assert len(file_of(cardholder=alice.cardholder, now=NOW).left_out) == 1
        (name,) = default_storage.listdir("supporting")[1]
        default_storage.delete(f"supporting/{name}")
        left_out = file_of(cardholder=alice.cardholder, now=NOW).left_out
        assert left_out == (f"attachments/{SupportingDocument.objects.get().reference}.pdf",)

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_reads_well_in_both_languages(self, alice: Person, language: str) -> None:
        with translation.override(language):
            content = file_of(cardholder=alice.cardholder, now=NOW).content
        with zipfile.ZipFile(content) as copy:
            html, read_me = copy.read("data.html").decode(), copy.read("README.txt").decode()
        headings = re.findall(r"<th[^>]*>([^<]+)<", html) + re.findall(r"<h2>([^<]+)<", html)
        is_chinese = [any("\u4e00" <= character <= "\u9fff" for character in heading) for heading in headings]
        assert all(is_chinese) if language == "zh-hans" else not any(is_chinese), headings
        assert "¥34,723.06" in html and "lang=" in html and "style=" not in html
        assert all(name in read_me for name in ("plans_shown", "purchase_principal", "sha256"))


class TestARequest:
    @pytest.mark.parametrize(("path", "kind"), [("/me/correct/", "CORRECTION"), ("/me/delete/", "ERASURE")])
    def test_is_raised_and_answered_by_a_day(self, policy: Any, path: str, kind: str) -> None:
        other = charlie()
        response = other.client.post(path, {"words": "Please look at my number."})
        raised = Concern.objects.get()
        assert (raised.kind, raised.cardholder, raised.words) == (kind, other.cardholder, "Please look at my number.")
        assert response.headers["Location"] == f"/concerns/{raised.reference}/"
        assert f'href="/concerns/{raised.reference}/"' in page(other)

    @pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
    def test_needs_words_and_not_too_many(self, alice: Person, words: str) -> None:
        before = Concern.objects.count()
        response = alice.client.post("/me/delete/", {"words": words})
        assert response.status_code == 200 and response.context["form"].errors
        assert Concern.objects.count() == before

    def test_says_what_stays_and_what_one_can_delete_oneself(self, alice: Person) -> None:
        paper = SupportingDocument.objects.get()
        own_way = f"/negotiations/{paper.negotiation.reference}/documents/{paper.reference}/delete/"
        assert own_way in page(alice, "/me/delete/")
        assert "At least two years" in page(alice, "/me/delete/")
        type(paper.negotiation).objects.filter(pk=paper.negotiation_id).update(state="WITHDRAWN", closed_at=NOW)
        text = page(alice, "/me/delete/")
        assert own_way not in text and "Sun 21 February 2027" in text

    def test_too_often_is_refused_kindly_and_leads_back(self, alice: Person) -> None:
        for number in range(12):
            response = alice.client.post("/me/delete/", {"words": f"Request {number}."})
        assert response.status_code == 409
        assert 'href="/me/"' in response.content.decode().split("<main")[1]


class TestContactPreferences:
    CHOICE = {"language": "zh-hans", "channel": "BOTH", "hours": "EVENING", "is_written_only": "on"}

    def test_are_kept_and_shown(self, alice: Person) -> None:
        assert alice.client.post("/me/contact/", self.CHOICE).headers["Location"] == "/me/"
        wish = ContactWish("zh-hans", ContactChannel.BOTH, ContactHours.EVENING, is_written_only=True)
        assert contact_wish_of(alice.cardholder) == wish
        text = page(alice)
        assert "In the evening (18:00 to 22:00)" in text and "please do not call; write only" in text
        assert page(alice, "/me/contact/").count(" checked") == 4

    @pytest.mark.parametrize(
        "change", [{"language": "de"}, {"channel": "POST"}, {"channel": ""}, {"hours": "NIGHT"}, {"hours": ""}]
    )
    def test_are_asked_for_again_if_they_are_none(self, alice: Person, change: dict[str, str]) -> None:
        before = ContactPreference.objects.values().get(cardholder=alice.cardholder)
        response = alice.client.post("/me/contact/", self.CHOICE | change)
        assert list(response.context["form"].errors) == list(change)
        assert ContactPreference.objects.values().get(cardholder=alice.cardholder) == before

    def test_offer_only_the_ways_and_hours_there_are(self, settings: Any, policy: Any) -> None:
        settings.CONTACT_WINDOW = CHINA_WINDOW.parse("[09:00,17:00)")
        other = charlie()
        text = page(other, "/me/contact/")
        assert 'value="SMS"' not in text and 'value="BOTH"' not in text and 'value="EVENING"' not in text
        assert "Whenever the law allows (09:00 to 17:00)" in text
        assert other.client.post("/me/contact/", self.CHOICE).status_code == 200
        assert not Cardholder.objects.filter(pk=other.cardholder.pk, contact_preference__isnull=False).exists()

    def test_say_what_is_used_when_a_way_is_gone(self, alice: Person) -> None:
        alice.client.post("/me/contact/", self.CHOICE | {"channel": "SMS"})
        Cardholder.objects.filter(pk=alice.cardholder.pk).update(phone=None)
        assert re.search(r'value="EMAIL"[^>]* checked', page(alice, "/me/contact/"))


def test_deleting_ones_paper_ends_the_consent_on_the_page(alice: Person, policy: time_machine.Traveller) -> None:
    policy.shift(timedelta(minutes=1))
    reference = SupportingDocument.objects.get().reference
    attachments.delete(cardholder=alice.cardholder, reference=reference, now=NOW)
    assert "Ended on" in page(alice)
