from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from negotiation.domain.complaints import Difficulty, answer_by, deadlines
from negotiation.domain.contact import (
    CHINA_CAPS,
    CHINA_WINDOW,
    ContactCap,
    ContactKind,
    ContactWindow,
    MomentWithoutZone,
    NotAWindow,
    is_allowed,
    is_within_caps,
    next_allowed,
)

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def at(clock, zone=SHANGHAI, day="2026-11-23"):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)


class TestContactWindow:
    @pytest.mark.parametrize(
        ("clock", "allowed"),
        [("07:59:59", False), ("08:00:00", True), ("21:59:59", True), ("22:00:00", False), ("23:30:00", False)],
    )
    def test_is_eight_to_ten_in_china_without_its_end(self, clock, allowed):
        assert is_allowed(at(clock), SHANGHAI) is allowed

    def test_may_include_its_end(self):
        window = ContactWindow.parse("[08:00,21:00]")
        assert is_allowed(at("21:00:00", NEW_YORK), NEW_YORK, window)
        assert not is_allowed(at("21:00:01", NEW_YORK), NEW_YORK, window)

    def test_is_the_persons_own_time(self):
        assert is_allowed(datetime(2026, 11, 23, 0, 0, tzinfo=UTC), SHANGHAI)
        assert not is_allowed(datetime(2026, 11, 23, 14, 0, tzinfo=UTC), SHANGHAI)

    def test_keeps_local_hours_when_the_clocks_change(self):
        window = ContactWindow.parse("[08:00,21:00)")
        assert is_allowed(datetime(2026, 3, 8, 12, 0, tzinfo=UTC), NEW_YORK, window)
        assert not is_allowed(datetime(2026, 3, 7, 12, 59, tzinfo=UTC), NEW_YORK, window)

    @pytest.mark.parametrize(
        "text", ["", "08:00-22:00", "[22:00,08:00)", "[08:00,08:00)", "[8,22)", "[25:00,26:00)", "(08:00,22:00)"]
    )
    def test_refuses_what_is_no_window(self, text):
        with pytest.raises(NotAWindow):
            ContactWindow.parse(text)

    def test_reads_seconds_and_single_digits(self):
        assert ContactWindow.parse("[8:00, 21:30:30)") == ContactWindow(time(8), time(21, 30, 30))

    def test_refuses_a_moment_without_zone(self):
        with pytest.raises(MomentWithoutZone):
            is_allowed(at("09:00:00").replace(tzinfo=None), SHANGHAI)


class TestNextAllowed:
    @pytest.mark.parametrize(
        ("clock", "expected"),
        [
            ("09:30:00", "2026-11-23T09:30:00+08:00"),
            ("06:00:00", "2026-11-23T08:00:00+08:00"),
            ("22:00:00", "2026-11-24T08:00:00+08:00"),
        ],
    )
    def test_is_now_or_the_next_eight_in_the_morning(self, clock, expected):
        moment = next_allowed(at(clock), SHANGHAI)
        assert moment.isoformat() == expected
        assert CHINA_WINDOW.allows(moment.time())


class TestCaps:
    CALL = ContactKind.CONNECTED_CALL

    def test_allow_three_connected_calls_a_local_day(self):
        two = [(self.CALL, at("09:00:00")), (self.CALL, at("10:00:00"))]
        yesterday = (self.CALL, at("21:00:00", day="2026-11-22"))
        assert is_within_caps(self.CALL, [*two, yesterday], at("11:00:00"), SHANGHAI, CHINA_CAPS)
        assert not is_within_caps(self.CALL, [*two, (self.CALL, at("10:30:00"))], at("11:00:00"), SHANGHAI, CHINA_CAPS)
        assert is_within_caps(ContactKind.MESSAGE, two * 9, at("11:00:00"), SHANGHAI, CHINA_CAPS)

    def test_may_run_over_several_days(self):
        cap = [ContactCap(self.CALL, 1, days=7)]
        assert not is_within_caps(
            self.CALL, [(self.CALL, at("09:00:00", day="2026-11-17"))], at("09:00:00"), SHANGHAI, cap
        )
        assert is_within_caps(self.CALL, [(self.CALL, at("09:00:00", day="2026-11-16"))], at("09:00:00"), SHANGHAI, cap)


class TestComplaintDeadlines:
    def test_are_fifteen_thirty_and_sixty_days(self):
        clocks = deadlines(date(2026, 11, 23))
        assert (clocks.simple, clocks.complex, clocks.very_complex) == (
            date(2026, 12, 8),
            date(2026, 12, 23),
            date(2027, 1, 22),
        )
        assert answer_by(date(2028, 2, 28), Difficulty.SIMPLE) == date(2028, 3, 14)
