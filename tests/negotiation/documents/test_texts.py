"""Which words a document gets: those in force when it was agreed, on its pages and on the page of undertakings, for good."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from negotiation.documents.agreement import render_agreement
from negotiation.documents.content import Language
from negotiation.documents.text_language import ValueNotKnown
from negotiation.documents.texts import AGREEMENT, TextNotPublished, Wording, supplied_wordings
from negotiation.models import Agreement, Document
from negotiation.services import sealing, signing
from negotiation.services.agreement_content import content_of
from tests.factories import NOW, make_negotiation, publish_policy, publish_texts
from tests.negotiation.documents.contents import agreement_content
from tests.negotiation.documents.tools import page_text
from tests.negotiation.text_people import published

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
NO_CARDS = "undertaking_no_new_cards"


@pytest.fixture(autouse=True)
def ready(db: None) -> None:
    publish_policy()
    publish_texts()


def agreed(now: datetime = NOW) -> Agreement:
    return Agreement.objects.get(negotiation=make_negotiation(instalment_count=36, now=now))


def render(agreement: Agreement, now: datetime = NOW) -> Document:
    """The worker renders it, however much later; the Chinese document."""
    effect = sealing.render_documents({"agreement": str(agreement.pk)}, now=now)
    with transaction.atomic():
        effect()
    return Document.objects.get(agreement=agreement, language="zh-hans")


def text_of(document: Document, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(bytes(document.draft_content))
    return "".join(page_text(path).split())


def publish_other_words() -> None:
    published("breach", zh="<p>违约时，本行先与您通话。</p>", en="<p>The bank calls first.</p>", now=LATER)
    published(NO_CARDS, zh="结清前我不申领新卡。", en="I take no new card.", now=LATER)


class TestADocument:
    def test_has_the_words_in_force_when_it_was_agreed_and_names_their_versions(self, tmp_path: Path) -> None:
        old = render(agreed())
        before = bytes(old.draft_content)
        publish_other_words()
        new = render(agreed(LATER), LATER)
        text = text_of(new, tmp_path)
        assert "违约时，本行先与您通话。" in text and "√结清前我不申领新卡。" in text
        assert "breach2026-11.2" in text and "rights2026-11·" in text
        assert (new.text_versions["breach"], new.text_versions["rights"]) == ("2026-11.2", "2026-11")
        old.refresh_from_db()
        assert bytes(old.draft_content) == before
        assert old.text_versions["breach"] == "2026-11"

    def test_that_is_rendered_late_has_the_words_of_its_day(self, tmp_path: Path) -> None:
        agreement = agreed()
        publish_other_words()
        document = render(agreement, LATER)
        assert document.text_versions["breach"] == "2026-11"
        assert "先与您通话" not in text_of(document, tmp_path)

    def test_is_not_made_from_words_altered_past_the_triggers(self) -> None:
        agreement = agreed()
        drop = (
            ["DROP TRIGGER negotiation_textversion_published ON negotiation_textversion"]
            if connection.vendor == "postgresql"
            else ["DROP TRIGGER negotiation_textversion_published_no_update"]
        )
        with connection.cursor() as cursor:
            for statement in [*drop, "UPDATE negotiation_textversion SET body_zh = '<p>x</p>' WHERE name = 'rights'"]:
                cursor.execute(statement)
        with pytest.raises(TextNotPublished, match="rights"):
            render(agreement)
        assert not Document.objects.exists()

    def test_reads_all_its_words_in_one_query(self, django_assert_num_queries: Any) -> None:
        agreement = agreed()
        with django_assert_num_queries(1):
            assert set(signing.agreement_texts(agreement)) == set(AGREEMENT)
        assert content_of(agreement).texts.keys() == set(AGREEMENT)

    @pytest.mark.parametrize("language", Language)
    def test_prints_every_text_it_names(self, language: Language, tmp_path: Path) -> None:
        words = {name: _marked(wording) for name, wording in supplied_wordings(AGREEMENT).items()}
        content = agreement_content(texts=words, schedule=_with_down_payment())
        path = tmp_path / "paper.pdf"
        path.write_bytes(render_agreement(content, language).pdf)
        printed = "".join(page_text(path).split())
        assert [name for name in AGREEMENT if f"[{name}]" not in printed] == []

    def test_is_not_made_if_a_text_asks_for_what_it_has_not(self) -> None:
        words = supplied_wordings(AGREEMENT) | {"rights": Wording("rights", "1", "<p>{{ other }}</p>", "<p>x</p>")}
        with pytest.raises(ValueNotKnown):
            render_agreement(agreement_content(texts=words), "zh-hans")


class TestThePageOfUndertakings:
    @pytest.mark.parametrize("is_rendered", [True, False])
    def test_asks_in_the_words_that_the_document_prints(self, is_rendered: bool, tmp_path: Path) -> None:
        agreement = agreed()
        if is_rendered:
            render(agreement)
        publish_other_words()
        asked = signing.required_undertakings(agreement, "zh-hans")
        document = Document.objects.filter(agreement=agreement, language="zh-hans").first() or render(agreement, LATER)
        printed = text_of(document, tmp_path)
        assert {f"undertaking_{item.name}": item.version for item in asked}.items() <= document.text_versions.items()
        assert all("".join(item.words.split()) in printed for item in asked)

    def test_asks_in_new_words_from_the_next_agreement_on(self) -> None:
        publish_other_words()
        asked = {item.name: item for item in signing.required_undertakings(agreed(LATER), "en")}
        assert (asked["no_new_cards"].words, asked["no_new_cards"].version) == ("I take no new card.", "2026-11.2")


def _marked(wording: Wording) -> Wording:
    """The wording with its name at a place where words may stand."""
    zh, en = (_with_name(body, wording.name) for body in (wording.zh, wording.en))
    return Wording(wording.name, wording.version, zh, en)


def _with_name(body: str, name: str) -> str:
    for mark in ("<p>", "<li>"):
        if mark in body:
            return body.replace(mark, f"{mark}[{name}]", 1)
    return f"[{name}]{body}"


def _with_down_payment() -> Any:
    schedule = agreement_content().schedule
    return replace(schedule, terms=replace(schedule.terms, down_payment=Decimal("100.00")))
