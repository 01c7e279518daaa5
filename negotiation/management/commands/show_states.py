"""``manage.py show_states``: the tables of states as Markdown; ``docs/states.md`` is this command's output."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from negotiation.domain.concerns import CLOSED_CONCERN_STATES, CONCERN_TRANSITIONS
from negotiation.domain.workflow import CLOSED_STATES, PLAN_STATES_IN_FORCE, PLAN_TRANSITIONS, TRANSITIONS

HEAD = """# States

Written by `manage.py show_states` from `negotiation/domain/workflow.py` and `concerns.py`; a test keeps it fresh.
What a table does not list is refused.
"""


class Command(BaseCommand):
    help = "Prints the states of negotiations, plans and concerns, and every allowed move, as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(states_page(), ending="")


def states_page() -> str:
    """The whole page."""
    moves = [(old, action, f"{actor}", new) for (old, action, actor), new in TRANSITIONS.items()]
    plan_moves = [(old, action, f"{actor}", new) for (old, action, actor), new in PLAN_TRANSITIONS.items()]
    ended = [state for state in dict.fromkeys(PLAN_TRANSITIONS.values()) if state not in PLAN_STATES_IN_FORCE]
    concern_moves = [(old, action, f"{actor}", new) for (old, action, actor), new in CONCERN_TRANSITIONS.items()]
    return "\n".join(
        [
            HEAD,
            *("## Negotiation", "", *_section(moves, CLOSED_STATES)),
            *("## Plan", "", *_section(plan_moves, ended)),
            *(
                "## Concern: a dispute, a complaint, a request about data",
                "",
                *_section(concern_moves, CLOSED_CONCERN_STATES),
            ),
        ]
    )


def _section(moves: list[tuple[str, str, str, str]], ends: Iterable[str]) -> list[str]:
    return [*_diagram(moves, ends), *_table(moves)]


def _diagram(moves: list[tuple[str, str, str, str]], ends: Iterable[str]) -> list[str]:
    arrows = {(old, new): [] for old, _, _, new in moves}
    for old, action, _, new in moves:
        if action not in arrows[old, new]:
            arrows[old, new].append(action)
    lines = [f"    {old} --> {new}: {', '.join(actions)}" for (old, new), actions in arrows.items()]
    return [
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {moves[0][0]}",
        *lines,
        *(f"    {end} --> [*]" for end in ends),
        "```",
        "",
    ]


def _table(moves: list[tuple[str, str, str, str]]) -> list[str]:
    rows = [f"| {old} | {action} | {actor} | {new} |" for old, action, actor, new in moves]
    return ["| state | action | actor | new state |", "|---|---|---|---|", *rows, ""]
