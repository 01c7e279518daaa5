"""The front page: for strangers what this site is; whoever is signed in goes straight to what they owe."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Shown to strangers alone."""
    if not request.user.is_authenticated:
        return render(request, "journey/home.html")
    return redirect("admin:index" if request.user.is_staff else "arrears_list")
