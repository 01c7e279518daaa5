"""What can be done after reading an answer: pages of this site."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The name of a page and what the link to it says."""

    page: str
    words: Promise


PLAN = Way("arrears_list", _("Look at your account and work out a plan"))
ACCOUNTS = Way("arrears_list", _("Look at what you owe"))
CHANGE = Way("arrears_list", _("Open your plan and ask for a new one"))
SETTLE = Way("arrears_list", _("Open your plan and work out the amount"))
SETTLE_PLAN = Way("arrears_list", _("Look at the dates of your plan"))
DISPUTE = Way("arrears_list", _("Open the account and query the amount"))
COMPLAIN = Way("complaints", _("Make a complaint"))
CONTACT = Way("contact_preferences", _("Choose how and when we contact you"))
DATA = Way("my_data", _("See, correct or delete your data"))
VERIFY = Way("verify", _("Verify a document"))
AGENCIES = Way("agencies", _("Who may collect for the bank"))
