"""What the parts say: states in words, differences between offers, fields with their words and errors."""

import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from negotiation.domain.terms import Frequency, PlanMethod, PlanTerms, Row, Schedule
from negotiation.domain.workflow import NegotiationState, PlanState
from portal.ops.parts import PartsForm
from portal.templatetags import parts


def schedule(payments: list[str], *, interest: str = "0.00", first: int = 4, **terms: object) -> Schedule:
    """Rows of the given payments, one a month from the fifteenth of month ``first`` of 2026."""
    rows = tuple(
        Row(
            seq=seq,
            due_date=date(2026, first + seq - 1, 15),
            principal=Decimal(payment) - Decimal(interest),
            interest=Decimal(interest),
            fee=Decimal("0.00"),
            payment=Decimal(payment),
            balance_after=Decimal("0.00"),
        )
        for seq, payment in enumerate(payments, 1)
    )
    given = {
        "method": PlanMethod.EQUAL_INSTALMENT,
        "principal": sum((row.principal for row in rows), Decimal("0.00")),
        "instalment_count": len(rows),
        "first_date": rows[0].due_date,
        "value_date": date(2026, 3, 31),
    }
    return Schedule(PlanTerms(**(given | terms)), rows)  # type: ignore[arg-type]


def words(before: Schedule, after: Schedule) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(change.text, change.tone) for change in parts.term_changes(before, after)]


class TestStates:
    @pytest.mark.parametrize("state", [*NegotiationState, *PlanState])
    def test_have_words_in_both_languages(self, state: str) -> None:
        with translation.override("en"):
            english = str(parts.state_tag(state)["label"])
        with translation.override("zh-hans"):
            chinese = str(parts.state_tag(str(state))["label"])
        assert english.isascii()
        assert not chinese.isascii()

    def test_that_do_not_exist_are_refused(self) -> None:
        with pytest.raises(KeyError):
            parts.state_tag("LOST")


class TestTermChanges:
    def test_say_nothing_of_equal_terms(self) -> None:
        assert words(schedule(["100.00"]), schedule(["100.00"])) == []

    def test_name_every_difference_in_words_and_figures(self) -> None:
        before = schedule(["320.00"] * 2)
        after = schedule(["200.00"] * 4, interest="2.50", first=5, down_payment=Decimal("50.00"))
        assert words(before, after) == [
            ("¥120.00 less a month", "lighter"),
            ("2 months longer", "neutral"),
            ("¥10.00 more interest", "heavier"),
            ("¥210.00 more in total", "heavier"),
            ("¥150.00 more debt in the plan", "heavier"),
            ("¥50.00 more down payment", "heavier"),
            ("first payment on Fri 15 May 2026", "neutral"),
            ("last payment on Sat 15 August 2026", "neutral"),
        ]

    def test_are_the_reverse_on_the_way_back(self) -> None:
        texts = [text for text, _ in words(schedule(["200.00"] * 3, interest="1.00"), schedule(["320.00"] * 2))]
        assert texts[:3] == ["¥120.00 more a month", "1 month shorter", "¥3.00 less interest"]

    def test_name_another_way_of_repaying(self) -> None:
        monthly = schedule(["9.00"])
        weekly = schedule(["9.00"], frequency=Frequency.WEEKLY)
        assert ("now: Every week; before: Every month", "neutral") in words(monthly, weekly)

    def test_compare_no_instalments_that_do_not_come_equally_often(self) -> None:
        monthly, weekly = schedule(["900.00"] * 3), schedule(["300.00"] * 3, frequency=Frequency.WEEKLY)
        texts = [text for text, _ in words(monthly, weekly)]
        assert texts[0] == "now ¥300.00 a week; before ¥900.00 a month"
        assert not any(text.endswith("a week") and "less" in text for text in texts)

    @pytest.mark.parametrize(
        ("frequency", "text"), [("WEEKLY", "¥20.00 more a week"), ("FORTNIGHTLY", "¥20.00 more every two weeks")]
    )
    def test_say_how_often_an_instalment_comes(self, frequency: str, text: str) -> None:
        before, after = (schedule([paid] * 3, frequency=Frequency(frequency)) for paid in ("300.00", "320.00"))
        assert words(before, after)[0] == (text, "heavier")

    def test_take_the_instalment_that_a_person_would_name(self) -> None:
        before, after = schedule(["300.00"] * 4), schedule(["100.00", "320.00", "320.00", "460.00"])
        assert words(before, after)[0] == ("¥20.00 more a month", "heavier")

    def test_count_instalments_where_they_are_not_monthly(self) -> None:
        one, two = (schedule(["9.00"] * count, frequency=Frequency.WEEKLY) for count in (1, 2))
        assert words(one, two)[0][0] == "1 instalment more"


