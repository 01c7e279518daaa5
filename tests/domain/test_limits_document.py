"""The examples of docs/limits.md are executed, and its table knows every code."""

import doctest
import re
from pathlib import Path

from negotiation.domain.reasons import ReasonCode

LIMITS = Path(__file__).parents[2] / "docs" / "limits.md"


class TestLimitsDocument:
    def test_shows_what_the_code_gives(self) -> None:
        blocks = re.findall(r"^```pycon\n(.*?)^```", LIMITS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "limits.md", str(LIMITS), 0)
        assert len(examples.examples) > 25
        assert doctest.DocTestRunner().run(examples).failed == 0

    def test_names_every_reason(self) -> None:
        table = "\n".join(line for line in LIMITS.read_text("utf-8").splitlines() if line.startswith("|"))
        assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", table)) >= {code.value for code in ReasonCode}
