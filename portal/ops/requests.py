"""What is noted about each request: its id, one line of log, one count. Never its path, which may name a person's things."""

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from portal.ops import metrics

log = structlog.get_logger("access")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestLogMiddleware:
    """Gives every request an id, logs one line for it and counts it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            _note(request, response, time.perf_counter() - started)
        response["X-Request-ID"] = request_id
        return response


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match else "(none)"
    method = request.method or ""
    metrics.count_request(method=method, route=route, status=response.status_code, seconds=seconds)
    log.log(
        logging.WARNING if response.status_code >= 500 else logging.INFO,
        "request",
        method=method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )
