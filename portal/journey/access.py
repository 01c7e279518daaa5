"""Who may open a page: a signed-in cardholder, and only what is theirs. Everything else is not found.

Turns what the services refuse into a kind page. Knows no page but the one a refusal leads back to.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from negotiation.domain.workflow import TransitionNotAllowed
from negotiation.queries.accounts import cardholder_of
from negotiation.services.refusals import AlreadyNegotiating, AlreadyRaised, Refusal
from portal.journey.refusals import refused
from portal.journey.steps import StepMissing

View = Callable[..., HttpResponse]
_PAGES = {"accounts": "arrears_detail", "negotiations": "negotiation", "agreements": "agreement", "concerns": "concern"}


def for_cardholder(view: View) -> View:
    """The view, called with the cardholder who is signed in; strangers sign in first and come back.

    What is missing or somebody else's is 404; a skipped step leads back to it; what a service refuses is told kindly,
    with the next step.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        response = _answer(view, request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return opened


def posted_by_cardholder(view: View) -> View:
    """As ``for_cardholder``, for a view that only acts: a GET, as after signing in again, goes to the page it acts on."""

    @wraps(view)
    def acted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect(page_of(request))
        return view(request, *args, **kwargs)

    return for_cardholder(acted)


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, cardholder_of(request.user), *args, **kwargs)
    except ObjectDoesNotExist:
        raise Http404 from None
    except StepMissing as missing:
        return redirect(missing.name, missing.reference)
    except AlreadyNegotiating as refusal:
        return redirect("negotiation", refusal.args[0])
    except AlreadyRaised as refusal:
        return redirect("concern", refusal.args[0])
    except (Refusal, TransitionNotAllowed) as refusal:
        return refused(request, refusal, back=page_of(request))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in and come back; a live part of a page makes the whole page do so."""
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def page_of(request: HttpRequest) -> str:
    """The address of the page that the request's address belongs to."""
    kind = request.path.strip("/").partition("/")[0]
    reference = request.resolver_match.kwargs.get("reference") if request.resolver_match else None
    if kind == "me":
        return reverse("my_data")
    if kind == "complaints":
        return reverse("concerns")
    return reverse(_PAGES[kind], args=[reference]) if reference and kind in _PAGES else reverse("arrears_list")
