"""The bank's calendar of holidays, as the engine wants it."""

from negotiation.domain.calendar import BusinessDays
from negotiation.models import BankHoliday


def business_days() -> BusinessDays:
    """Holidays and make-up working days known so far."""
    known = list(BankHoliday.objects.values_list("day", "is_working_day"))
    return BusinessDays.of(
        [day for day, is_working in known if not is_working], [day for day, is_working in known if is_working]
    )
