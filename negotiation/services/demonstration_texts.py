"""The wordings that come with the project, published for the demonstration's bank by its two invented policy managers.

A real bank loads them as drafts (``manage.py load_texts``) and has its own people publish them.
"""

from datetime import datetime

from django.db import transaction

from negotiation.models import TextVersion, VersionState
from negotiation.services.demonstration_policy import demonstration_managers
from negotiation.services.texts import draft_supplied_texts, publish_text


@transaction.atomic
def seed_demonstration_texts(*, now: datetime) -> None:
    """Draft and publish every supplied wording that has no row yet. Running it again changes nothing."""
    drafter, publisher = demonstration_managers()
    draft_supplied_texts(actor=drafter, now=now)
    waiting = TextVersion.objects.filter(state=VersionState.DRAFT, drafted_by=drafter.user)
    for version in waiting:
        publish_text(actor=publisher, pk=version.pk, now=now)
