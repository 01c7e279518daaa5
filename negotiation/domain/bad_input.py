"""By which name does the engine refuse an input that no schedule, cost or balance can be computed from?

Every refusal carries the offending value. Knows nothing of what a bank allows: that is ``policy``.
"""


class BadInput(ValueError):
    """An input outside what the rules are defined for; ``value`` is what was given."""

    says = "cannot be used"

    def __init__(self, value: object) -> None:
        super().__init__(f"{self.says}: {value}")
        self.value = value


class NotAnAmount(BadInput):
    says = "not an amount of yuan with at most two places"


class AmountTooLarge(BadInput):
    says = "amount above 999,999,999,999.99"


class AmountNotPositive(BadInput):
    says = "amount is zero or negative"


class AmountNegative(BadInput):
    says = "amount is negative"


class TooLittleToSplit(BadInput):
    says = "leaves less than one fen for an instalment"


class NotARate(BadInput):
    says = "not a rate: a finite, non-negative fraction"


class RateAboveOne(BadInput):
    says = "rate above one; rates are fractions"


class RateNotUsed(BadInput):
    says = "a rate was given that this method does not charge"


class DailyRateMissing(BadInput):
    says = "interest by actual days needs a daily rate"


class NoInstalments(BadInput):
    says = "not a whole number of instalments, at least one"


class TooManyInstalments(BadInput):
    says = "more instalments than five years hold"


class NoSuchDate(BadInput):
    says = "not a day of the calendar"


class FirstDateInThePast(BadInput):
    says = "first date before the day of the agreement"


class FirstDateTooFar(BadInput):
    says = "first date more than five years after the day of the agreement"


class AnchorDoesNotMatch(BadInput):
    says = "anchor day is not the day of the first date"


class DueDatesCollide(BadInput):
    says = "business-day rule moves two instalments to one day"


class HolidaysMissing(BadInput):
    says = "no holiday table for this year"


class DownPaymentTooLarge(BadInput):
    says = "down payment leaves nothing to repay"


class StepsDoNotMatch(BadInput):
    says = "steps do not add up to the number of instalments"


class StepsPayOffEarly(BadInput):
    says = "steps repay the debt before the last instalment"


class PaymentBelowInterest(BadInput):
    says = "payment does not cover the interest of its period"


class BalloonDoesNotFit(BadInput):
    says = "balloon must leave at least one fen for each other instalment"


class InterestOnlyDoesNotFit(BadInput):
    says = "interest-only instalments must leave at least one level instalment and bear interest"


class PaymentNotInOrder(BadInput):
    says = "component is not in the allocation order"


class SpanNotPositive(BadInput):
    says = "the number of days must be positive"
