"""What stays of the words that people type."""

import pytest

from negotiation.domain.words import plain_words


class TestPlainWords:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("您好，谢谢！", "您好，谢谢！"),
            ("𠮷㐂龘 <b>&amp;</b> \"'", "𠮷㐂龘 <b>&amp;</b> \"'"),
            ("one\r\ntwo\rthree\u2028four\u2029five\x85six\x0bseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
            ("a\tb", "a b"),
            ("a\x00b\x07c\x1b[31md\x7fe\x9ff", "abc[31mdef"),
            ("1,200\u202e\u2066\u200e\u200f元", "1,200元"),
            ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
            ("half \ud83d a character", "half  a character"),
            ("👩\u200d👧 👍🏽", "👩\u200d👧 👍🏽"),
            ("سلام", "سلام"),
        ],
    )
    def test_are_what_can_be_read(self, typed, kept):
        assert plain_words(typed) == kept

    @pytest.mark.parametrize(
        "typed", ["", " \r\n\t ", "\x00", "\u200b\ufeff", "\u200d\u200c", "\u3000\u00a0", "\n\u200d\n"]
    )
    def test_are_none_where_nothing_can_be_read(self, typed):
        assert plain_words(typed) == ""
