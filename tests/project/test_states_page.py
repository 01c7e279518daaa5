from pathlib import Path

from negotiation.management.commands.show_states import states_page


class TestTheStatesPage:
    def test_says_what_the_table_says(self):
        page = Path(__file__).parents[2] / "docs" / "states.md"
        assert page.read_text("utf-8") == states_page(), "run: manage.py show_states > docs/states.md"
