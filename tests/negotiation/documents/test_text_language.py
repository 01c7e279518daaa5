"""What the words of a text may contain: all else is refused by name and line, and nothing is mended."""

import pytest

from negotiation.documents import text_language as language
from negotiation.documents.text_language import BLOCK, INLINE, TextRefused, filled, values_named

KNOWN = {"days", "rate"}

HOSTILE = {
    "{% load static %}<p>x</p>": (language.TagNotAllowed, "load static", 1),
    "<p>x</p>\n{% include 'parts/head.html' %}": (language.TagNotAllowed, "include 'parts/head.html'", 2),
    "<p>{% extends 'x' %}</p>": (language.TagNotAllowed, "extends 'x'", 1),
    "<p>{% for a in b %}{% endfor %}</p>": (language.TagNotAllowed, "for a in b", 1),
    "<p>{% debug %}</p>": (language.TagNotAllowed, "debug", 1),
    "<p>{% autoescape off %}{{ days }}{% endautoescape %}</p>": (language.TagNotAllowed, "autoescape off", 1),
    "<p>{% verbatim %}{{ x }}{% endverbatim %}</p>": (language.TagNotAllowed, "verbatim", 1),
    "<p>{# hidden #}</p>": (language.TagNotAllowed, "{#", 1),
    "<p>x\n{{ settings.SECRET_KEY }}</p>": (language.ValueNotKnown, "settings.SECRET_KEY", 2),
    "<p>{{ days.__class__ }}</p>": (language.ValueNotKnown, "days.__class__", 1),
    "<p>{{ days|safe }}</p>": (language.ValueNotKnown, "days|safe", 1),
    "<p>{{ 'words' }}</p>": (language.ValueNotKnown, "'words'", 1),
    "<p>{{ weeks }}</p>": (language.ValueNotKnown, "weeks", 1),
    "<p>{% if weeks %}x{% endif %}</p>": (language.ValueNotKnown, "weeks", 1),
    "<p>{% if days == 3 %}x{% endif %}</p>": (language.ConditionNotAllowed, "if days == 3", 1),
    "<p>{% if not days %}x{% endif %}</p>": (language.ConditionNotAllowed, "if not days", 1),
    "<p>{% if days %}x{% elif rate %}y{% endif %}</p>": (language.ConditionNotAllowed, "if days", 1),
    "<p>{% if days %}x</p>": (language.ConditionNotAllowed, "if days", 1),
    "<p>x{% endif %}</p>": (language.ConditionNotAllowed, "endif", 1),
    "<p>{{ days</p>": (language.TagUnfinished, "{{", 1),
    "<p>{% if\ndays %}</p>": (language.TagUnfinished, "{%", 1),
    "<p>x</p>\n<script>x()</script>": (language.ElementNotAllowed, "script", 2),
    "<p><script>if (a < b) x()</script></p>": (language.ElementNotAllowed, "script", 1),
    "<p>x</p>\n\n<img src=http://evil.example/a.png>": (language.ElementNotAllowed, "img", 3),
    '<p><img src="http://evil.example/a.png"/></p>': (language.ElementNotAllowed, "img", 1),
    "<p><a href='http://evil.example'>x</a></p>": (language.ElementNotAllowed, "a", 1),
    "<p><iframe></iframe></p>": (language.ElementNotAllowed, "iframe", 1),
    "<style>p { display: none }</style>": (language.ElementNotAllowed, "style", 1),
    "<P>x</P>": (language.ElementNotAllowed, "P", 1),
    "<p>x<!-- hidden --></p>": (language.ElementNotAllowed, "!--", 1),
    "<p><![CDATA[<script>]]></p>": (language.ElementNotAllowed, "![CDATA[", 1),
    "<?php x ?><p>x</p>": (language.ElementNotAllowed, "?php", 1),
    '<!DOCTYPE p [<!ENTITY a "b">]><p>&a;</p>': (language.ElementNotAllowed, "!", 1),
    '<p class="quiet">x</p>': (language.AttributeNotAllowed, "class", 1),
    '<p onclick="x()">x</p>': (language.AttributeNotAllowed, "onclick", 1),
    "<p {{ days }}>x</p>": (language.NotWellFormed, "<p>", 1),
    "<{{ days }}>x</{{ days }}>": (language.NotWellFormed, "", 1),
    "<p>x": (language.NotWellFormed, "<p>", 1),
    "<ol>\n<li>x</ol>": (language.NotWellFormed, "<li>", 2),
    "</text><p>x</p>": (language.NotWellFormed, "", 1),
    "<p>a & b</p>": (language.NotWellFormed, "<p>", 1),
    "<p>&nbsp;</p>": (language.NotWellFormed, "<p>", 1),
    "<p/>": (language.NotWellFormed, "/>", 1),
    "words": (language.ElementMisplaced, "words", 1),
    "<li>x</li>": (language.ElementMisplaced, "<li>", 1),
    "<p><ol></ol></p>": (language.ElementMisplaced, "<ol>", 1),
    "<ol>words</ol>": (language.ElementMisplaced, "words", 1),
    "<ol><li>" * 9 + "x" + "</li></ol>" * 9: (language.ElementMisplaced, "<li>", 1),
    "<p>{% if days %}</p><p>{% endif %}</p>": (language.ConditionSplitsElement, "", 1),
    "<p>\n{% if days %}<em>{% else %}</em>{% endif %}</p>": (language.ConditionSplitsElement, "", 2),
    "<p>{% if days %}<em>{% endif %}x{% if days %}</em>{% endif %}</p>": (language.ConditionSplitsElement, "", 1),
    "<p>一\n𠮷</p>": (language.CharacterWithoutGlyph, "U+20BB7", 2),
    "<p>{% if days %}{% endif %}</p>" * 60: (language.TooManyTags, "100", 1),
    " \n ": (language.TextEmpty, "", 1),
}


