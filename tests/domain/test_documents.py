"""The examples in the documentation and in the domain's docstrings are executed."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import negotiation.domain

CALCULATIONS = Path(__file__).parents[2] / "docs" / "calculations.md"
MODULES = sorted(f"negotiation.domain.{module.name}" for module in pkgutil.iter_modules(negotiation.domain.__path__))


class TestCalculationsDocument:
    def test_shows_what_the_engine_gives(self):
        blocks = re.findall(r"^```pycon\n(.*?)^```", CALCULATIONS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "calculations.md", str(CALCULATIONS), 0)
        assert len(examples.examples) > 60
        assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.parametrize("name", MODULES)
class TestDomainModule:
    def test_shows_what_its_functions_give(self, name):
        assert doctest.testmod(importlib.import_module(name)).failed == 0
