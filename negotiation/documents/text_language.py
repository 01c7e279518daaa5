"""What the words of a text may contain: named values, if and else, and a few marks of layout; everything else is refused by name.

Knows neither which texts there are nor where they are kept. Django's template engine reads the tags, with no library but the one
here; expat reads the marks, so that what is not well formed is refused and never mended.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar
from xml.parsers import expat

from django.template import Context, Engine, Library, Template, TemplateSyntaxError
from django.template.base import NodeList, TextNode, VariableNode, tag_re
from django.template.defaulttags import IfNode, TemplateLiteral, do_if
from django.utils.safestring import SafeString

from negotiation.documents.glyphs import missing

register = Library()
register.tag("if", do_if)

CONDITION_TAGS = ("if", "else", "endif")
BLOCK, INLINE = "block", "inline"
_EMPHASIS = {"strong", "em"}
MAY_STAND_IN = {
    BLOCK: {"p", "ol", "ul"},
    INLINE: _EMPHASIS,
    "p": _EMPHASIS,
    "ol": {"li"},
    "ul": {"li"},
    "li": _EMPHASIS | {"ol", "ul"},
    "strong": {"em"},
    "em": {"strong"},
}
"""Which marks may stand directly inside which; the first two are whole texts."""
DEEPEST, MOST_TAGS = 8, 100
_BEGUN = re.compile(r"</?([A-Za-z!?][\w:.-]*)[^<>]*\Z")
ELEMENTS = tuple(name for name in MAY_STAND_IN if name not in (BLOCK, INLINE))
HOLDS_WORDS = {INLINE, "p", "li", *_EMPHASIS}


class TextRefused(Exception):
    """The words cannot be used; the subclass says why, ``what``, ``line`` (from 1) and ``language`` say where."""

    def __init__(self, what: str = "", line: int = 1, language: str = "") -> None:
        super().__init__(f"{what} (line {line})")
        self.what, self.line, self.language = what, line, language


class TextEmpty(TextRefused):
    """There are no words."""


class TagNotAllowed(TextRefused):
    """A template tag or comment other than if, else and endif."""


class ConditionNotAllowed(TextRefused):
    """An if that asks about something other than one value, or an if without its end."""


class ValueNotKnown(TextRefused):
    """A value that the document has not, or a filter on one."""


class TooManyTags(TextRefused):
    """More tags than anybody could follow."""


class TagUnfinished(TextRefused):
    """Braces that open or close no tag."""


class ElementNotAllowed(TextRefused):
    """A mark other than those of ``ELEMENTS``."""


class AttributeNotAllowed(TextRefused):
    """A mark with an attribute."""


class ElementMisplaced(TextRefused):
    """A mark, or words, where neither may stand: a list item outside a list, words outside a paragraph."""


class NotWellFormed(TextRefused):
    """A mark that is not closed, or an ampersand or angle bracket that is not written out."""


class ConditionSplitsElement(TextRefused):
    """A mark opens on one side of an if or else and closes on the other."""


class CharacterWithoutGlyph(TextRefused):
    """A character that the documents' fonts cannot print."""


class _PlainEngine(Engine):
    """Knows the tag ``if`` and nothing else: no other tag, no filter, no loading, no including."""

    default_builtins: ClassVar[list[str]] = [__name__]


def values_named(body: str, *, known: Collection[str], form: str) -> frozenset[str]:
    """The names of the values that a text asks for, after it was looked through.

    :raises TextRefused: the first fault that is found, as a subclass, with what and in which line.
    """
    if not body.strip():
        raise TextEmpty
    _require_glyphs(body)
    template = _template(body)
    names = frozenset(_names(template.nodelist, frozenset(known)))
    _require_marks(body, form)
    return names


def filled(body: str, values: Mapping[str, str]) -> SafeString:
    """The words with the values in their places, escaped.

    :raises TextRefused: if the text asks for a value that is not given, or uses a tag that is none.
    """
    template = _checked(body, frozenset(values))
    return template.render(Context(dict(values), autoescape=True, use_l10n=False, use_tz=False))


@lru_cache(maxsize=256)
def _checked(body: str, known: frozenset[str]) -> Template:
    template = _template(body)
    for _name in _names(template.nodelist, known):
        pass
    return template


def _template(body: str) -> Template:
    if "{#" in body:
        raise TagNotAllowed("{#", _line(body, "{#"))
    if body.count("{%") > MOST_TAGS:
        raise TooManyTags(str(MOST_TAGS))
    try:
        return Template(body, engine=_engine())
    except TemplateSyntaxError as fault:
        raise _refusal(getattr(fault, "token", None)) from fault


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return _PlainEngine()


def _refusal(token: Any) -> TextRefused:
    """What the parser could not read, in our words: a tag, a condition, or a value with something on it."""
    contents = token.contents.strip()
    if token.token_type.name == "VAR":
        return ValueNotKnown(contents, token.lineno)
    tag = contents.split()[0] if contents else "{% %}"
    return (ConditionNotAllowed if tag in CONDITION_TAGS else TagNotAllowed)(contents or tag, token.lineno)


