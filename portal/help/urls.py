"""The addresses of the help pages."""

from django.urls import path

from portal.help import pages

urlpatterns = [
    path("help/", pages.help_topics, name="help_topics"),
    path("help/agencies/", pages.agencies, name="agencies"),
    path("help/<slug:topic>/", pages.help_topic, name="help_topic"),
]
