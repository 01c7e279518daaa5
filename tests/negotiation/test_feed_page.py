"""docs/feed.md says what the importer does: every column, word and refusal of it."""

import re

import pytest
from django.conf import settings

from negotiation.feeds import refusals
from negotiation.feeds.layouts import LAYOUTS, Layout
from negotiation.feeds.reconcile import COMPONENTS, RULES
from negotiation.feeds.refusals import BadValue, FeedRefused, Reason
from negotiation.models import ChargeRule

PAGE = (settings.BASE_DIR / "docs" / "feed.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The body of the table whose heading begins so."""
    _, _, after = PAGE.partition(f"\n| {heading} |")
    lines = after.split("\n")[2:]
    body = lines[: next(index for index, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]


def is_required(parse) -> bool:
    try:
        parse("")
    except BadValue:
        return True
    return False


class TestThePage:
    @pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.file)
    def test_has_every_column_in_order_with_an_example_that_is_read(self, layout: Layout) -> None:
        section = PAGE.partition(f"\n## `{layout.file}`")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (yes|no) \| [^|]* \| `(.+)` \|$", section, re.MULTILINE)
        assert [row[0] for row in rows] == layout.header
        for column, (_name, required, example) in zip(layout.columns, rows, strict=True):
            assert column.parse(example) is not None
            assert (required == "yes") == is_required(column.parse)

    def test_names_every_refusal_of_a_delivery(self) -> None:
        names = {
            name for name, value in vars(refusals).items() if isinstance(value, type) and issubclass(value, FeedRefused)
        }
        assert {row[0] for row in table("name")} == names - {"FeedRefused"}

    def test_names_every_reason_for_a_row(self) -> None:
        assert [row[0] for row in table("reason")] == [reason.value for reason in Reason]

    def test_names_every_kind_and_rule(self) -> None:
        assert [row[0] for row in table("`kind` | `component`")] == [kind.value for kind in COMPONENTS]
        assert [row[0] for row in table("`rule` | the amount is")] == ChargeRule.values
        for kind, cells in zip(COMPONENTS, table("`kind` | `component`"), strict=True):
            named = set(re.findall(r"daily_interest|share|floor|cap|fixed", cells[3]))
            assert named == {rule.value for rule in RULES.get(kind, set())}
