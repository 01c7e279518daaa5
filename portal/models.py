"""Every row of the site, where Django looks for it."""

from portal.accounts.models import StepUpCode
from portal.notices.models import EmailLink, Notice

__all__ = ["EmailLink", "Notice", "StepUpCode"]
