"""Who changes texts in the tests: alice drafts, bob publishes, charlie may not."""

from typing import Any

from django.contrib.auth.models import Permission

from negotiation.documents.texts import supplied_wordings
from negotiation.domain.workflow import ActorKind
from negotiation.models import TextVersion, User
from negotiation.services import texts
from negotiation.services.events import Actor
from tests.factories import NOW, TODAY


def make_manager(email: str, *permissions: str) -> Actor:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, is_staff=True)
    wanted = permissions or ("draft_text", "publish_text")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return Actor(ActorKind.POLICY_MANAGER, user)


def drafted(actor: Actor, name: str = "breach", **fields: Any) -> TextVersion:
    """A draft with the supplied words, unless others are given."""
    words = supplied_wordings([name])[name]
    given = {"name": name, "zh": words.zh, "en": words.en, "effective_from": TODAY, "now": NOW}
    return texts.draft_text(actor=actor, **given | fields)


def published(name: str = "breach", **fields: Any) -> TextVersion:
    """A version that alice drafted and bob published."""
    alice, bob = make_manager("alice@bank.example"), make_manager("bob@bank.example")
    now = fields.get("now", NOW)
    return texts.publish_text(actor=bob, pk=drafted(alice, name, **fields).pk, now=now)
