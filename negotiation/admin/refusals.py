"""What a service refuses, told to a reviewer: what happened and what to do next. Nothing was changed whenever one is shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from negotiation.domain.offers import Worsening
from negotiation.services import refusals

WORDS: dict[type[Exception], Promise] = {
    refusals.StaleNegotiation: _(
        "This case has moved on since you opened the page, so nothing was decided. Below is how it stands now."
    ),
    refusals.OfferExpired: _(
        "The proposal has run out, so it can no longer be accepted. You can make a counter-offer on today's figures."
    ),
    refusals.QuoteNotForThis: _(
        "Another offer lies on the table by now, so nothing was decided. Look at the newest one below."
    ),
    refusals.OutsideLimits: _(
        "This plan is outside the limits, so it cannot be agreed. Choose a plan inside them as a counter-offer, or decline."
    ),
    refusals.OwnAccount: _("This is your own account. A colleague has to decide; please leave the case to them."),
    refusals.NotAuthorised: _("Your role does not cover this decision. A senior reviewer can take it."),
    refusals.SamePerson: _("You asked for the second approval, so somebody else has to give it."),
    refusals.ClaimedByAnother: _(
        "A colleague has taken this case. Ask them to release it, or take the next case of the queue."
    ),
    refusals.WorsenedOffer: _(
        "The bank may not make a worse offer than the one it has made. Change what is named here:"
    ),
    refusals.NothingSaid: _("The message has no words. Write what the cardholder should know."),
    refusals.MessageTooLong: _("The message is longer than 1,000 characters. Please shorten it."),
    refusals.NothingToTalkAbout: _(
        "This negotiation is over, so no message can be sent. The cardholder can begin a new one."
    ),
    refusals.TooManyMessages: _(
        "The bank has written as many messages today as it may. Please write the next one tomorrow."
    ),
    refusals.PlanCannotEnd: _(
        "The agreement does not let the bank end this plan now: the notice must have been delivered, the days for making up must"
        " be over by the bank's figures, and something must still be missing."
    ),
    refusals.PlanCannotReopen: _(
        "This plan cannot be reopened: by the bank's newest figures it is paid off, or the account has a newer plan in force."
    ),
    refusals.NoticeDayWrong: _(
        "The notice cannot have been delivered on that day: choose one from the day of the breach until today."
    ),
    refusals.StaleConcern: _("A colleague or the cardholder was quicker. Below is how it stands now."),
    refusals.DecidedForThem: _(
        "You have a part in this person's negotiations, so somebody else answers their complaint."
    ),
    refusals.AnswerDayPassed: _(
        "The last day for the answer is over, so it cannot be lengthened. Please answer it now."
    ),
}
WORSE: dict[str, Promise] = {
    Worsening.RATE: _("the rate is higher"),
    Worsening.WAIVER: _("less is waived"),
    Worsening.DOWN_PAYMENT: _("the down payment is higher"),
    Worsening.BURDEN: _("the instalments and the total are both no lower"),
}


def told(refusal: Exception) -> str:
    """The words of a refusal; a move that the state table does not have reads like one that came too late."""
    words = str(WORDS.get(type(refusal), WORDS[refusals.StaleNegotiation]))
    if isinstance(refusal, refusals.WorsenedOffer):
        return f"{words} {ways_told(refusal.ways)}"
    return words


def ways_told(ways: tuple[str, ...]) -> str:
    """In which ways an offer is worse than the one before it, as one list."""
    return str(_(", ")).join(str(WORSE[way]) for way in ways)
