"""What does an operator's monitoring count? Requests, from every web process; jobs, from the database."""

import os
from pathlib import Path

from prometheus_client import Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "POST"})
requests_total = Counter("portal_requests_total", "Requests answered", ["method", "route", "status"])
request_seconds = Histogram("portal_request_seconds", "Time to answer a request", ["route"])


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Counts one answered request under its route, never under its path."""
    known = method if method in METHODS else "OTHER"
    requests_total.labels(known, route, status).inc()
    request_seconds.labels(route).observe(seconds)
