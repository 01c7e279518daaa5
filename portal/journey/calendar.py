"""The due dates of a plan as a calendar file (RFC 5545), one all-day event an instalment with a reminder three days before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from negotiation.queries.agreements import agreement_for, plan_of
from portal.journey.access import for_cardholder
from portal.journey.steps import StepMissing
from portal.ops.context import installation
from portal.templatetags.formatting import plain_money

LONGEST_LINE = 75


@require_safe
@for_cardholder
def calendar_file(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Downloaded by the owner; amounts stand in it, names and card numbers do not."""
    agreement = agreement_for(cardholder=cardholder, reference=reference)
    plan = plan_of(agreement)
    if plan is None:
        raise StepMissing("negotiation", agreement.negotiation.reference)
    bank = str(installation(request)["bank_name"])
    text = calendar_text(list(plan.instalments.all()), reference, bank, timezone.now())
    name = f'attachment; filename="plan-{reference}.ics"'
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": name})


def calendar_text(instalments: list[Any], reference: str, bank: str, now: datetime) -> str:
    """The whole file; lines end in CRLF and are folded at 75 octets."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//repayment portal//plan//EN", "CALSCALE:GREGORIAN"]
    for row in instalments:
        lines += _event(row, len(instalments), reference, bank, now)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(row: Any, count: int, reference: str, bank: str, now: datetime) -> list[str]:
    title = _("%(bank)s: instalment %(number)s of %(count)s") % {"bank": bank, "number": row.seq, "count": count}
    text = _("To pay: %(amount)s. Agreement %(reference)s.") % {
        "amount": plain_money(row.payment),
        "reference": reference,
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{reference}-{row.seq}@plan",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{row.due_date:%Y%m%d}",
        f"DTEND;VALUE=DATE:{row.due_date + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(text)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(title)}",
        "TRIGGER:-P3D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none cut inside a character; every piece but the first begins with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += character
    yield piece
