"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

handler500 = "portal.ops.errors.server_error"
urlpatterns = [
    path("", include("portal.ops.urls")),
    path("", include("portal.accounts.urls")),
    path("", include("portal.journey.urls")),
    path("", include("portal.help.urls")),
    path("bank/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
]
