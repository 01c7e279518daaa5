"""How often may somebody ask, and when may they go on? The counting is allauth's, in the database's cache; the rates are settings."""

from datetime import UTC, datetime, timedelta

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_cache_key, get_rates
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.templatetags.formatting import plain_moment

APP = "allauth.account"
MINUTE = timedelta(minutes=1)


class TooOften(Exception):
    """One of the rates of an action is used up; ``until`` is the moment from which on it is not (None: in a moment)."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__("too often")
        self.until = until

    @property
    def words(self) -> str:
        """What the person is told, with the minute in which they can go on."""
        if self.until is None:
            return _("That was too often in a short time. Wait a minute, then go on.")
        return _("That was too often. You can go on after %(moment)s.") % {"moment": plain_moment(self.until)}


def count(request: HttpRequest, *, action: str, key: str) -> None:
    """Count one more try of an action that ACCOUNT_RATE_LIMITS names, for this network address and this key.

    :raises TooOften: if there were as many as a rate allows; this one is then not counted against that rate.
    """
    if not ratelimit.consume(request, action=action, key=key):
        raise TooOften(_free_at(request, action, key))


def _free_at(request: HttpRequest, action: str, key: str) -> datetime | None:
    ends = []
    for rate in get_rates(app=APP, action=action):
        counted = cache.get(get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if len(counted) >= rate.amount > 0:
            ends.append(counted[rate.amount - 1] + rate.duration)
    return whole_minute(datetime.fromtimestamp(max(ends), UTC)) if ends else None


def whole_minute(moment: datetime) -> datetime:
    """The next whole minute, because moments are shown without seconds and what is shown has to be true.

    >>> whole_minute(datetime(2026, 3, 31, 10, 4, 1))
    datetime.datetime(2026, 3, 31, 10, 5)
    """
    return (moment + MINUTE - timedelta.resolution).replace(second=0, microsecond=0)
