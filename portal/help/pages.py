"""The help pages: all questions, one answer, the agencies that may collect for the bank. Public; nothing here is anybody's own."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.help.figures import HOTLINES, figures
from portal.help.rules import COLLECTION_GUIDE
from portal.help.search import found
from portal.help.topics import TOPICS, group_of

LONGEST_QUERY = 100


@require_safe
def help_topics(request: HttpRequest) -> HttpResponse:
    """Every question by group, or those that fit what was asked for by ``?q=``."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    groups = found(query)
    context = {
        "query": query,
        "groups": groups,
        "count": sum(len(topics) for _, topics in groups),
        "bank_telephone": settings.BANK_TELEPHONE,
    }
    return render(request, "help/help_topics.html", context)


@require_safe
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """One question with its answer."""
    if topic not in TOPICS:
        raise Http404
    asked = TOPICS[topic]
    context = {"topic": asked, "group": group_of(asked), **figures(now=timezone.now())}
    return render(request, f"help/topics/{asked.slug}.html", context)


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Who may collect for the bank."""
    context = {
        "agencies": settings.AGENCIES,
        "rules": COLLECTION_GUIDE,
        "bank_telephone": settings.BANK_TELEPHONE,
        "fraud_line": HOTLINES["fraud"],
    }
    return render(request, "help/agencies.html", context)
