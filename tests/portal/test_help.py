"""The help: every question answered in both languages, with the bank's figures of today, and found by the words that people use."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils.html import strip_tags
from django.utils.translation import override

from negotiation.domain.contact import ContactWindow
from negotiation.services.demonstration_policy import demonstration_managers, demonstration_policy
from negotiation.services.policies import draft_policy
from negotiation.services.policies import publish_policy as publish_draft
from portal.help.agencies import Agency, read_agencies
from portal.help.search import found
from portal.help.topics import GROUPS, TOPICS
from tests.factories import NOW, publish_policy

LANGUAGES = ("en", "zh-hans")
HANZI = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = re.compile(r"https?://\S+|\S+@\S+|PDF|LPR")
LINK = re.compile(r'href="(/[^"#]*)')


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(path: str, language: str = "en") -> str:
    """The page's own part, as anybody reads it."""
    client = Client()
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def words(path: str, language: str = "en") -> str:
    return re.sub(r"\s+", " ", strip_tags("<main" + page(path, language)))


def slugs(query: str) -> list[str]:
    return [topic.slug for _, topics in found(query) for topic in topics]


def change_policy(**settings: Any) -> None:
    """A newer version of the policy in force, with other settings."""
    drafter, publisher = demonstration_managers()
    based_on = replace(demonstration_policy(now=NOW), **settings)
    draft = draft_policy(
        actor=drafter, name="Newer", effective_from=based_on.effective_from, based_on=based_on, now=NOW
    )
    publish_draft(actor=publisher, number=draft.number, now=NOW)


class TestEveryTopic:
    @pytest.mark.parametrize("slug", TOPICS)
    def test_is_answered_in_both_languages(self, slug: str) -> None:
        publish_policy()
        english, chinese = words(f"/help/{slug}/"), words(f"/help/{slug}/", "zh-hans")
        assert not HANZI.search(english)
        assert not LATIN.search(NAMES.sub("", chinese))
        assert "以您与本行签订的协议为准" in chinese and "What counts is the agreement" in english

    @pytest.mark.parametrize("slug", TOPICS)
    def test_has_an_answer_before_there_is_a_policy(self, slug: str) -> None:
        answer = page(f"/help/{slug}/")
        short = strip_tags(answer.partition('<div class="short-answer">')[2].partition("</div>")[0]).strip()
        assert len(short) > 20
        assert "None" not in answer

    def test_says_which_rule_it_rests_on_and_what_can_be_done(self) -> None:
        for topic in TOPICS.values():
            assert topic.rules and topic.ways, topic.slug

    def test_stands_in_one_group(self) -> None:
        assert len(TOPICS) == sum(len(group.topics) for group in GROUPS)
        answers = {path.stem for path in (settings.BASE_DIR / "templates" / "help" / "topics").glob("*.html")}
        assert answers == set(TOPICS)

    def test_that_does_not_exist_is_not_found(self) -> None:
        assert Client().get("/help/nothing/").status_code == 404


class TestLinks:
    def test_lead_somewhere(self) -> None:
        paths = {"/help/", "/help/agencies/", *(f"/help/{slug}/" for slug in TOPICS)}
        linked = {link for path in paths for link in LINK.findall(page(path))}
        assert paths <= linked | {"/help/"}
        for link in linked:
            assert Client().get(link).status_code in (200, 302), link

    def test_from_other_pages_name_topics_that_exist(self) -> None:
        templates = [path.read_text() for path in Path(settings.BASE_DIR / "templates").rglob("*.html")]
        named = re.findall(
            r"""help_topic' '([a-z0-9-]+)'|help_link\.html" with topic="([a-z0-9-]+)\"""", "".join(templates)
        )
        assert len(named) > 5
        assert {one or other for one, other in named} <= set(TOPICS)

    def test_to_the_help_stand_on_every_page(self) -> None:
        for path in ("/", "/help/agents/", "/sign-in/", "/verify/"):
            assert 'href="/help/"' in Client().get(path).content.decode(), path


class TestTheSearch:
    @pytest.mark.parametrize(
        ("query", "slug"),
        [
            ("停息挂账", "interest-stopped"),
            ("停息挂账可以办吗", "interest-stopped"),
            ("滞纳金", "fair-interest"),
            ("征信修复", "credit-repair"),
            ("二次协商", "missed-again"),
            ("爆通讯录", "family-and-employer"),
            ("会坐牢吗？", "prison"),
            ("反催收", "agents"),
            ("ＬＰＲ", "fair-interest"),
            ("90", "after-90-days"),
            ("Will I go to JAIL", "prison"),
            ("collectors call my family", "family-and-employer"),
        ],
    )
    def test_finds_popular_words(self, query: str, slug: str) -> None:
        assert slug in slugs(query)
        assert len(slugs(query)) <= 6

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_finds_every_question_by_itself(self, language: str) -> None:
        with override(language):
            for topic in TOPICS.values():
                assert topic.slug in slugs(str(topic.question))

    def test_shows_everything_to_who_asks_nothing(self) -> None:
        assert slugs("") == list(TOPICS)

    @pytest.mark.parametrize("query", ["qwertz", "？", "to", "<script>"])
    def test_says_so_where_nothing_fits(self, query: str) -> None:
        answer = page(f"/help/?q={query}")
        assert "No answer fits" in answer
        assert "<script>" not in answer

    def test_keeps_what_was_asked_in_its_field(self) -> None:
        answer = page("/help/?q=jail")
        assert 'value="jail"' in answer and "/help/prison/" in answer


