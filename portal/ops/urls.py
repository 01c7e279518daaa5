"""Addresses for operators and, in a demonstration, its mailbox."""

from django.conf import settings
from django.urls import path

from portal.ops import health, parts

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]

if settings.DEMONSTRATION:
    urlpatterns += [path("demo/parts/", parts.parts, name="parts")]
