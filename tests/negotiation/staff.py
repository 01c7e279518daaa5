"""Staff in a browser, for tests of the admin: signed in, with the second factor shown, reading English."""

import time
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from negotiation.models import User
from negotiation.services.roles import sync_roles

_SECRET = "JBSWY3DPEHPK3PXP"


def staff_of(group: str, **fields: object) -> User:
    """A member of staff in one group, with that group's permissions."""
    sync_roles()
    defaults = {"email": f"{group.replace(' ', '.')}.{time.monotonic_ns()}@bank.example", "name": group.title()}
    user = User.objects.create_user(**defaults | {"is_staff": True} | fields)
    user.groups.add(Group.objects.get(name=group))
    return user


def signed_in(user: User) -> Client:
    """The person's browser."""
    sync_roles()
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": _SECRET}})
    session = client.session
    record_authentication(SimpleNamespace(session=session, user=user), user, "mfa", type="totp")
    session.save()
    return client
