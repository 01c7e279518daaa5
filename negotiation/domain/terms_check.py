"""Can a schedule be computed from these terms at all?

Knows what the rules are defined for; knows nothing of what a bank allows, which is ``policy``.
"""

from decimal import Decimal

from negotiation.domain import bad_input
from negotiation.domain.calendar import add_months, five_year_limit
from negotiation.domain.money import positive_yuan, rate, to_fen, yuan
from negotiation.domain.terms import Frequency, InterestMode, PlanMethod, PlanTerms

MOST_INSTALMENTS = {Frequency.MONTHLY: 60, Frequency.FORTNIGHTLY: 131, Frequency.WEEKLY: 261}
_DAYS_A_YEAR = 365


def check_terms(terms: PlanTerms) -> None:
    """Every value of its kind and every combination one that the method defines.

    :raises BadInput: the subclass named after what is wrong, with the offending value.
    """
    _check_amounts(terms)
    _check_rates(terms)
    _check_count(terms)
    _check_dates(terms)
    _check_method(terms)


def _check_amounts(terms: PlanTerms) -> None:
    principal = positive_yuan(terms.principal)
    down_payment = yuan(terms.down_payment)
    if down_payment < 0:
        raise bad_input.AmountNotPositive(down_payment)
    if down_payment >= principal:
        raise bad_input.DownPaymentTooLarge(down_payment)


def _check_rates(terms: PlanTerms) -> None:
    annual, fee = rate(terms.annual_rate), rate(terms.fee_rate)
    daily = Decimal(0) if terms.daily_rate is None else rate(terms.daily_rate)
    for value in (annual, fee, daily * _DAYS_A_YEAR):
        if value > 1:
            raise bad_input.RateAboveOne(value)
    if terms.interest_mode is InterestMode.DAILY_ACTUAL and terms.daily_rate is None:
        raise bad_input.DailyRateMissing(None)
    if fee and terms.method is not PlanMethod.FLAT_FEE:
        raise bad_input.RateNotUsed(fee)
    if (annual or daily) and terms.method in (PlanMethod.FLAT_FEE, PlanMethod.INTEREST_FREE):
        raise bad_input.RateNotUsed(annual or daily)


def _check_count(terms: PlanTerms) -> None:
    count = terms.instalment_count
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise bad_input.NoInstalments(count)
    if count > MOST_INSTALMENTS[terms.frequency]:
        raise bad_input.TooManyInstalments(count)
    if to_fen(terms.financed) < count:
        raise bad_input.TooLittleToSplit(terms.financed)


def _check_dates(terms: PlanTerms) -> None:
    if terms.first_date < terms.value_date:
        raise bad_input.FirstDateInThePast(terms.first_date)
    if terms.first_date > five_year_limit(terms.value_date):
        raise bad_input.FirstDateTooFar(terms.first_date)
    anchor = terms.anchor_day
    if anchor is None:
        return
    if isinstance(anchor, bool) or not isinstance(anchor, int) or not 1 <= anchor <= 31:
        raise bad_input.AnchorDoesNotMatch(anchor)
    if terms.frequency is Frequency.MONTHLY and add_months(terms.first_date, 0, anchor) != terms.first_date:
        raise bad_input.AnchorDoesNotMatch(anchor)


def _check_method(terms: PlanTerms) -> None:
    _check_steps(terms)
    _check_balloon(terms)
    _check_interest_only(terms)


def _check_steps(terms: PlanTerms) -> None:
    if terms.method is not PlanMethod.STEP:
        if terms.steps:
            raise bad_input.StepsDoNotMatch(terms.steps)
        return
    for step in terms.steps:
        positive_yuan(step.payment)
        if step.count < 1:
            raise bad_input.StepsDoNotMatch(step)
    if sum(step.count for step in terms.steps) != terms.instalment_count:
        raise bad_input.StepsDoNotMatch(terms.steps)


def _check_balloon(terms: PlanTerms) -> None:
    if terms.method is not PlanMethod.BALLOON:
        if terms.balloon is not None:
            raise bad_input.BalloonDoesNotFit(terms.balloon)
        return
    if terms.balloon is None:
        raise bad_input.BalloonDoesNotFit(None)
    small = terms.financed - positive_yuan(terms.balloon)
    others = terms.instalment_count - 1
    if to_fen(small) < others or (others == 0 and small != 0):
        raise bad_input.BalloonDoesNotFit(terms.balloon)


def _check_interest_only(terms: PlanTerms) -> None:
    count = terms.interest_only_count
    if terms.method is not PlanMethod.INTEREST_ONLY_THEN_LEVEL:
        if count:
            raise bad_input.InterestOnlyDoesNotFit(count)
        return
    if isinstance(count, bool) or not 0 <= count < terms.instalment_count:
        raise bad_input.InterestOnlyDoesNotFit(count)
