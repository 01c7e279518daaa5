"""Reads of what happened."""

from collections.abc import Iterator

from django.db.models import QuerySet

from negotiation.models import Agreement, Cardholder, Event, EventStream, Negotiation, Plan


def negotiation_stream(negotiation: Negotiation) -> str:
    return f"negotiation:{negotiation.reference}"


def cardholder_stream(cardholder: Cardholder) -> str:
    return f"cardholder:{cardholder.pk}"


def plan_stream(agreement: Agreement) -> str:
    return f"plan:{agreement.reference}"


def events_of(negotiation: Negotiation) -> QuerySet[Event]:
    """The events of one negotiation, oldest first, with the people who acted."""
    return (
        Event.objects.filter(stream__name=negotiation_stream(negotiation)).select_related("actor_user").order_by("seq")
    )


def events_of_agreement(agreement: Agreement) -> QuerySet[Event]:
    """The events of the negotiation that led to the agreement, then those of its plan; each chain oldest first."""
    names = (negotiation_stream(agreement.negotiation), plan_stream(agreement))
    return Event.objects.filter(stream__name__in=names).select_related("stream").order_by("stream__name", "seq")


def events_of_plan(plan: Plan) -> QuerySet[Event]:
    """The events of a plan, newest first, with the people who acted."""
    named = Event.objects.filter(stream__name=plan_stream(plan.agreement))
    return named.select_related("actor_user").order_by("-seq")


def negotiation_of(event: Event) -> Negotiation:
    """The negotiation in whose stream an event stands.

    :raises Negotiation.DoesNotExist: if it stands in another kind of stream.
    """
    reference = event.stream.name.removeprefix("negotiation:")
    return Negotiation.objects.select_related("account", "cardholder").get(reference=reference)


def event(pk: int) -> Event:
    return Event.objects.select_related("stream", "actor_user").get(pk=pk)


def stream_heads() -> Iterator[tuple[str, int, str]]:
    """Name, length and head hash of every chain: kept elsewhere, they also prove that no chain was rebuilt."""
    yield from EventStream.objects.order_by("name").values_list("name", "length", "head").iterator()
