"""What happens now in a negotiation: who must act, until when, what the person can do. One answer a state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.domain.workflow import (
    TALKING_STATES,
    UNDECIDED_STATES,
    Action,
    ActorKind,
    NegotiationState,
    allowed_actions,
)

_S = NegotiationState


@dataclass(frozen=True, slots=True)
class Words:
    """``poll_seconds`` is how often the page looks again by itself; 0 where nothing moves without the person."""

    title: Promise
    who: Promise | None
    text: Promise
    poll_seconds: int = 0


WORDS = {
    _S.DRAFT: Words(_("Not sent yet"), _("It is your turn."), _("Your plan has been kept as you left it.")),
    _S.WITH_BANK: Words(
        _("A person at the bank is looking at your plan"),
        _("It is the bank's turn."),
        _("You need not do anything now. We write to you as soon as there is an answer."),
        15,
    ),
    _S.AWAITING_SECOND_APPROVAL: Words(
        _("A second person at the bank is checking the answer"),
        _("It is the bank's turn."),
        _("Two people look at larger decisions. We write to you as soon as there is an answer."),
        15,
    ),
    _S.WITH_CARDHOLDER: Words(
        _("The bank has made you an offer"),
        _("It is your turn."),
        _(
            "Accept it, propose something else, or withdraw. If the time runs out, the offer ends and you can begin again."
        ),
    ),
    _S.AGREED: Words(
        _("You and the bank agree"),
        _("It is your turn."),
        _(
            "Sign the agreement to put the plan into force. Until both sides have signed, nothing is binding. "
            "If the time runs out first, nothing was agreed and you can begin again."
        ),
    ),
    _S.BEING_SIGNED: Words(
        _("The bank is signing"),
        _("It is the bank's turn."),
        _("You have signed. The bank's signature follows by itself, usually within a minute. You may close this page."),
        3,
    ),
    _S.SIGNED: Words(
        _("Both sides have signed"), None, _("The plan is in force. While you keep it, the bank does not collect.")
    ),
    _S.DECLINED: Words(_("The bank has declined"), None, _("You can send another plan.")),
    _S.WITHDRAWN: Words(_("You have withdrawn"), None, _("You can begin again at any time.")),
    _S.EXPIRED: Words(
        _("The time for an answer has run out"), None, _("Nothing was agreed. You can begin again at any time.")
    ),
}


@dataclass(frozen=True, slots=True)
class Status:
    """The answer for one negotiation at one moment."""

    state: NegotiationState
    words: Words
    until: datetime | None
    is_over: bool
    is_late: bool
    ends_at: datetime | None
    rounds: int
    most_rounds: int | None

    @property
    def rounds_left(self) -> int | None:
        """How many proposals more the person can make; None if that is not known."""
        return None if self.most_rounds is None else max(0, self.most_rounds - self.rounds)

    @property
    def is_last_word(self) -> bool:
        """Whether the offer on the table can only be taken or left."""
        return self.state == _S.WITH_CARDHOLDER and self.rounds_left == 0 and not self.is_over

    @property
    def can_write(self) -> bool:
        return self.state in TALKING_STATES and not self.is_over

    @property
    def can_attach(self) -> bool:
        return self.state in UNDECIDED_STATES and not self.is_over

    @property
    def can_withdraw(self) -> bool:
        return Action.WITHDRAW in allowed_actions(self.state, ActorKind.CARDHOLDER)

    @property
    def can_counter(self) -> bool:
        has_rounds = self.rounds_left is None or self.rounds_left > 0
        return self.state == _S.WITH_CARDHOLDER and has_rounds and not self.is_over

    @property
    def can_accept(self) -> bool:
        return self.state == _S.WITH_CARDHOLDER and not self.is_over

    @property
    def can_sign(self) -> bool:
        return self.state == _S.AGREED and not self.is_over

    @property
    def can_begin_again(self) -> bool:
        return self.state in (_S.DECLINED, _S.WITHDRAWN, _S.EXPIRED)


def status_of(negotiation: Any, *, now: datetime, rounds: int = 0, most_rounds: int | None = None) -> Status:
    """``rounds`` of ``most_rounds`` proposals were made. ``until``: by when the side whose turn it is has to act;
    ``ends_at``: when a proposal ends that the bank never answers.
    """
    state = NegotiationState(negotiation.state)
    is_bank = state in (_S.WITH_BANK, _S.AWAITING_SECOND_APPROVAL)
    is_cardholder = state in (_S.WITH_CARDHOLDER, _S.AGREED)
    until = negotiation.answer_due_at if is_bank else negotiation.expires_at if is_cardholder else None
    return Status(
        state,
        WORDS[state],
        until,
        is_over=(is_bank or is_cardholder) and negotiation.expires_at <= now,
        is_late=is_bank and until is not None and until <= now,
        ends_at=negotiation.expires_at if is_bank else None,
        rounds=rounds,
        most_rounds=most_rounds,
    )
