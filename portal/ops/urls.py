"""Addresses for operators and, in a demonstration, its mailbox."""

from django.urls import path

from portal.ops import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
