"""Which step comes next. The two journeys are data: proposing a plan, and signing what was agreed.

A page asks ``require`` before it opens, so that no step before it can be skipped. Knows what each step leaves behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a journey: its URL name, its title, and whether the subject shows that it was done."""

    name: str
    title: Promise
    is_done: Callable[[Any], bool]


def _told_circumstances(negotiation: Any) -> bool:
    return bool(negotiation.hardship_reason)


def _made_wish(negotiation: Any) -> bool:
    return bool(negotiation.wish)


def _confirmed_costs(agreement: Any) -> bool:
    return agreement.cost_sheet_confirmed_at is not None


def _gave_undertakings(agreement: Any) -> bool:
    return agreement.undertakings_given_at is not None


def _signed(agreement: Any) -> bool:
    return agreement.signed_at is not None


def _sent(negotiation: Any) -> bool:
    return negotiation.submitted_at is not None


PROPOSING = (
    Step("circumstances", _("Your situation"), _told_circumstances),
    Step("propose", _("Your plan"), _made_wish),
    Step("check", _("Check and send"), _sent),
)
SIGNING = (
    Step("cost_sheet", _("What it costs"), _confirmed_costs),
    Step("undertakings", _("What you promise"), _gave_undertakings),
    Step("sign", _("Sign"), _signed),
)


class StepMissing(Exception):
    """A step before this page was not done; the person goes to that page instead."""

    def __init__(self, name: str, reference: str) -> None:
        super().__init__(name)
        self.name, self.reference = name, reference


def require(journey: tuple[Step, ...], name: str, subject: Any, reference: str) -> None:
    """Let the page ``name`` open only if every step before it was done.

    :raises StepMissing: with the first step that was not; ``reference`` is what its address is made of.
    """
    for step in journey[: _position(journey, name)]:
        if not step.is_done(subject):
            raise StepMissing(step.name, reference)


def next_step(journey: tuple[Step, ...], subject: Any) -> str:
    """The step to continue with: the first not done, or the last."""
    return next((step.name for step in journey if not step.is_done(subject)), journey[-1].name)


def shown(journey: tuple[Step, ...], name: str) -> dict[str, Any]:
    """What the step indicator needs: the titles and the number of the current step, counted from 1."""
    return {"steps": [step.title for step in journey], "current": _position(journey, name) + 1}


def _position(journey: tuple[Step, ...], name: str) -> int:
    return [step.name for step in journey].index(name)
