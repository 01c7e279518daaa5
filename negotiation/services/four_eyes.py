"""A draft of one person is published by another: who may take which step on it. What it says is for ``policies`` and ``texts``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.timezone import localdate

from negotiation.models import User, VersionState
from negotiation.models.four_eyes import FourEyes
from negotiation.services.events import Actor
from negotiation.services.refusals import Refusal


class ChangeRefused(Refusal):
    """A version is not changed; the subclass says why."""


class MayNotChange(ChangeRefused):
    """The person has no permission for this step."""


class NotADraft(ChangeRefused):
    """The version does not exist or is no draft any more."""


class NotTheDrafter(ChangeRefused):
    """Only the person who drafted a version changes it, so that everyone else may publish it."""


class PublisherIsDrafter(ChangeRefused):
    """The person who drafted a version may not publish it."""


class EffectiveDateInThePast(ChangeRefused):
    """A version may begin today at the earliest: offers and documents were made under those before it."""


Version = TypeVar("Version", bound=FourEyes)


@dataclass(frozen=True)
class Versions(Generic[Version]):
    """All versions of one ``model``, each named by a unique column; the ``noun`` ends the permissions ``draft_…`` and ``publish_…``."""

    model: type[Version]
    noun: str

    def drafter(self, actor: Actor) -> User:
        """The person, who may draft.

        :raises MayNotChange: if not.
        """
        return self._permitted(actor, "draft")

    def own_draft(self, actor: Actor, **named: Any) -> Version:
        """The person's own draft, locked.

        :raises MayNotChange, NotADraft, NotTheDrafter: if the person or the version does not allow it.
        """
        drafter = self.drafter(actor)
        version = self._draft(named)
        if version.drafted_by_id != drafter.pk:
            raise NotTheDrafter(str(named))
        return version

    def draft_of_another(self, actor: Actor, *, now: datetime, **named: Any) -> Version:
        """Somebody else's draft that the person may publish, locked.

        :raises MayNotChange, NotADraft, PublisherIsDrafter: if the person or the version does not allow it.
        :raises EffectiveDateInThePast: if it would begin before today.
        """
        publisher = self._permitted(actor, "publish")
        version = self._draft(named)
        if version.drafted_by_id == publisher.pk:
            raise PublisherIsDrafter(str(named))
        if version.effective_from < localdate(now):
            raise EffectiveDateInThePast(version.effective_from.isoformat())
        return version

    def publish(self, version: Version, *, actor: Actor, sha256: str, now: datetime) -> None:
        """Write that it is published, with the hash (hex) of what it says.

        :raises NotADraft: if it was published or discarded at this very moment.
        """
        published = {"state": VersionState.PUBLISHED, "published_by": actor.user, "published_at": now, "sha256": sha256}
        if not self._drafts().filter(pk=version.pk).update(**published):
            raise NotADraft(version.pk)

    def discard(self, version: Version) -> None:
        """Put a draft aside."""
        self._drafts().filter(pk=version.pk).update(state=VersionState.DISCARDED)

    def steps(self, user: Any, version: Version) -> dict[str, bool]:
        """Which steps a page offers the person; ``wait``: somebody else has to publish it."""
        is_draft, is_own = version.state == VersionState.DRAFT, version.drafted_by_id == user.pk
        drafts, publishes = (user.has_perm(f"negotiation.{step}_{self.noun}") for step in ("draft", "publish"))
        return {
            "draft": drafts,
            "change": drafts and is_draft and is_own,
            "publish": publishes and is_draft and not is_own,
            "wait": is_draft and is_own,
        }

    def _permitted(self, actor: Actor, step: str) -> User:
        permission = f"{step}_{self.noun}"
        if actor.user is None or not actor.user.has_perm(f"negotiation.{permission}"):
            raise MayNotChange(permission)
        return actor.user

    def _drafts(self) -> Any:
        return self.model._default_manager.filter(state=VersionState.DRAFT)

    def _draft(self, named: dict[str, Any]) -> Version:
        """The draft, locked where the database locks rows, so that what is looked through is what is published."""
        version: Version | None = self._drafts().select_for_update(of=("self",)).filter(**named).first()
        if version is None:
            raise NotADraft(str(named))
        return version
