"""Why a use case refuses, by name. Each is shown as a kind page; none is a bug."""


class Refusal(Exception):
    """The base of all refusals: something that may happen to an honest person, with a next step on the page."""


class StaleNegotiation(Refusal):
    """Somebody else acted first; the page that was used is no longer true."""


class OfferExpired(Refusal):
    """The offer or quote was valid until a moment that has passed."""


class QuoteNotForThis(Refusal):
    """The quote belongs to another account or was already used."""


class OutsideLimits(Refusal):
    """The plan breaks at least one limit; ``reasons`` holds all of them as stored on the quote."""

    def __init__(self, reasons: list[dict[str, object]]) -> None:
        super().__init__(f"{len(reasons)} limits broken")
        self.reasons = reasons


class NoRoundsLeft(Refusal):
    """Both sides have used the rounds that the policy allows."""


class AlreadyNegotiating(Refusal):
    """The account has an open negotiation."""


class NothingOwed(Refusal):
    """The account is closed or owes nothing."""


class OwnAccount(Refusal):
    """Nobody decides on their own account."""


class NotAuthorised(Refusal):
    """The person's role does not allow the decision."""


class SamePerson(Refusal):
    """The second approver is the one who asked for the second approval."""


class WorsenedOffer(Refusal):
    """The bank's new offer is worse than the one it has made; ``ways`` says how."""

    def __init__(self, ways: tuple[str, ...]) -> None:
        super().__init__(", ".join(ways))
        self.ways = ways


class ReasonUnknown(Refusal):
    """A decline without a reason, or with one that has no words for the cardholder."""


class ClaimedByAnother(Refusal):
    """Another reviewer has taken this case."""


class NotReadyToSign(Refusal):
    """The document is still being prepared, or an earlier step of signing is missing."""


class PlanNotInForce(Refusal):
    """The agreement has no plan yet, or its plan has ended."""


class PlanCannotEnd(Refusal):
    """The agreement does not let the bank end the plan: what is missing may still be made up, or nothing is missing."""


class PlanCannotReopen(Refusal):
    """The plan is paid off by the bank's figures, or its account has a newer plan in force."""


class NoticeDayWrong(Refusal):
    """A notice cannot have been delivered before the breach or after today."""


class DocumentChanged(Refusal):
    """The document to be signed is not the one that was shown."""


class ReadingTimeTooShort(Refusal):
    """The cost sheet was confirmed before it could have been read."""


class ConsentMissing(Refusal):
    """A supporting document was sent without the separate consent to its use."""


class AlreadyDecided(Refusal):
    """The bank no longer looks at documents in this negotiation."""


class TooManyAttachments(Refusal):
    """The negotiation holds as many supporting documents as it may."""


class AlreadyAttached(Refusal):
    """The very same file is attached to this negotiation."""


class StorageFull(Refusal):
    """There is no room left to keep what was sent; nothing of it was kept."""


class NothingSaid(Refusal):
    """The message has no words."""


class MessageTooLong(Refusal):
    """The message has more characters than one may have."""


class NothingToTalkAbout(Refusal):
    """The negotiation was not sent yet, or is over."""


class TooManyMessages(Refusal):
    """This side has written as many messages as it may within a day."""


class NoSuchContact(Refusal):
    """The bank has no address or number for the way of contact that was chosen."""


class NoSuchLanguage(Refusal):
    """The bank does not write in that language."""


class AlreadyRaised(Refusal):
    """The same line of the account is in dispute already; the argument is the reference of that concern."""


class TooManyConcerns(Refusal):
    """The person has as many open concerns of this kind as they may, or has raised as many within a day."""


class StaleConcern(Refusal):
    """Somebody else acted on the concern first."""


class DecidedForThem(Refusal):
    """A complaint is not answered by somebody who has a part in the person's negotiations."""


class AnswerDayPassed(Refusal):
    """The time for an answer can be lengthened until its last day, not after it."""
