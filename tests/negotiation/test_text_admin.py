"""The admin's pages about texts: alice drafts, bob publishes, an auditor reads, a reviewer and support stay outside."""

import io
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from negotiation.admin.text_comparison import compared, sentences
from negotiation.admin.text_words import REFUSALS
from negotiation.documents import text_language
from negotiation.documents.texts import TEXTS, ValuesDiffer
from negotiation.models import Event, TextVersion, User, VersionState
from negotiation.queries.staff import AUDITOR, POLICY_MANAGER, REVIEWER, SUPPORT
from negotiation.services import four_eyes
from tests.factories import publish_texts
from tests.negotiation.documents.tools import page_text
from tests.negotiation.staff import signed_in, staff_of

pytestmark = pytest.mark.django_db

LIST = "/bank/negotiation/textversion/"
READING = ("change", "compare")
CHANGING = ("draft", "words", "publish", "discard")


@pytest.fixture(autouse=True)
def current() -> TextVersion:
    publish_texts()
    return TextVersion.objects.get(name="breach")


@pytest.fixture
def alice() -> User:
    return staff_of(POLICY_MANAGER, name="Alice")


@pytest.fixture
def bob() -> User:
    return staff_of(POLICY_MANAGER, name="Bob")


@pytest.fixture
def draft(alice: User, current: TextVersion) -> TextVersion:
    """Alice's draft, made on the page."""
    signed_in(alice).post(address("draft", current))
    return TextVersion.objects.get(state=VersionState.DRAFT)


def address(step: str, version: TextVersion, *more: str) -> str:
    return reverse(f"admin:negotiation_textversion_{step}", args=[version.pk, *more])


def typed(draft: TextVersion, **changes: str) -> dict[str, str]:
    day = timezone.localdate().isoformat()
    return {"zh": draft.body_zh, "en": draft.body_en, "effective_from": day} | changes


def said(response: Any) -> str:
    """The words shown after a step."""
    return " ".join(str(message) for message in response.context["messages"])