class TestFigures:
    def test_follow_the_policy_in_force(self) -> None:
        publish_policy()
        assert "10 days to make up" in words("/help/missed-again/")
        change_policy(cure_days=15, quote_validity_days=3, affordability_margin=Decimal("0.2"), answer_days=4)
        assert "15 days to make up" in words("/help/missed-again/")
        assert "hold for 3 days" in words("/help/interest-meanwhile/")
        assert "at most 80%" in words("/help/how-much-a-month/")
        assert "within 4 days" in words("/help/must-the-bank-agree/")

    def test_follow_the_settings(self, settings: Any) -> None:
        settings.PROOF_KEPT_DAYS, settings.BANK_TELEPHONE = 30, "95000"
        settings.CONTACT_WINDOW = ContactWindow.parse("[09:00,20:00)")
        assert "deleted 30 days after" in words("/help/papers/")
        assert "95000" in words("/help/complaints/")
        assert "leave between 09:00 and 20:00" in words("/help/calling-hours/")

    @pytest.mark.parametrize("window", ["[08:00,23:59]", "[00:00,22:00)"])
    def test_leave_out_hours_of_our_own_beyond_the_lawful_ones(self, settings: Any, window: str) -> None:
        settings.CONTACT_WINDOW = ContactWindow.parse(window)
        answer = words("/help/calling-hours/")
        assert "From 22:00 in the evening to 08:00" in answer
        assert "leave between" not in answer

    def test_of_the_rules_are_those_of_the_engine(self) -> None:
        assert "Up to 90 days overdue" in words("/help/principal/") and "From day 91" in words("/help/principal/")
        assert "within 15 days, in complex cases within 30 days" in words("/help/complaints/")
        assert "another 30 days" in words("/help/complaints/")
        assert "At most 6 attempts" in words("/help/how-often/") and "3 calls" in words("/help/how-often/")

    def test_of_the_example_are_worked_out(self) -> None:
        assert "¥10,000.00 × 0.05% × 30 days = ¥150.00" in words("/help/how-interest-is-worked-out/")


class TestTheAnswers:
    @pytest.mark.parametrize(
        ("slug", "said"),
        [
            ("credit-repair", "一次性信用修复也已经截止"),
            ("credit-record", "不会消除此前的记录"),
            ("interest-stopped", "不一定"),
            ("must-the-bank-agree", "不是"),
            ("principal", "本金必须归还"),
            ("limitation", "拖延不会让欠款消失"),
        ],
    )
    def test_promise_nothing_that_is_not_so(self, slug: str, said: str) -> None:
        assert said in words(f"/help/{slug}/", "zh-hans")


class TestTheAgencies:
    def test_are_listed_as_the_operator_wrote_them(self, settings: Any, tmp_path: Path) -> None:
        file = tmp_path / "agencies.json"
        row = {"name": "诚信服务公司", "phone": "021-0000", "website": "https://agency.example", "since": "2026-01-31"}
        file.write_text(json.dumps([row]))
        settings.AGENCIES = read_agencies("PORTAL_AGENCIES_FILE", file)
        answer = words("/help/agencies/")
        assert "诚信服务公司" in answer and "021-0000" in answer and "31 Jan 2026" in answer

    @pytest.mark.parametrize(
        ("listed", "said"), [((), "The bank has commissioned no agency"), (None, "The list is not on this site")]
    )
    def test_that_are_not_there_are_told_from_those_not_named(
        self, settings: Any, listed: tuple[Agency, ...] | None, said: str
    ) -> None:
        settings.AGENCIES = listed
        assert said in words("/help/agencies/")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("[", "no JSON"),
            ("{}", "a list"),
            ('[{"name": "A"}]', "agency 1 needs"),
            ('[{"name": " ", "phone": "1", "website": "", "since": "2026-01-31"}]', "no name"),
            ('[{"name": "A", "phone": "1", "website": "http://a.example", "since": "2026-01-31"}]', "https://"),
            ('[{"name": "A", "phone": "1", "website": "", "since": "lately"}]', "has to be a day"),
        ],
    )
    def test_are_refused_by_the_name_of_their_setting(self, tmp_path: Path, content: str, reason: str) -> None:
        file = tmp_path / "agencies.json"
        file.write_text(content)
        with pytest.raises(ImproperlyConfigured, match=f"PORTAL_AGENCIES_FILE.*{reason}"):
            read_agencies("PORTAL_AGENCIES_FILE", file)
