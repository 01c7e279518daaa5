"""Which questions does a reader mean by what they typed, in either language? Knows words, not answers."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import override

from portal.help.topics import GROUPS, Group, Topic

_PIECES = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+")
_LATIN = re.compile(r"[a-z0-9]+")
_TOO_SHORT = re.compile(r"[a-z]{1,2}")
_NAMED, _ASKED = 2, 1


def found(query: str) -> list[tuple[Group, list[Topic]]]:
    """The groups with the topics that fit the query best, in their order; all of them for an empty one, none if nothing fits.

    A word that a topic is known by counts twice as much as one of its question; what fits half as well as the best is left out.
    """
    terms = _terms(query)
    scores = {topic: _score(topic, terms) for group in GROUPS for topic in group.topics}
    least = max(scores.values()) / 2
    kept = [(group, [topic for topic in group.topics if not query or scores[topic] > least]) for group in GROUPS]
    return [(group, topics) for group, topics in kept if topics]


def _terms(text: str) -> list[str]:
    """The words and numbers of a text; one or two Latin letters say nothing."""
    pieces = _PIECES.findall(unicodedata.normalize("NFKC", text).casefold())
    return [piece for piece in pieces if not _TOO_SHORT.fullmatch(piece)]


def _score(topic: Topic, terms: list[str]) -> int:
    named, asked = _terms(topic.words), _terms(_both_languages(topic))
    return sum(_NAMED if _fits(term, named) else _ASKED if _fits(term, asked) else 0 for term in terms)


def _both_languages(topic: Topic) -> str:
    texts = []
    for language in ("en", "zh-hans"):
        with override(language):
            texts.append(str(topic.question))
    return " ".join(texts)


def _fits(term: str, words: Iterable[str]) -> bool:
    """Latin words fit by how they begin; a Chinese sentence also by a word within it."""
    if _LATIN.fullmatch(term):
        return any(word.startswith(term) or (len(word) > 3 and term.startswith(word)) for word in words)
    return any(term in word or (len(word) > 1 and word in term) for word in words if not _LATIN.fullmatch(word))
