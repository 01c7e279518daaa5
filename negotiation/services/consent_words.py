"""The consents that are asked for separately, word for word. A change of the words is a new version, asked for anew.

Personal information law (个人信息保护法) art. 14, 28 to 30: specific purpose, necessity and effect named, separate and revocable.
"""

from django.utils.translation import gettext_lazy as _

PROOF_CONSENT_VERSION = "2026-11"
PROOF_CONSENT = _(
    "I agree that the bank uses this document, which may show sensitive personal information such as my health or my "
    "finances, for this negotiation and for nothing else."
)
PROOF_CONSENT_TERMS = _(
    "It helps the bank to see why paying became hard; without it your plan is looked at all the same. Only the people who "
    "decide on your plan can open it. You can delete it until they have decided, and that ends your consent; it is deleted "
    "by itself %(days)s days after the negotiation ends."
)
