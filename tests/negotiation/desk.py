"""Members of staff with a browser that is past the second factor."""

import time

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from negotiation.models import User
from negotiation.services.roles import sync_roles


def make_staff(name: str, *groups: str) -> User:
    """A member of staff in these groups, with the permissions that the roles have."""
    sync_roles()
    user = User.objects.create_user(f"{name.lower()}@bank.example", name=name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def browser_of(user: User, *, language: str = "en") -> Client:
    """Signed in, with the second factor shown a moment ago."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
