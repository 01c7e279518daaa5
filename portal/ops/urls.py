"""Addresses for operators and, in a demonstration, its mailbox."""

from django.conf import settings
from django.urls import path

from portal.ops import health, mailbox, metrics, parts, people

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]

if settings.DEMONSTRATION:
    urlpatterns += [
        path("demo/mailbox/", mailbox.mailbox, name="mailbox"),
        path("demo/mailbox/<str:key>/", mailbox.mailbox_message, name="mailbox_message"),
        path("demo/mailbox/<str:key>/page/", mailbox.mailbox_page, name="mailbox_page"),
        path("demo/people/", people.demonstration_people, name="demonstration_people"),
        path("demo/parts/", parts.parts, name="parts"),
    ]
