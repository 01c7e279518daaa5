"""What happens to a cardholder as a person: they claim access to what the bank's feed says about them."""

import uuid
from datetime import datetime

from django.db import transaction

from negotiation.domain.workflow import ActorKind
from negotiation.models import Cardholder, User
from negotiation.queries.events import cardholder_stream
from negotiation.services.events import Actor, record
from negotiation.services.refusals import Refusal


class AlreadyClaimed(Refusal):
    """Somebody has claimed this cardholder's access before."""


@transaction.atomic
def claim_access(*, cardholder_id: uuid.UUID, now: datetime) -> Cardholder:
    """Give the cardholder a user to sign in as. The caller has proved who they are.

    The user holds neither name nor address: those stay sealed in the cardholder's row.

    :raises AlreadyClaimed: if there is a user already; of two at the same instant, one is refused.
    """
    user = User.objects.create_user()
    free = Cardholder.objects.filter(pk=cardholder_id, user__isnull=True)
    if not free.update(user=user, claimed_at=now):
        raise AlreadyClaimed(cardholder_id)
    cardholder = Cardholder.objects.select_related("user").get(pk=cardholder_id)
    record(
        stream=cardholder_stream(cardholder),
        kind="cardholder_claimed",
        actor=Actor(ActorKind.CARDHOLDER, user),
        data={"cardholder": str(cardholder.pk)},
        now=now,
    )
    return cardholder
