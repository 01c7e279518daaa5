"""Is this process alive, and can this installation do its work?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; it says nothing about anything else."""
    return HttpResponse("ok\n", content_type="text/plain")
