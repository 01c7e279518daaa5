"""What does an operator's monitoring count? Requests, from every web process; jobs, from the database."""

import os
from collections.abc import Iterable
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from negotiation.queries import concerns, jobs, sealing

Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

METHODS = frozenset({"GET", "HEAD", "POST"})
requests_total = Counter("portal_requests_total", "Requests answered", ["method", "route", "status"])
request_seconds = Histogram("portal_request_seconds", "Time to answer a request", ["route"])


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Counts one answered request under its route, never under its path."""
    known = method if method in METHODS else "OTHER"
    requests_total.labels(known, route, status).inc()
    request_seconds.labels(route).observe(seconds)


class JobsCollector(Collector):
    """The state of the work after commits, read from the database at each scrape."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        now = timezone.now()
        count = GaugeMetricFamily(
            "portal_jobs", "Jobs by kind and state; DEAD needs an operator", labels=["kind", "state"]
        )
        for kind, state, number in jobs.counts():
            count.add_metric([kind, state], number)
        yield count
        waiting = jobs.longest_wait(now=now)
        yield GaugeMetricFamily("portal_jobs_wait_seconds", "How long a due job has waited", waiting.total_seconds())
        silence = jobs.worker_silence(now=now)
        if silence is not None:
            seconds = silence.total_seconds()
            yield GaugeMetricFamily("portal_worker_silence_seconds", "Since a worker last said it lives", seconds)


class SealsCollector(Collector):
    """The bank's signature: who waits for it, and until when it can be given."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        number, longest = sealing.waiting_for_seal(now=timezone.now())
        yield GaugeMetricFamily(
            "portal_seals_waiting", "Agreements signed by the cardholder and not by the bank", number
        )
        yield GaugeMetricFamily(
            "portal_seals_wait_seconds", "How long the first of them waits", longest.total_seconds()
        )
        ends_at = None if settings.SIGN_PKCS11_MODULE else sealing.certificate_ends_at()
        if ends_at is not None:
            left = (ends_at - timezone.now()).total_seconds()
            yield GaugeMetricFamily("portal_signing_certificate_seconds", "Until the signing certificate ends", left)


class ConcernsCollector(Collector):
    """What cardholders raised and the bank has not answered; what is late breaks a rule."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        number, late = concerns.unanswered(today=timezone.localdate())
        yield GaugeMetricFamily("portal_concerns_open", "Disputes, complaints and requests not answered yet", number)
        yield GaugeMetricFamily("portal_concerns_late", "Those of them past their last day", late)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything counted, in Prometheus' text format; 404 for whoever may not read it."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(JobsCollector())
    registry.register(SealsCollector())
    registry.register(ConcernsCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """With a METRICS_TOKEN, whoever bears it; without one, this machine alone, and not through a proxy."""
    if settings.METRICS_TOKEN:
        return compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {settings.METRICS_TOKEN}".encode()
        )
    address = request.META.get("REMOTE_ADDR", "")
    return "X-Forwarded-For" not in request.headers and bool(address) and ip_address(address).is_loopback
