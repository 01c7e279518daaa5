"""Who must not decide: nobody on their own debt, and nobody twice as two people. Told by the user and by the e-mail address,
for a person may have one account as a cardholder and another at the bank. What the data do not show is not known here.
"""

from django.db.models import Q

from negotiation.models import Cardholder, User
from negotiation.models.sealed import blind_index


def is_debt_of(cardholder: Cardholder, user: User) -> bool:
    """Whether the user is the cardholder."""
    is_same_address = bool(user.email) and cardholder.email_index == blind_index("email", user.email)
    return cardholder.user_id == user.pk or is_same_address


def own_cases(user: User) -> Q:
    """Of negotiations, those about the user's own debt."""
    own = Q(cardholder__user=user)
    return own | Q(cardholder__email_index=blind_index("email", user.email)) if user.email else own


def is_same_person(first: User, second: User) -> bool:
    """Whether two users are one person: the same account, or accounts whose mail arrives in the same place."""
    return first.pk == second.pk or (bool(first.email) and _mailbox(first) == _mailbox(second))


def _mailbox(user: User) -> str:
    """The address without case and without a tag: ``Li.Min+2@bank.example`` is li.min@bank.example."""
    name, _, domain = (user.email or "").strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"
