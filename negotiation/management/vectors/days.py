"""Cases about days: month ends, holidays, the five-year limit, contact hours, complaint clocks."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from negotiation.domain.calendar import BusinessDays, add_months, calendar_day, due_dates, five_year_limit
from negotiation.domain.complaints import deadlines
from negotiation.domain.contact import CHINA_WINDOW, ContactWindow, is_allowed
from negotiation.domain.terms import BusinessDayConvention, Frequency
from negotiation.management.vectors.case import Case

_CHINA = ZoneInfo("Asia/Shanghai")
# Where a case states no window: the hours usual outside China.
_ELSEWHERE_WINDOW = ContactWindow.parse("[08:00,21:00]")
# Swapped working days are announced a year ahead: earlier and later years are not known.
_FIRST_YEAR, _LAST_YEAR = 2010, 2026


@cache
def chinese_business_days() -> BusinessDays:
    """The holidays and swapped working days of the People's Republic, as far as they were announced."""
    years = range(_FIRST_YEAR, _LAST_YEAR + 1)
    table = holidays.country_holidays("CN", years=years)
    return BusinessDays.of(table, table.weekend_workdays, years)


def date_rule(case: Case) -> date:
    """A day moved by a business-day convention, or by months."""
    if case.has("convention"):
        convention = BusinessDayConvention(case.text("convention").upper())
        return chinese_business_days().adjust(case.day("date"), convention)
    return add_months(case.day("first"), case.count("add_months"), _anchor(case))


def term_limit(case: Case) -> dict[str, Any]:
    """The last due date against five years from the agreement."""
    frequency = Frequency(case.text("frequency", "MONTHLY").upper())
    last_due = due_dates(case.day("first_date"), case.count("n"), frequency, _anchor(case))[-1]
    limit = five_year_limit(case.day("agreement_date"))
    return {"last_due": last_due, "limit": limit, "allowed": last_due <= limit}


def contact_window(case: Case) -> dict[str, Any]:
    """Whether a moment lies in the window; a local time without zone is the person's own."""
    zone = ZoneInfo(case.text("tz", str(_CHINA)))
    usual = CHINA_WINDOW if zone == _CHINA else _ELSEWHERE_WINDOW
    window = ContactWindow.parse(case.text("window")) if case.has("window") else usual
    if case.has("utc_time"):
        moment = datetime.fromisoformat(case.text("utc_time"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    else:
        moment = datetime.fromisoformat(case.text("local_time"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return {"allowed": is_allowed(moment, zone, window)}


def complaint_deadlines(case: Case) -> dict[str, Any]:
    """Each clock under its name and its days: ``simple_15d``."""
    received = calendar_day(case.text("received")[:10])
    last = deadlines(received)
    clocks = {"simple": last.simple, "complex": last.complex, "very_complex": last.very_complex}
    return {f"{name}_{(day - received) // timedelta(days=1)}d": day for name, day in clocks.items()}


def _anchor(case: Case) -> int | None:
    return case.count("anchor_day") if case.has("anchor_day") else None