class TestTheLanguageOfTexts:
    @pytest.mark.parametrize("body", HOSTILE)
    def test_refuses_by_name_and_line(self, body: str) -> None:
        refusal, what, line = HOSTILE[body]
        with pytest.raises(TextRefused) as refused:
            values_named(body, known=KNOWN, form=BLOCK)
        assert (type(refused.value), refused.value.what, refused.value.line) == (refusal, what, line)

    def test_has_one_tag_and_no_filter(self) -> None:
        (library,) = language._engine().template_builtins
        assert (set(library.tags), library.filters) == ({"if"}, {})

    def test_knows_which_values_are_named(self) -> None:
        body = "<p>{{ days }}{% if rate %}{{ rate }}{% else %}<em>none</em>{% endif %}</p><ul><li>&lt;&amp;</li></ul>"
        assert values_named(body, known=KNOWN, form=BLOCK) == {"days", "rate"}

    def test_takes_conditions_inside_conditions(self) -> None:
        body = "<p>a</p>{% if days %}<p>b{% if rate %}c{% endif %}</p>{% endif %}"
        assert filled(body, {"days": "3", "rate": ""}) == "<p>a</p><p>b</p>"

    def test_lets_one_run_of_words_have_no_paragraphs(self) -> None:
        assert values_named("I <strong>agree</strong>.", known=(), form=INLINE) == set()
        with pytest.raises(language.ElementMisplaced):
            values_named("<p>I agree.</p>", known=(), form=INLINE)

    def test_escapes_values(self) -> None:
        assert filled("<p>{{ days }}</p>", {"days": "<b>&"}) == "<p>&lt;b&gt;&amp;</p>"

    def test_fills_in_nothing_that_is_not_given(self) -> None:
        with pytest.raises(language.ValueNotKnown):
            filled("<p>{{ days }}</p>", {"rate": "1"})
