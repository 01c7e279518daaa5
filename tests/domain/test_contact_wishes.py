"""A wish narrows the legal window, never widens it, and never leaves nothing of it."""

import doctest
from datetime import time

import pytest

from negotiation.domain import contact_wishes
from negotiation.domain.contact import CHINA_WINDOW, ContactWindow
from negotiation.domain.contact_wishes import ContactHours, hours_left, narrowed

BRITAIN = ContactWindow(time(8), time(21))
OFFICE = ContactWindow(time(9), time(17, 30))
ALWAYS = ContactWindow(time(0), time(23, 59, 59), includes_end=True)
LATE = ContactWindow(time(18), time(23), includes_end=True)


class TestAWish:
    @pytest.mark.parametrize("window", [CHINA_WINDOW, BRITAIN, OFFICE, ALWAYS, LATE])
    @pytest.mark.parametrize("hours", list(ContactHours))
    def test_allows_nothing_that_the_law_does_not_and_always_something(self, window, hours):
        moments = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
        wished = narrowed(window, hours)
        assert any(wished.allows(moment) for moment in moments)
        assert all(window.allows(moment) for moment in moments if wished.allows(moment))

    def test_that_the_law_leaves_nothing_of_counts_as_none(self):
        assert narrowed(OFFICE, ContactHours.EVENING) == OFFICE
        assert hours_left(OFFICE) == (ContactHours.ANY, ContactHours.MORNING, ContactHours.AFTERNOON)
        assert hours_left(CHINA_WINDOW) == tuple(ContactHours)

    def test_keeps_the_law_to_the_minute(self):
        assert narrowed(OFFICE, ContactHours.AFTERNOON) == ContactWindow(time(12), time(17, 30))
        assert narrowed(ALWAYS, ContactHours.ANY) == ALWAYS

    def test_is_explained_by_its_example(self):
        assert doctest.testmod(contact_wishes).failed == 0