class TestAnOffer:
    def shown(self, plan: Schedule) -> str:
        with translation.override("en"):
            return Template('{% include "fragments/offer_card.html" %}').render(Context({"schedule": plan}))

    def test_names_instalments_that_are_not_like_the_others(self) -> None:
        html = self.shown(schedule(["100.00", "320.00", "320.00", "460.00"]))
        assert html.index("320.00") < html.index("first instalment") < html.index("last instalment")

    def test_is_silent_on_what_rounding_left(self) -> None:
        assert "last instalment" not in self.shown(schedule(["320.00", "320.00", "319.99"]))

    def test_adds_the_down_payment_to_what_is_paid_in_all(self) -> None:
        html = self.shown(schedule(["320.00"] * 3, down_payment=Decimal("50.00")))
        assert "1,010.00" in html and "Total of all instalments" not in html


class TestScheduleTable:
    def test_shows_every_row_its_totals_and_states(self) -> None:
        template = Template("{% load parts %}{% schedule_table plan states=states %}")
        plan = schedule(["320.00"] * 3, interest="1.25")
        html = template.render(Context({"plan": plan, "states": {2: ("overdue", "Missed")}}))
        assert html.count("320.00</span>") == 3
        assert "960.00</span>" in html
        assert "3.75</span>" in html
        assert html.count("status-overdue") == 1


class TestField:
    def render(self, name: str, form: PartsForm) -> str:
        template = Template('{% include "fragments/field.html" with field=field prefix="¥" %}')
        return template.render(Context({"field": form[name]}))

    def test_ties_label_hint_and_message_to_the_input(self) -> None:
        html = self.render("monthly_amount", PartsForm({"monthly_amount": ""}))
        assert 'for="id_monthly_amount"' in html
        assert 'aria-describedby="id_monthly_amount_helptext id_monthly_amount_error"' in html
        assert 'id="id_monthly_amount_helptext"' in html
        assert 'id="id_monthly_amount_error"' in html
        assert 'aria-invalid="true"' in html

    def test_shows_the_unit(self) -> None:
        assert '<span class="input-group-text">¥</span>' in self.render("monthly_amount", PartsForm())

    def test_keeps_the_choice_that_was_made(self) -> None:
        html = self.render("reason", PartsForm({"reason": "illness"}))
        assert html.count("checked") == 1

    def test_escapes_what_was_typed(self) -> None:
        assert "<b>" not in self.render("code", PartsForm({"code": "<b>"}))

    def test_is_what_a_crispy_form_shows(self) -> None:
        html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": PartsForm()}))
        assert html.count('class="field') == len(PartsForm().fields)


class Page(HTMLParser):
    """Collects the texts of a page, and what a strict Content-Security-Policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.blocked: list[str] = []
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.blocked += [name for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.blocked.append(tag)


@pytest.mark.django_db
class TestStylePage:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_shows_every_part_without_anything_inline(self, client: Client, language: str) -> None:
        client.cookies["django_language"] = language
        response = client.get("/demo/parts/")
        page = Page()
        page.feed(response.content.decode())
        assert response.status_code == 200
        assert page.blocked == []

    def test_has_no_english_left_in_chinese(self, client: Client) -> None:
        client.cookies["django_language"] = "zh-hans"
        page = Page()
        page.feed(client.get("/demo/parts/").content.decode())
        assert set(re.findall(r"[A-Za-z]{3,}", " ".join(page.texts))) == {"English", "JavaScript"}
