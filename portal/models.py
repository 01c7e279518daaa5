"""Every row of the site, where Django looks for it."""

from portal.accounts.models import EmailLink, StepUpCode
from portal.notices.models import Notice

__all__ = ["EmailLink", "Notice", "StepUpCode"]