class TestThePagesOfTexts:
    @pytest.mark.parametrize("group", [POLICY_MANAGER, AUDITOR])
    def test_are_read_by_policy_managers_and_auditors(self, current: TextVersion, group: str) -> None:
        client = signed_in(staff_of(group))
        addresses = [LIST, *(address(page, current) for page in READING), address("preview", current, "en")]
        assert [client.get(url).status_code for url in addresses] == [200] * 4

    @pytest.mark.parametrize("group", [REVIEWER, SUPPORT])
    def test_are_closed_to_others(self, current: TextVersion, group: str) -> None:
        client = signed_in(staff_of(group))
        addresses = [LIST, *(address(page, current) for page in READING), address("preview", current, "en")]
        assert [client.get(url).status_code for url in addresses] == [403] * 4

    def test_send_strangers_to_sign_in(self, current: TextVersion) -> None:
        for url in (LIST, address("change", current), address("preview", current, "en")):
            assert "sign-in" in Client().get(url)["Location"]

    @pytest.mark.parametrize("step", CHANGING)
    def test_let_an_auditor_change_nothing(self, draft: TextVersion, step: str) -> None:
        client = signed_in(staff_of(AUDITOR))
        before = list(TextVersion.objects.values()), Event.objects.count()
        assert client.post(address(step, draft), typed(draft)).status_code in (302, 403)
        assert client.post(f"{LIST}supplied/").status_code == 302
        assert (list(TextVersion.objects.values()), Event.objects.count()) == before

    @pytest.mark.parametrize("step", [*READING, *CHANGING])
    def test_change_nothing_on_a_get(self, alice: User, draft: TextVersion, step: str) -> None:
        before = list(TextVersion.objects.values()), Event.objects.count()
        signed_in(alice).get(address(step, draft))
        assert (list(TextVersion.objects.values()), Event.objects.count()) == before

    def test_know_no_version_that_is_not_there(self, alice: User) -> None:
        client = signed_in(alice)
        for number in ("9999", "x", "9" * 30):
            assert client.get(f"{LIST}{number}/change/").status_code == 404
            assert client.get(f"{LIST}{number}/sample/en/", follow=True).status_code == 404

    def test_take_at_most_twelve_queries(
        self, alice: User, draft: TextVersion, django_assert_max_num_queries: Any
    ) -> None:
        client = signed_in(alice)
        for url in (LIST, *(address(page, draft) for page in (*READING, "words"))):
            with django_assert_max_num_queries(12):
                assert client.get(url).status_code == 200

    def test_list_every_text_with_its_version_and_its_drafts(self, alice: User, draft: TextVersion) -> None:
        page = signed_in(alice).get(LIST)
        shown = [text for _name, group in page.context["groups"] for text in group]
        assert [text.row.name for text in shown] == list(TEXTS)
        assert [text.drafts for text in shown if text.drafts] == [[draft]]
        assert "until it is published" not in page.content.decode()

    def test_name_the_texts_that_nobody_has_published(self, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(TEXTS, "breach_two", TEXTS["breach"])
        monkeypatch.setitem(text_titles(), "breach_two", "Liability, part two")
        assert "Liability, part two" in signed_in(alice).get(LIST).content.decode()

    def test_show_every_version_of_a_text(self, alice: User, draft: TextVersion, current: TextVersion) -> None:
        page = signed_in(alice).get(address("change", draft))
        assert [row.pk for row, _state in page.context["history"]] == [draft.pk, current.pk]
        assert "In force now" in page.content.decode()


class TestDrafting:
    def test_copies_the_words_and_opens_their_form(self, alice: User, current: TextVersion) -> None:
        response = signed_in(alice).post(address("draft", current))
        draft = TextVersion.objects.get(state=VersionState.DRAFT)
        assert response["Location"] == address("words", draft)
        assert (draft.name, draft.body_zh, draft.drafted_by) == ("breach", current.body_zh, alice)

    def test_of_what_was_supplied_adds_only_what_is_not_there(self, alice: User) -> None:
        response = signed_in(alice).post(f"{LIST}supplied/", follow=True)
        assert "0 drafts are made" in said(response)
        assert not TextVersion.objects.filter(state=VersionState.DRAFT).exists()


class TestTheFormOfTheWords:
    def test_saves_both_languages_with_plain_line_ends(self, alice: User, draft: TextVersion) -> None:
        data = typed(draft, zh="<p>一</p>\r\n<p>二</p>\r\n", en="<p>one</p>")
        response = signed_in(alice).post(address("words", draft), data, follow=True)
        draft.refresh_from_db()
        assert (draft.body_zh, draft.body_en) == ("<p>一</p>\n<p>二</p>", "<p>one</p>")
        assert "The words are saved." in said(response)

    @pytest.mark.parametrize(
        ("field", "words", "told"),
        [
            ("en", "<p>x</p>\n{% load static %}", "Line 2: “load static” is no tag that a text may use."),
            ("zh", "<p>{{ settings.SECRET_KEY }}</p>", "Line 1: “settings.SECRET_KEY” is none of the values"),
            ("en", "<p>x</p><script>x()</script>", "Line 1: &lt;script&gt; may not be used."),
            ("zh", "<p>x\n<img src=http://evil.example></p>", "Line 2: &lt;img&gt; may not be used."),
            ("en", "<p>x", "Line 1: a mark is not closed (&lt;p&gt;)"),
            ("en", "", "There are no words here."),
            ("en", "<p>x</p>", "is named in the other language and not here"),
            ("zh", "<p>" + "长" * 20_000 + "</p>", "Ensure this value has at most 20000 characters"),
        ],
    )
    def test_refuses_by_name_and_line(self, alice: User, draft: TextVersion, field: str, words: str, told: str) -> None:
        response = signed_in(alice).post(address("words", draft), typed(draft, **{field: words}))
        assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
        assert told in response.content.decode()
        assert not Event.objects.filter(kind="text_changed").exists()

    def test_lists_the_values_with_what_they_stand_for(self, alice: User, draft: TextVersion) -> None:
        page = signed_in(alice).get(address("words", draft))
        values = {name: (zh, en) for name, zh, en in page.context["values"]}
        assert set(values) == set(TEXTS["breach"].values)
        assert values["allocation"] == ("利息、分期本金", "Interest, Instalment principal")

    def test_is_the_drafters_alone(self, bob: User, draft: TextVersion) -> None:
        client = signed_in(bob)
        assert client.get(address("words", draft)).status_code == 403
        assert client.post(address("words", draft), typed(draft)).status_code == 403
        assert "Only the person who drafted" in said(client.post(address("discard", draft), follow=True))

    def test_has_words_for_every_refusal(self) -> None:
        kinds = {kind for kind in text_language.TextRefused.__subclasses__() if kind is not ValuesDiffer}
        common = {kind for kind in four_eyes.ChangeRefused.__subclasses__() if kind.__module__ == four_eyes.__name__}
        kinds |= {ValuesDiffer, *common}
        assert kinds == set(REFUSALS)


class TestPublishing:
    def test_is_done_by_a_second_person_who_sees_what_changes(self, alice: User, bob: User, draft: TextVersion) -> None:
        words = typed(draft, en=draft.body_en.replace("days of grace", "days of patience"))
        signed_in(alice).post(address("words", draft), words)
        client = signed_in(bob)
        page = client.get(address("publish", draft)).content.decode()
        assert "<del>grace</del>" in page and "<ins>patience</ins>" in page
        response = client.post(address("publish", draft), follow=True)
        draft.refresh_from_db()
        assert (draft.state, draft.published_by) == (VersionState.PUBLISHED, bob)
        assert "can no longer be changed" in said(response)

    def test_is_refused_to_the_drafter(self, alice: User, draft: TextVersion) -> None:
        client = signed_in(alice)
        assert client.get(address("publish", draft)).status_code == 403
        assert "somebody else has to publish" in said(client.post(address("publish", draft), follow=True))
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    def test_tells_the_second_of_two(self, bob: User, draft: TextVersion) -> None:
        client = signed_in(bob)
        client.post(address("publish", draft))
        assert "is no draft any more" in said(client.post(address("publish", draft), follow=True))

    def test_is_refused_while_the_words_cannot_be_used(self, bob: User, draft: TextVersion) -> None:
        TextVersion.objects.filter(pk=draft.pk).update(body_en="<p>{% load x %}</p>")
        client = signed_in(bob)
        assert "cannot be published yet" in client.get(address("publish", draft)).content.decode()
        assert "“load x”" in said(client.post(address("publish", draft), follow=True))

    def test_ends_all_changing(self, alice: User, bob: User, draft: TextVersion) -> None:
        signed_in(bob).post(address("publish", draft))
        client = signed_in(alice)
        assert client.get(address("words", draft)).status_code == 403
        assert "is no draft any more" in said(client.post(address("discard", draft), follow=True))


class TestComparing:
    def test_shows_what_happened_to_each_sentence(self) -> None:
        lines = compared("<p>一日。二日。三日。</p>", "<p>一日。二月。四年；三日。</p>")
        assert [str(line.what) for line in lines] == ["", "changed", "added", ""]
        assert [(piece.words, piece.is_changed) for piece in lines[1].new] == [
            ("二", False),
            ("月", True),
            ("。", False),
        ]

    def test_loses_no_sign_of_either_wording(self) -> None:
        for old, new in (("<p>a. b</p>", "<ol><li>c</li></ol>"), ("x", ""), ("", "<p>一。</p>\n<p>二</p>")):
            lines = compared(old, new)
            for side, body in (("old", old), ("new", new)):
                shown = "".join(piece.words for line in lines for piece in getattr(line, side))
                assert "".join(shown.split()) == "".join(body.split())

    def test_cuts_at_the_ends_of_sentences(self) -> None:
        assert sentences("<p>One. Two; three.</p>\n<p>四。五</p>") == [
            "<p>One.",
            "Two;",
            "three.</p>",
            "<p>四。",
            "五</p>",
        ]

    def test_survives_any_number(self, alice: User, current: TextVersion, draft: TextVersion) -> None:
        client = signed_in(alice)
        other = TextVersion.objects.get(name="rights")
        for number in ("99999", "9" * 40, "x", str(other.pk)):
            assert client.get(address("compare", draft), {"with": number}).status_code in (200, 404)
        assert client.get(address("compare", draft), {"with": other.pk}).status_code == 404


class TestTheSample:
    @pytest.mark.parametrize(("language", "mark"), [("zh-hans", "样张"), ("en", "Sample·invented figures")])
    def test_is_the_document_with_the_drafts_words(
        self, alice: User, draft: TextVersion, language: str, mark: str, tmp_path: Any
    ) -> None:
        words = {"zh": "<p>违约时先通话。{{ cure_days }}</p>", "en": "<p>We talk first. {{ cure_days }}</p>"}
        signed_in(alice).post(address("words", draft), typed(draft, **words))
        response = signed_in(alice).get(address("preview", draft, language))
        assert response["Content-Type"] == "application/pdf"
        assert "no-store" in response["Cache-Control"] and response["Content-Disposition"].startswith("inline")
        path = tmp_path / "sample.pdf"
        path.write_bytes(response.content)
        text = " ".join(page_text(path).split())
        assert mark in text
        assert ("违约时先通话。10" if language == "zh-hans" else "We talk first. 10") in text

    def test_exists_of_every_text_that_is_printed(self, alice: User) -> None:
        client = signed_in(alice)
        for name in ("settled", "bank_signature_alone", "down_payment"):
            response = client.get(address("preview", TextVersion.objects.get(name=name), "zh-hans"))
            with pikepdf.open(io.BytesIO(response.content)) as pdf:
                assert pdf.pages

    def test_of_a_consent_is_shown_on_its_page(self, alice: User) -> None:
        consent, client = TextVersion.objects.get(name="proof_consent"), signed_in(alice)
        assert client.get(address("preview", consent, "en")).status_code == 404
        assert (
            "<strong>I agree that the bank uses this document"
            in client.get(address("change", consent)).content.decode()
        )

    def test_knows_two_languages(self, alice: User, current: TextVersion) -> None:
        assert signed_in(alice).get(address("preview", current, "fr")).status_code == 404


def text_titles() -> dict[str, Any]:
    from negotiation.admin.text_words import TITLES  # noqa: PLC0415

    return TITLES
