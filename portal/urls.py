"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.ops.urls")),
    path("", include("portal.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