def _names(nodes: NodeList, known: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, VariableNode):
            yield _known(node.filter_expression.token, node, known)
        elif isinstance(node, IfNode):
            yield from _names_of_condition(node, known)
        elif not isinstance(node, TextNode):
            raise TagNotAllowed(node.token.contents, node.token.lineno)


def _names_of_condition(node: IfNode, known: frozenset[str]) -> Iterator[str]:
    """``if`` asks about one value and has at most one ``else``."""
    (condition, _branch), *others = node.conditions_nodelists
    if not isinstance(condition, TemplateLiteral) or any(other for other, _nodes in others):
        raise ConditionNotAllowed(node.token.contents, node.token.lineno)
    yield _known(condition.value.token, node, known)
    for _condition, branch in node.conditions_nodelists:
        yield from _names(branch, known)
        _require_whole(branch, node.token.lineno)


def _known(name: str, node: Any, known: frozenset[str]) -> str:
    if name not in known:
        raise ValueNotKnown(name, node.token.lineno)
    return name


def _require_whole(branch: NodeList, line: int) -> None:
    """What stands between if, else and endif opens and closes its own marks."""
    try:
        _parse("".join(_marks(branch)), lambda _parser: None)
    except expat.ExpatError as fault:
        raise ConditionSplitsElement(line=line) from fault


def _marks(nodes: NodeList) -> Iterator[str]:
    """The words without values and conditions; a branch inside was looked through by itself."""
    return (node.s for node in nodes if isinstance(node, TextNode))


def _require_marks(body: str, form: str) -> None:
    """Only known marks, none with attributes, each where it may stand."""
    words = tag_re.sub(lambda found: "." if found.group().startswith("{{") else "", body)
    for braces in ("{{", "{%", "}}", "%}"):
        if braces in words:
            raise TagUnfinished(braces, _line(words, braces))
    marks = _Marks(form)
    try:
        _parse(words, marks.watch)
    except expat.ExpatError as fault:
        raise _not_well_formed(words, fault, marks.innermost) from fault
    if "/>" in words:
        raise NotWellFormed("/>", _line(words, "/>"))


def _parse(words: str, watch: Callable[[Any], None]) -> None:
    parser = expat.ParserCreate()
    watch(parser)
    parser.Parse(f"<text>\n{words}</text>", True)


def _not_well_formed(words: str, fault: expat.ExpatError, innermost: str) -> TextRefused:
    """Names the mark in which the text breaks off, else the one that is open there; one that may not be used is called that."""
    lines = words.split("\n")
    line = min(fault.lineno - 1, len(lines))
    begun = _BEGUN.search("\n".join([*lines[: line - 1], lines[line - 1][: fault.offset]]))
    if begun and begun.group(1) not in ELEMENTS:
        return ElementNotAllowed(begun.group(1), line)
    return NotWellFormed(f"<{begun.group(1) if begun else innermost}>" if begun or innermost else "", line)


class _Marks:
    """Follows the marks of one text and refuses the first that may not stand where it stands."""

    def __init__(self, form: str) -> None:
        self._form, self._open = form, [""]

    @property
    def innermost(self) -> str:
        """The mark that is open now; none outside of all."""
        return self._open[-1] if self._open[-1] in ELEMENTS else ""

    def watch(self, parser: Any) -> None:
        self._parser = parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._words
        parser.CommentHandler = lambda _data: self._refuse(ElementNotAllowed, "!--")
        parser.StartCdataSectionHandler = lambda: self._refuse(ElementNotAllowed, "![CDATA[")
        parser.ProcessingInstructionHandler = lambda target, _data: self._refuse(ElementNotAllowed, f"?{target}")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) > 1:
            self._look_at(name, attributes)
        if len(self._open) > DEEPEST:
            self._refuse(ElementMisplaced, f"<{name}>")
        self._open.append(name if len(self._open) > 1 else self._form)

    def _look_at(self, name: str, attributes: Mapping[str, str]) -> None:
        if name not in ELEMENTS:
            self._refuse(ElementNotAllowed, name)
        if attributes:
            self._refuse(AttributeNotAllowed, next(iter(attributes)))
        if name not in MAY_STAND_IN[self._open[-1]]:
            self._refuse(ElementMisplaced, f"<{name}>")

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _words(self, words: str) -> None:
        if words.strip() and self._open[-1] not in HOLDS_WORDS:
            self._refuse(ElementMisplaced, words.strip()[:20])

    def _refuse(self, refusal: type[TextRefused], what: str) -> None:
        raise refusal(what, self._parser.CurrentLineNumber - 1)


def _require_glyphs(body: str) -> None:
    without = missing(body)
    if without:
        raise CharacterWithoutGlyph(f"U+{ord(without[0]):04X}", _line(body, without[0]))


def _line(body: str, part: str) -> int:
    return body.count("\n", 0, body.index(part)) + 1
